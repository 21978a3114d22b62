"""Secrets out of sight: wherever a run is shown or written down, a secret's value is replaced by its name.

The script works with the real value; logs and journal get ``<secret:name>``. A run replayed from its journal is given that text
as the secret, builds the same calls from it, and so still matches what was recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.host.plain import Plain

SHORTEST: Final = 4
"""Shorter values would be found in innocent text; a host should not accept them as secrets."""


class Masks:
    """The secrets that a run has seen so far."""

    __slots__ = ("_names",)

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def add(self, name: str, value: Plain) -> None:
        """Hides a value from now on."""
        if isinstance(value, str) and len(value) >= SHORTEST:
            self._names[value] = f"<secret:{name}>"

    def text(self, text: str) -> str:
        """The text with every secret replaced; longer ones first, for one may hold another."""
        for value in sorted(self._names, key=len, reverse=True):
            text = text.replace(value, self._names[value])
        return text

    def plain(self, data: Plain) -> Plain:
        """A copy of the data with every secret in its strings and keys replaced."""
        if isinstance(data, str):
            return self.text(data)
        if isinstance(data, Mapping):
            return {self.text(key): self.plain(value) for key, value in data.items()}
        if isinstance(data, (list, tuple)):
            return [self.plain(value) for value in data]
        return data
