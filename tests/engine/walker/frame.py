"""A function's run: its variables by name, its ``this``, and the table of what each node means.

Variables are found by name, latest first, as the real Rhai does; a closure shares the entries that it captures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.engine import errors
from app.engine.source import NO_POSITION
from app.engine.values import UNBOUND, Value

if TYPE_CHECKING:
    from tests.engine.walker.machine import Machine

Meaning = Callable[["Frame", Any], Value]

MEANINGS: dict[type, Meaning] = {}
"""What evaluating each kind of node does; filled by ``means``."""


def means(*kinds: type) -> Callable[[Meaning], Meaning]:
    """Registers the decorated function as the meaning of these nodes."""

    def register(meaning: Meaning) -> Meaning:
        for kind in kinds:
            MEANINGS[kind] = meaning
        return meaning

    return register


class NotCovered(BaseException):
    """The program does something that the walker leaves to other tests (modules, ``eval``), or takes too many steps for it."""


class Leave(BaseException):
    """``return``"""

    def __init__(self, value: Value) -> None:
        self.value = value


class Break(Leave):
    """``break``"""


class Continue(BaseException):
    """``continue``"""


@dataclass(slots=True, eq=False)
class Entry:
    """A variable. ``is_locked``: the closure in it is being called; any use by that closure is a data race."""

    name: str
    value: Value
    is_const: bool = False
    is_shared: bool = False
    is_locked: bool = False

    def __getitem__(self, _at: int) -> Value:
        """The value, as a captured variable's cell gives it."""
        return self.value


class Frame:
    """One call of a function, or the main program."""

    def __init__(self, machine: Machine, scope: list[Entry], this: Value = UNBOUND, *, is_this_const: bool = False) -> None:
        self.machine = machine
        self.scope = scope
        self.this = this
        self.is_this_const = is_this_const
        self.is_main = False
        self.depth = 0

    def evaluate(self, node: Any) -> Value:
        """The node's value, which belongs to the caller."""
        self.machine.step()
        return MEANINGS[type(node)](self, node)

    def block(self, statements: list[Any]) -> Value:
        """The last statement's value; variables end with the block."""
        mark = len(self.scope)
        self.depth += 1
        try:
            value: Value = None
            for statement in statements:
                value = self.evaluate(statement)
            return value
        finally:
            self.depth -= 1
            del self.scope[mark:]

    def find(self, name: str) -> Entry | None:
        """The latest variable of that name.

        Raises:
            ScriptError: it is being used already.
        """
        for entry in reversed(self.scope):
            if entry.name == name:
                if entry.is_locked:
                    raise errors.data_race("")
                return entry
        return None

    def declare(self, name: str, value: Value, *, is_const: bool = False) -> Entry:
        """A new variable."""
        entry = Entry(name, value, is_const)
        self.scope.append(entry)
        return entry

    @contextmanager
    def blamed(self, offset: int) -> Iterator[None]:
        """Errors raised inside that have no place yet get this one, and so do calls that lead to them."""
        place = self.machine.source.place(offset)
        self.machine.here = place
        try:
            yield
        except (errors.ScriptError, errors.Stop) as error:
            if error.place is None and error.has_place:
                error.place = place
                error.has_place = offset != NO_POSITION
            for level in error.calls:
                level.place = level.place or place
            raise
