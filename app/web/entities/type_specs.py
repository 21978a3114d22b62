"""From what was typed about a field to the field: which rules its kind has, and what each text means. Pure."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from app.entities import FieldKind, FieldSpec, OnDelete
from app.web.entities.inputs import value_of
from app.web.entities.names import FIELD_NAME, TYPE_NAME
from app.web.entities.type_drafts import Draft

_LONGEST: Final = {"label": 100, "description": 2_000, "default": 1_000, "pattern": 500}
_LARGEST: Final = 10_000_000
_LENGTHS: Final = ("min_length", "max_length")
_BOUNDS: Final = ("minimum", "maximum")
RULES: Final[Mapping[FieldKind, tuple[str, ...]]] = {
    FieldKind.TEXT: (*_LENGTHS, "pattern", "default"),
    FieldKind.INTEGER: (*_BOUNDS, "default"),
    FieldKind.DECIMAL: (*_BOUNDS, "scale", "default"),
    FieldKind.BOOLEAN: ("default",),
    FieldKind.DATE: (*_BOUNDS, "default"),
    FieldKind.DATETIME: (*_BOUNDS, "default"),
    FieldKind.CHOICE: ("choices", "default"),
    FieldKind.LIST: _LENGTHS,
    FieldKind.OBJECT: (),
    FieldKind.REFERENCE: ("references", "on_delete"),
    FieldKind.EMAIL: ("default",),
    FieldKind.URL: ("default",),
}
"""Which rules each kind has. Texts left over from another kind aren't looked at."""


def spec_of(draft: Draft, errors: dict[str, str], *, is_item: bool = False) -> FieldSpec:
    """The field that was typed; what can't be is told in `errors`, by the name of the input, and left out."""
    kind = next((each for each in FieldKind if each == draft.kind), None)
    if kind is None:
        errors[f"{draft.path}.kind"] = "Choose one of those offered."
        kind = FieldKind.TEXT
    name = "item" if is_item else draft.text("name").strip()
    if not FIELD_NAME.fullmatch(name):
        errors[f"{draft.path}.name"] = (
            "Use small letters, digits and underscores, start with a letter, at most 40." if name else "Fill this in."
        )
    given: dict[str, Any] = {each: _line(draft, each, errors) for each in ("label", "description")}
    for rule in RULES[kind]:
        value = _rule(draft, kind, rule, errors)
        if value is not None:
            given[rule] = value
    is_plain = kind is not FieldKind.OBJECT
    return FieldSpec(
        name,
        kind,
        required=not is_item and "required" in draft.texts,
        unique=not is_item and is_plain and "unique" in draft.texts,
        item=_item(draft, kind, errors),
        fields=_inner(draft, kind, errors),
        **given,
    )


def _item(draft: Draft, kind: FieldKind, errors: dict[str, str]) -> FieldSpec | None:
    if kind is not FieldKind.LIST:
        return None
    if draft.item is None:
        errors[draft.path] = "Say what the list holds."
        return FieldSpec("item", FieldKind.TEXT)
    return spec_of(draft.item, errors, is_item=True)


def _inner(draft: Draft, kind: FieldKind, errors: dict[str, str]) -> tuple[FieldSpec, ...]:
    if kind is not FieldKind.OBJECT:
        return ()
    if not draft.fields:
        errors[draft.path] = "Add the fields that this object has."
    return tuple(spec_of(each, errors) for each in draft.fields)


def _rule(draft: Draft, kind: FieldKind, rule: str, errors: dict[str, str]) -> Any:
    text = draft.text(rule).replace("\r\n", "\n")
    read: Mapping[str, Callable[[], Any]] = {
        "min_length": lambda: _whole(text),
        "max_length": lambda: _whole(text),
        "scale": lambda: _whole(text),
        "pattern": lambda: _short(text, rule) or None,
        "choices": lambda: _choices(text),
        "references": lambda: _type_name(text.strip()),
        "on_delete": lambda: OnDelete.CLEAR if text == OnDelete.CLEAR else OnDelete.RESTRICT,
    }
    try:
        return read[rule]() if rule in read else value_of(FieldSpec(rule, kind), _short(text, rule))
    except ValueError as error:
        errors[f"{draft.path}.{rule}"] = str(error)
        return None


def _line(draft: Draft, name: str, errors: dict[str, str]) -> str:
    text = draft.text(name).strip()
    if not text.isprintable():
        errors[f"{draft.path}.{name}"] = "Write it on one line, without control characters."
    elif len(text) > _LONGEST[name]:
        errors[f"{draft.path}.{name}"] = f"Use at most {_LONGEST[name]} characters; this has {len(text)}."
    else:
        return text
    return ""


def _short(text: str, rule: str) -> str:
    longest = _LONGEST.get(rule, 100)
    if len(text) > longest:
        raise ValueError(f"Use at most {longest} characters; this has {len(text)}.")
    if not text.isprintable():
        raise ValueError("Write it on one line, without control characters.")
    return text


def _whole(text: str) -> int | None:
    stripped = text.strip()
    if not stripped:
        return None
    if not (stripped.isascii() and stripped.isdecimal()) or int(stripped[:9]) > _LARGEST or len(stripped) > 9:
        raise ValueError(f"{stripped[:40]!r} is no length: write a whole number from 0 to {_LARGEST:,}.")
    return int(stripped)


def _choices(text: str) -> tuple[str, ...]:
    found = tuple(line.strip() for line in text.split("\n") if line.strip())
    if not found:
        raise ValueError("Write at least one choice, each on a line of its own.")
    odd = next((each for each in found if len(each) > 200 or not each.isprintable()), None)
    if odd is not None:
        raise ValueError(f"{odd[:40]!r} can't be a choice: use at most 200 characters, none of them control characters.")
    return found


def _type_name(text: str) -> str:
    if not TYPE_NAME.fullmatch(text):
        raise ValueError("Choose the type that it refers to." if not text else f"{text[:40]!r} is no name of a type.")
    return text
