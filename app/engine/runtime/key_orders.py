"""The order of short maps' keys. Scripts walk maps of the same shape again and again, and sorting the names takes longest of it."""

from __future__ import annotations

from typing import Final

from app.engine import sizes

_MOST: Final = 256


class KeyOrders(dict[tuple[str, ...], list[str] | None]):
    """From a map's keys, as they come, to the same sorted; to None if they are long together, so that the library has to look at them.

    Nobody may change the lists. A few hundred are kept.
    """

    def __missing__(self, names: tuple[str, ...]) -> list[str] | None:
        if len(self) >= _MOST:
            self.clear()
        found = self[names] = sorted(names) if len("".join(names)) <= sizes.FEW_CHARACTERS else None
        return found
