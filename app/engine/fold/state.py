"""What folding keeps track of on its way through a body."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from app.engine.natives import Runtime
from app.engine.values import Value

UNKNOWN: Final = object()
"""Stands for a variable whose value isn't known at compile time."""


@dataclass(slots=True)
class State:
    """The variables met so far, with the values of constants; whether anything changed; and whether constants may be put in for names."""

    runtime: Runtime
    """What operators on literals ask for the limits of data sizes."""
    variables: list[tuple[str, Value]] = field(default_factory=list)
    is_changed: bool = False
    puts_constants: bool = True
    closures: set[int] = field(default_factory=set)
    """Closures whose bodies are folded already, by identity: a body is folded once, however often what is around it is."""

    def constant(self, name: str) -> Value:
        """The value of the constant of that name in scope, or ``UNKNOWN``."""
        if self.puts_constants:
            for known, value in reversed(self.variables):
                if known == name:
                    return value
        return UNKNOWN
