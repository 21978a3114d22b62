"""The counter: C iterators that compiled code draws its operations from.

Each call level has a tuple of iterators, one per weight that occurs in the program. Drawing from one (``for _ in d[k]: break``,
or the loop itself) pays its weight, and what is drawn is the tuple of the next level; so a function's entry pays, checks the depth
and goes one level down in one instruction. The iterators hand out ``repeat`` objects of some draws each; Python code runs only at
these refills, where the limit is checked, the clock read and a cancellation noticed. What was handed out but not yet drawn
is known from their lengths, so the count is exact.

A run's first few draws from an iterator are handed out as an iterator over a list, which can be set back: after a run that ended well
they are there again for the next one (``settled``), and the short run of a hook needs no refill at all. That is no credit: what wasn't
drawn from yet in this run is taken back as soon as handing out comes to the limit, so each run is stopped at the same operation,
whatever ran before it.

Negative weights are those of function entries; at the deepest level an object that refuses to be iterated stands in their
place. (A refill that raised would leave a dead iterator behind, and with it a loop that ends without an error.)
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from itertools import chain, repeat
from typing import Any, Final

from app.engine import errors

LARGEST_DRAW: Final = 1024
_FIRST_DRAW: Final = 4
_CHARGES_PER_LOOK: Final = 50_000
_MOST_LEVELS_KEPT: Final = 12
_ListIterator: Final[type[Any]] = type(iter([]))
_exhaust: Final = deque[Any](maxlen=0).extend


class _Abyss:
    """What function entries find at the deepest level."""

    __slots__ = ("limit",)

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __iter__(self) -> Iterator[Any]:
        raise errors.stack_overflow(self.limit)


class _Supply:
    """What one iterator handed out last."""

    __slots__ = ("chunk", "first", "is_begun", "left", "reset", "weight")

    def __init__(self, weight: int, first: int) -> None:
        self.weight = weight
        self.first = first
        """How many draws it hands out to begin with."""
        self.chunk: Any = repeat(None, 0)
        """An iterator; one over a list if these are the first draws."""
        self.left: Callable[[], int] = int
        """How many draws are left of what was handed out last."""
        self.reset: Callable[[int], None] | None = None
        """What sets the first draws back."""
        self.is_begun = False
        """Whether it handed out its first draws for this run."""

    def hand_out(self, chunk: Any) -> None:
        """Notes what is handed out, and what will be asked of it: looked up once, not after each run."""
        self.chunk = chunk
        self.left = chunk.__length_hint__
        self.reset = chunk.__setstate__ if type(chunk) is _ListIterator else None


class Meter:
    """Counts the operations of one run against a limit (0: none), and then of the next one if that ended well.

    ``look`` is called at refills; it raises ``Stop`` to end the run (wall clock, cancellation). Set it before the run begins, and
    ``take_back`` what is left from before: so it is called at first draws too.
    """

    __slots__ = ("_begun", "_below", "_depth", "_depths", "_handed", "_levels", "_limit", "_unlooked", "_weights", "is_small", "look")

    def __init__(self, weights: tuple[int, ...], limit: int, depth: int, look: Callable[[], None] | None = None) -> None:
        self._weights = weights
        self._limit = limit
        self._depth = depth
        self.look = look
        self._levels: list[Any] = []
        self._depths: dict[int, int] = {}
        self._below: dict[int, tuple[Any, Any]] = {}
        self._begun: list[_Supply] = []
        self._handed = 0
        self._unlooked = 0
        self.is_small = True
        """Whether it is worth keeping: each level that calls ever reached has its iterators."""

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
            self.is_small = at < _MOST_LEVELS_KEPT
        return self._levels[depth]

    def below(self, level: Any) -> Any:
        """The level under a level: that of the callbacks of a native, which is a level of its own like in Rhai."""
        return self.levels_below(level)[0]

    @property
    def known_levels(self) -> Mapping[int, tuple[Any, Any]]:
        """What ``levels_below`` has given already, by ``id`` of the level; it grows with each new one."""
        return self._below

    def levels_below(self, level: Any) -> tuple[Any, Any]:
        """The two levels under a level: of a native's callbacks, and of what these call."""
        found = self._below.get(id(level))
        if found is None:
            depth = self._depths[id(level)]
            found = self._below[id(level)] = (self.level(min(depth + 1, self._depth)), self.level(min(depth + 2, self._depth)))
        return found

    def _iterator(self, depth: int, weight: int) -> Any:
        if weight < 0 and depth >= self._depth:
            return _Abyss(self._depth)
        return chain.from_iterable(self._refills(depth, abs(weight)))

    def _refills(self, depth: int, weight: int) -> Iterator[Any]:
        limit = self._limit
        largest = LARGEST_DRAW if not limit else max(1, min(LARGEST_DRAW, limit // (64 * weight)))
        supply = _Supply(weight, min(_FIRST_DRAW, largest))
        below: Any = None
        draws = 0
        while True:
            draws = min(draws * 2, largest) if supply.is_begun else supply.first
            granted = self._grant(draws, weight)
            if below is None:
                below = self.level(min(depth + 1, self._depth))
            if supply.is_begun or granted < supply.first:
                supply.hand_out(repeat(below, granted))
            else:
                supply.hand_out(iter([below] * granted))
            if not supply.is_begun:
                supply.is_begun = True
                self._begun.append(supply)
            yield supply.chunk

    def _grant(self, draws: int, weight: int) -> int:
        if self.look is not None:
            self.look()
        wanted = draws * weight
        if not self._limit or self._handed + wanted <= self._limit:
            self._handed += wanted
            return draws
        self.take_back()
        if self._handed + wanted <= self._limit:
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
        if self._limit and self._handed > self._limit:
            self.take_back()
            if self.used > self._limit:
                raise errors.too_many_operations(self._limit)
        if self._unlooked > _CHARGES_PER_LOOK and self.look is not None:
            self._unlooked = 0
            self.look()

    @property
    def used(self) -> int:
        """The operations so far."""
        used = self._handed
        for supply in self._begun:
            used -= supply.left() * supply.weight
        return used

    def settled(self) -> int:
        """The operations of a run that ended well; the next one is counted and stopped as by a new meter.

        After any other end an iterator whose refill raised stays dead.
        """
        used = self._handed
        self._unlooked = 0
        is_all_set_back = True
        handed = 0
        for supply in self._begun:
            # Read before they are called: Python calls what lies in a slot by a slower way.
            remaining, reset, weight = supply.left, supply.reset, supply.weight
            left = remaining()
            used -= left * weight
            if left and reset is not None:
                reset(0)
                handed += supply.first * weight
            else:
                _exhaust(supply.chunk)
                supply.is_begun = is_all_set_back = False
        self._handed = handed
        if not is_all_set_back:
            self._begun = [supply for supply in self._begun if supply.is_begun]
        return used

    def take_back(self) -> None:
        """Leaves iterators that weren't drawn from in this run with nothing to draw, as in a new meter."""
        kept = []
        for supply in self._begun:
            if supply.reset is not None and supply.left() == supply.first:
                _exhaust(supply.chunk)
                supply.is_begun = False
                self._handed -= supply.first * supply.weight
            else:
                kept.append(supply)
        self._begun = kept
