"""What a list of runs is narrowed to, as addresses and forms hold it: words, checked, with a sentence for each that can't be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from app.runs import RunFilter, RunOutcome, RunStatus, RunTrigger
from app.scripts import Phase
from app.web.lists import asked
from app.web.times import moment_in

NAMES: Final = (
    "text",
    "script_id",
    "version",
    "outcome",
    "status",
    "phase",
    "trigger",
    "actor_id",
    "since",
    "until",
    "fingerprint",
    "correlation_id",
    "parent_run_id",
    "entity_type",
    "entity_id",
)
_LARGEST_VERSION: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters as words, as the domain takes them, and what is wrong with which. What is wrong narrows nothing."""

    texts: Mapping[str, str]
    wanted: RunFilter
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def are_set(self) -> bool:
        """Whether anything narrows the list."""
        return any(self.texts.values())

    @property
    def chosen(self) -> dict[str, str]:
        """Those that are set."""
        return {name: text for name, text in self.texts.items() if text}


def filters_of(query: Mapping[str, str]) -> Filters:
    """The filters that an address or a form holds."""
    texts = {name: asked(query, name) for name in NAMES}
    reader = _Reader(texts)
    wanted = RunFilter(
        script_id=reader.id("script_id"),
        version=reader.number("version"),
        outcome=next((each for each in RunOutcome if each == texts["outcome"]), None),
        status=next((each for each in RunStatus if each == texts["status"]), None),
        phase=next((each.value for each in Phase if each == texts["phase"]), None),
        trigger=next((each for each in RunTrigger if each == texts["trigger"]), None),
        actor_id=reader.id("actor_id"),
        entity_type=texts["entity_type"] or None,
        entity_id=texts["entity_id"] or None,
        correlation_id=texts["correlation_id"] or None,
        parent_run_id=reader.id("parent_run_id"),
        fingerprint=texts["fingerprint"] or None,
        started_from=reader.moment("since"),
        started_until=reader.moment("until"),
        text=texts["text"] or None,
    )
    return Filters(texts, wanted, reader.problems)


class _Reader:
    """Reads words as values and notes those that are none."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self.problems: dict[str, str] = {}

    def id(self, name: str) -> UUID | None:
        try:
            return UUID(self._texts[name]) if self._texts[name] else None
        except ValueError:
            self.problems[name] = "This is no id."
            return None

    def number(self, name: str) -> int | None:
        text = self._texts[name]
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) <= 10 and 1 <= int(text) <= _LARGEST_VERSION:
            return int(text)
        self.problems[name] = "Write a number such as 3."
        return None

    def moment(self, name: str) -> datetime | None:
        try:
            return moment_in(self._texts[name])
        except ValueError:
            self.problems[name] = "Write a moment such as 2027-01-31T12:00."
            return None
