"""Which functions may run often, by the calls that the script writes down.

Code that runs a few times is translated to calls of the library, which takes half as many nodes (and half the time to compile) as
the ways for the usual types that code in loops gets. Closures may be called by whoever has a pointer, so they count as hot, but for those
that evidently stay in a variable. Only speed hangs on the answer: both forms mean the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from app.engine.resolve.bindings import Binding

Key: TypeAlias = tuple[str, int]
"""A function's name and number of parameters."""

OFTEN: Final = 8
"""A function that is called from so many places, or from places run so many times in all, counts as hot."""


@dataclass(slots=True)
class Calls:
    """The script's calls of its own functions, noted while names are bound."""

    straight: dict[Key | None, list[Key]] = field(default_factory=dict)
    """By calling function (None: the main program), what it calls outside loops."""
    repeated: set[Key] = field(default_factory=set)
    """What is called in loops and closures."""
    pointed: set[str] = field(default_factory=set)
    """Names that function pointers are made of."""
    is_open: bool = False
    """Whether there is code that can call anything: ``eval``, or pointers whose name is computed."""


def is_called_often(binding: Binding) -> bool:
    """Whether the closure that a variable starts with may be called often where the variable is declared once.

    It isn't if the variable is only ever called, in a few places outside of loops and closures, so that nobody else has the pointer.
    """
    return binding.is_cell or len(binding.uses) > binding.calls or binding.calls >= OFTEN


def hot(functions: Iterable[Key], calls: Calls) -> set[Key | None]:
    """The functions (None: the main program) that may run often: in loops, from many places, in recursion, or from such functions."""
    unfinished: dict[Key | None, int] = {None: 0, **dict.fromkeys(functions, 0)}
    if calls.is_open:
        return set(unfinished)
    for callees in calls.straight.values():
        for callee in callees:
            unfinished[callee] += 1
    # What the script doesn't call itself is called by the host, once in a run.
    runs = {key: int(not callers) for key, callers in unfinished.items()}
    for key in runs:
        if key is not None and (key in calls.repeated or key[0] in calls.pointed):
            runs[key] = OFTEN
    # Callers before callees; what is never reached is part of a recursion, or called by one.
    pending = [key for key in runs if not unfinished[key]]
    finished: set[Key | None] = set()
    while pending:
        caller = pending.pop()
        finished.add(caller)
        for callee in calls.straight.get(caller, ()):
            runs[callee] += runs[caller]
            unfinished[callee] -= 1
            if not unfinished[callee]:
                pending.append(callee)
    return {key for key, times in runs.items() if times >= OFTEN or key not in finished}
