"""Choices by bytes, for what is written at random: when the bytes run out, every choice is the first, which should be the simplest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence


class Choices:
    """Choices from a series of bytes, each of which makes one."""

    def __init__(self, data: bytes) -> None:
        self._data = iter(data)

    def below(self, count: int) -> int:
        """A choice; 0 when the bytes have run out."""
        return next(self._data, 0) % count

    def one(self, options: Sequence[str]) -> str:
        """One of some texts."""
        return options[self.below(len(options))]


def uses(text: str, name: str) -> bool:
    """Whether a program's text has a name."""
    return re.search(rf"\b{name}\b", text) is not None


def with_used(declarations: Mapping[str, str], text: str, separator: str) -> str:
    """The text behind those declarations that it needs, of names that may need those before them."""
    for name, declaration in reversed(tuple(declarations.items())):
        if uses(text, name):
            text = f"{declaration}{separator}{text}"
    return text
