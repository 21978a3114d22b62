"""Plain data as text, and what two documents differ in, field by field. Pure."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field before and after, in words; None where there is none."""

    name: str
    before: str | None
    after: str | None

    @property
    def is_changed(self) -> bool:
        """Whether there is a difference."""
        return self.before != self.after


def pretty(value: object) -> str:
    """Plain data as people read it."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def compact(value: object) -> str:
    """Plain data on one line."""
    return json.dumps(value, ensure_ascii=False)


def cut(text: str, longest: int) -> str:
    """As much of a text as may be shown, and how much is missing."""
    return text if len(text) <= longest else f"{text[:longest]}… {len(text) - longest:,} more characters"


def field_changes(before: Mapping[str, V], after: Mapping[str, V], words: Callable[[V], str]) -> tuple[FieldChange, ...]:
    """Every field of two documents, those of the first in its order and then what is new."""
    names = [*before, *(name for name in after if name not in before)]
    return tuple(
        FieldChange(name, words(before[name]) if name in before else None, words(after[name]) if name in after else None) for name in names
    )
