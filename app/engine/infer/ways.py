"""The ways by which values get somewhere, looked at in rounds until nothing new comes out of any.

A way tells the same as long as nothing has changed that it read, and types only grow. So after the first round a way is looked at again
only if something it read last time has changed since, which most do not: it is the same as looking at all of them again, for less.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeAlias

from app.engine.infer.atoms import Type
from app.engine.infer.expressions import Expressions

Way: TypeAlias = Callable[[], None]
"""Reads and adds to ``Tables``, which note both."""

Effect: TypeAlias = Callable[[Type, Any], list[Type]]
"""Tells what a chain makes of what it starts from."""


def follow(ways: Sequence[Way], found: Expressions, *, exact_rounds: int, most_rounds: int) -> bool:
    """Looks at all ways, in their order, until nothing changes; False if that takes too many rounds.

    After ``exact_rounds`` what still changes is widened.
    """
    readers: defaultdict[Hashable, list[int]] = defaultdict(list)
    reads, changes = found.reads, found.changes
    reads.clear()
    changes.clear()
    stale = bytearray(b"\1" * len(ways))
    for number in range(most_rounds):
        found.is_widening = number > exact_rounds
        for at, way in enumerate(ways):
            if not stale[at]:
                continue
            stale[at] = 0
            way()
            if changes:
                for key in changes:
                    for reader in readers.pop(key, ()):
                        stale[reader] = 1
                if not changes.isdisjoint(reads):
                    stale[at] = 1  # it has changed what it read before
                changes.clear()
            for key in reads:
                readers[key].append(at)
            reads.clear()
        if 1 not in stale:
            found.is_widening = False
            return True
    return False
