"""Secrets out of sight, in the parent: whatever a run leaves passes here before it is kept or shown.

The child masks what it writes itself, but a child is not trusted; this side knows which values it handed out.
"""

import json
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote, quote_plus

from app.runs.policy import SHORTEST_SECRET

_SPELLINGS: Final[tuple[Callable[[str], str], ...]] = (
    str,
    lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    lambda text: json.dumps(text)[1:-1],
    quote_plus,
    quote,
    lambda text: quote(text, safe=""),
)
"""How a value is written where a script puts it without meaning to change it: as it is, in JSON or a printed map, and in a URL."""


class Handed:
    """The secret values that one run was given."""

    __slots__ = ("_names",)

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def add(self, name: str, value: str) -> None:
        """Hide a value from now on."""
        if len(value) >= SHORTEST_SECRET:
            for spelled in _SPELLINGS:
                # The name is spelled alike: a replay builds its calls out of the name, and they have to come out the same.
                self._names.setdefault(spelled(value), spelled(shown(name)))

    def holds(self, text: str) -> bool:
        """Whether a text contains a secret."""
        return any(value in text for value in self._names)

    def text(self, text: str) -> str:
        """The text with each secret's name in place of its value; longer ones first, for one may hold another."""
        for value in sorted(self._names, key=len, reverse=True):
            text = text.replace(value, self._names[value])
        return text

    def plain(self, data: Any) -> Any:
        """The data with every secret in its strings and keys replaced; the data itself when none was handed out."""
        if not self._names:
            return data
        match data:
            case str():
                return self.text(data)
            case dict():
                return {self.text(key): self.plain(value) for key, value in data.items()}
            case list() | tuple():
                return [self.plain(item) for item in data]
        return data


def shown(name: str) -> str:
    """What stands for a secret's value; the same words as in the child, or journals would not replay."""
    return f"<secret:{name}>"
