"""What folding keeps track of on its way through a body."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from app.engine.running import Runtime
from app.engine.values import Value

UNKNOWN: Final = object()
"""Stands for a variable whose value isn't known at compile time."""


@dataclass(slots=True)
class State:
    """The variables met so far, with the values of constants; whether anything changed; and whether constants may be put in for names."""

    runtime: Runtime
    """What operators on literals ask for the limits of data sizes."""
    is_changed: bool = False
    puts_constants: bool = True
    knows_constants: bool = False
    """Whether any variable met so far had a known value: if none had, names needn't be looked up."""
    closures: set[int] = field(default_factory=set)
    """Closures whose bodies are folded already, by identity: a body is folded once, however often what is around it is."""

    _names: list[str] = field(default_factory=list)
    _values: dict[str, list[Value]] = field(default_factory=dict)

    def declare(self, name: str, value: Value) -> None:
        """A variable comes into scope."""
        self._names.append(name)
        if value is not UNKNOWN:
            self.knows_constants = True
        self._values.setdefault(name, []).append(value)

    def mark(self) -> int:
        """How much is in scope, for ``rewind``."""
        return len(self._names)

    def rewind(self, mark: int) -> None:
        """Everything declared since the mark goes out of scope."""
        while len(self._names) > mark:
            self._values[self._names.pop()].pop()

    def constant(self, name: str) -> Value:
        """The value of the constant of that name in scope, or ``UNKNOWN``."""
        values = self._values.get(name) if self.puts_constants else None
        return values[-1] if values else UNKNOWN
