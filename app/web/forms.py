"""What forms send, checked: one that doesn't fit is refused with a sentence for each field that is wrong, as verbs refuse what is in it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from app.base.errors import AlloyError, Conflict, Denied, Invalid, LimitExceeded

M = TypeVar("M", bound=BaseModel)

LINE: Final = r"^[^\x00-\x1f\x7f-\x9f]*$"
_EMAIL: Final = r"^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+$"
_ROLE: Final = r"^[a-z][a-z0-9-]{1,39}$"

Email = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254, pattern=_EMAIL)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=LINE)]
RoleName = Annotated[str, StringConstraints(strip_whitespace=True, pattern=_ROLE)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]

REFUSALS: Final = (Invalid, Conflict, Denied, LimitExceeded)
"""What may be said to what was typed, by the form or by a verb: it is told on the form, which stays as it was typed."""
_SECRET: Final = re.compile("password|secret|token|csrf")
_HIDDEN: Final = frozenset({"version"})
_PATTERN_HINTS: Final = {
    LINE: "Leave out control characters.",
    _EMAIL: "Write an address such as ann@example.com.",
    _ROLE: "Use 2 to 40 small letters, digits and hyphens, and start with a letter.",
}


class Misfit(Invalid):
    """A form doesn't fit; `errors` are sentences by field. Pages show it again with them, where there is a form to show."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("This form is incomplete.", "Go back, reload the page and send it again.")
        self.errors = errors


class FormModel(BaseModel):
    """A form: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class VersionForm(FormModel):
    """A change to what was seen at a version."""

    version: Version


@dataclass(frozen=True, slots=True)
class Sent:
    """What was typed, and what is wrong with it; an untouched form is empty."""

    texts: Mapping[str, str] = field(default_factory=dict)
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    problem: str | None = None

    def text(self, name: str, otherwise: str = "") -> str:
        """What was typed into a field."""
        return self.texts.get(name, otherwise)

    def error(self, name: str) -> str | None:
        """What is wrong with a field."""
        return self.errors.get(name)

    def has(self, name: str, value: str) -> bool:
        """Whether a box was ticked."""
        return value in self.chosen.get(name, ())


@dataclass(frozen=True, slots=True)
class Posted:
    """The fields of a form as they came, without the token."""

    fields: Mapping[str, tuple[str, ...]]

    def parse(self, model: type[M], many: tuple[str, ...] = ()) -> M:
        """The form as a model; fields in `many` are lists.

        Raises:
            Misfit: it isn't one.
        """
        values: dict[str, object] = {}
        for name, texts in self.fields.items():
            values[name] = texts if name in many else texts[-1]
        try:
            return model.model_validate(values)
        except ValidationError as error:
            raise Misfit({str(each["loc"][0]): _sentence(each) for each in error.errors() if each["loc"]}) from None

    def sent(self, errors: Mapping[str, str] | None = None, problem: str | None = None) -> Sent:
        """What was typed with what is wrong. Passwords are not sent back."""
        texts = {name: each[-1] for name, each in self.fields.items() if not _SECRET.search(name)}
        return Sent(texts, dict(self.fields), errors or {}, problem)

    def keepable(self) -> dict[str, tuple[str, ...]]:
        """What may wait for its sender to sign in again: no secrets, and no version, which may be another by then."""
        return {name: texts for name, texts in self.fields.items() if not _SECRET.search(name) and name not in _HIDDEN}

    def refused(self, error: AlloyError) -> Sent:
        """What was typed with what is wrong with it: next to the field that is named, else above the form."""
        if isinstance(error, Misfit):
            return self.sent(error.errors)
        sentence = error.sentence
        if error.field in self.fields and error.field not in _HIDDEN:
            return self.sent({str(error.field): sentence})
        return self.sent(problem=sentence)


def _sentence(error: ErrorDetails) -> str:
    limits = error.get("ctx", {})
    say: Callable[[], str] = {
        "missing": lambda: "Fill this in.",
        "string_too_short": lambda: "Fill this in.",
        "too_short": lambda: "Choose at least one.",
        "string_too_long": lambda: f"Use at most {limits['max_length']} characters; this has {len(str(error['input']))}.",
        "string_pattern_mismatch": lambda: _PATTERN_HINTS.get(limits["pattern"], "Choose one of those offered."),
        "int_parsing": lambda: "Write a whole number.",
        "greater_than_equal": lambda: f"Write {limits['ge']:,} or more.",
        "less_than_equal": lambda: f"Write {limits['le']:,} or less.",
        "enum": lambda: "Choose one of those offered.",
        "literal_error": lambda: "Choose one of those offered.",
        "extra_forbidden": lambda: "This form has no such field.",
    }.get(error["type"], lambda: f"{error['msg']}.")
    return say()
