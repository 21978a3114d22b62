"""The counter: C iterators that compiled code draws its operations from.

Each call level has a tuple of iterators, one per weight that occurs in the program. Drawing from one (``for _ in d[k]: break``,
or the loop itself) pays its weight, and what is drawn is the tuple of the next level; so a function's entry pays, checks the depth
and goes one level down in one instruction. The iterators hand out ``repeat`` objects of some draws each; Python code runs only at
these refills, where the limit is checked, the clock read and a cancellation noticed. What was handed out but not yet drawn
is known from ``length_hint``, so the count is exact.

Negative weights are those of function entries; at the deepest level an object that refuses to be iterated stands in their
place. (A refill that raised would leave a dead iterator behind, and with it a loop that ends without an error.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, repeat
from operator import length_hint
from typing import Any, Final

from app.engine import errors

LARGEST_DRAW: Final = 1024
_FIRST_DRAW: Final = 4
_CHARGES_PER_LOOK: Final = 50_000


class _Abyss:
    """What function entries find at the deepest level."""

    __slots__ = ("limit",)

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __iter__(self) -> Iterator[Any]:
        raise errors.stack_overflow(self.limit)


class Meter:
    """Counts the operations of one run against a limit (0: none).

    ``look`` is called at refills; it raises ``Stop`` to end the run (wall clock, cancellation).
    """

    __slots__ = ("_chunks", "_depth", "_depths", "_handed", "_levels", "_limit", "_look", "_unlooked", "_weights")

    def __init__(self, weights: tuple[int, ...], limit: int, depth: int, look: Callable[[], None] | None = None) -> None:
        self._weights = weights
        self._limit = limit
        self._depth = depth
        self._look = look
        self._levels: list[Any] = []
        self._depths: dict[int, int] = {}
        self._chunks: dict[tuple[int, int], tuple[Any, int]] = {}
        self._handed = 0
        self._unlooked = 0

    def top(self) -> Any:
        """The level of the main program."""
        return self.level(0)

    def level(self, depth: int) -> Any:
        """The tuple of iterators of one call level."""
        while len(self._levels) <= depth:
            at = len(self._levels)
            made = tuple([self._iterator(at, weight) for weight in self._weights])
            self._levels.append(made)
            self._depths[id(made)] = at
        return self._levels[depth]

    def below(self, level: Any) -> Any:
        """The level under a level: that of the callbacks of a native, which is a level of its own like in Rhai."""
        return self.level(min(self._depths[id(level)] + 1, self._depth))

    def _iterator(self, depth: int, weight: int) -> Any:
        if weight < 0 and depth >= self._depth:
            return _Abyss(self._depth)
        return chain.from_iterable(self._refills(depth, abs(weight), weight))

    def _refills(self, depth: int, weight: int, key: int) -> Iterator[Any]:
        draws = _FIRST_DRAW
        largest = LARGEST_DRAW if not self._limit else max(1, min(LARGEST_DRAW, self._limit // (64 * weight)))
        below: Any = None
        while True:
            granted = self._grant(min(draws, largest), weight)
            if below is None:
                below = self.level(min(depth + 1, self._depth))
            chunk = repeat(below, granted)
            self._chunks[depth, key] = (chunk, weight)
            yield chunk
            draws *= 2

    def _grant(self, draws: int, weight: int) -> int:
        if self._look is not None:
            self._look()
        wanted = draws * weight
        if not self._limit or self._handed + wanted <= self._limit:
            self._handed += wanted
            return draws
        left = self._limit - self.used
        if left < weight:
            self._handed += weight
            raise errors.too_many_operations(self._limit)
        granted = max(1, min(draws, left // (4 * weight)))
        self._handed += granted * weight
        return granted

    def charge(self, count: int) -> None:
        """Counts so many operations at once.

        Raises:
            Stop: beyond the limit.
        """
        self._handed += count
        self._unlooked += count
        if self._limit and self._handed > self._limit and self.used > self._limit:
            raise errors.too_many_operations(self._limit)
        if self._unlooked > _CHARGES_PER_LOOK and self._look is not None:
            self._unlooked = 0
            self._look()

    @property
    def used(self) -> int:
        """The operations so far."""
        return self._handed - sum([length_hint(chunk) * weight for chunk, weight in self._chunks.values()])
