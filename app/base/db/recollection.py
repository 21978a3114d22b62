"""What was read from the database and still holds: remembered under a revision, forgotten when the revision is another.

Everything that changes what is remembered bumps the revision in its own transaction (`Work.bump`), so one cheap read per request tells
whether the memory holds, in this process and in every other.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

T = TypeVar("T")

_MOST: Final = 10_000


@dataclass(frozen=True, slots=True)
class _Page:
    """What was found under one revision; threads that read under different ones never share it."""

    revision: int
    found: dict[Hashable, Any] = field(default_factory=dict)


class Recollection:
    """Remembers values by the name of a revision and a key."""

    def __init__(self) -> None:
        self._pages: dict[str, _Page] = {}

    def recall(self, name: str, revision: int, key: Hashable, find: Callable[[], T]) -> T:
        """What `find` gave under this revision; asked again when nothing is remembered."""
        page = self._pages.get(name)
        if page is None or page.revision != revision:
            page = self._pages[name] = _Page(revision)
        if key in page.found:
            known: T = page.found[key]
            return known
        value = find()
        if len(page.found) >= _MOST:
            page.found.clear()
        page.found[key] = value
        return value
