"""Scopes found by name, for functions that call ``eval``: a list of entries, each of which is also the cell closures share."""

from __future__ import annotations

from typing import Any

from app.engine import errors
from app.engine.values import Value


class Entry(list[Any]):
    """A variable: its value at 0, its name, whether it is constant, whether a closure shares it."""

    __slots__ = ("is_const", "is_shared", "name")

    def __init__(self, name: str, value: Value, *, is_const: bool) -> None:
        super().__init__((value,))
        self.name = name
        self.is_const = is_const
        self.is_shared = False


Scope = list[Any]


def search(scope: Scope, name: str) -> Any:
    """The latest variable of that name: its entry, or None."""
    for entry in reversed(scope):
        if entry.name == name:
            return entry
    return None


def push(scope: Scope, name: str, value: Value, is_const: bool = False) -> Entry:
    """A new variable."""
    entry = Entry(name, value, is_const=is_const)
    scope.append(entry)
    return entry


class Shared:
    """A captured cell under the name it has in a closure's own scope."""

    __slots__ = ("cell", "is_const", "is_shared", "name")

    def __init__(self, name: str, cell: list[Any]) -> None:
        self.name = name
        self.cell = cell
        self.is_const = False
        self.is_shared = True

    def __getitem__(self, at: int) -> Value:
        return self.cell[at]

    def __setitem__(self, at: int, value: Value) -> None:
        self.cell[at] = value


class Locked:
    """Stands for a cell while a call through it is running: any use is a data race."""

    __slots__ = ()

    def __getitem__(self, _at: int) -> Value:
        raise errors.data_race("")

    def __setitem__(self, _at: int, _value: Value) -> None:
        raise errors.data_race("")
