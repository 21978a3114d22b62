"""Choices by bytes, for what is written at random: when the bytes run out, every choice is the first, which should be the simplest."""

from __future__ import annotations

from collections.abc import Sequence


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
