"""Scopes found by name, for functions that call ``eval``: a list of entries, each of which is also the cell closures share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from app.engine import errors, ops
from app.engine.values import FnPtr, Value


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


SHARED_TYPE: Final = "alloc::rc::Rc<core::cell::RefCell<rhai::types::dynamic::Dynamic>>"


class Shared:
    """A captured cell under the name it has in a closure's own scope."""

    __slots__ = ("cell", "is_const", "is_shared", "name")

    def __init__(self, name: str, cell: list[Any]) -> None:
        self.name = name
        self.cell = cell
        self.is_const = False
        self.is_shared = True

    def __getitem__(self, at: int) -> Value:
        if not self.cell:
            raise errors.data_race("")
        return self.cell[at]

    def __setitem__(self, at: int, value: Value) -> None:
        if not self.cell:
            raise errors.data_race("")
        self.cell[at] = value


def is_locked(cell: Any) -> bool:
    """Whether it is a cell that a running method holds. Such a cell is empty, so that any use of it fails."""
    if type(cell) is Shared:
        cell = cell.cell
    return isinstance(cell, list) and not cell


def require_unlocked(function: FnPtr) -> None:
    """What Rhai asks before it looks for a function by name: that no captured variable among the arguments is being used.

    Raises:
        ScriptError: one is. Source: Rhai 1.26 ``func/call.rs``, ``ensure_no_data_race``.
    """
    for at in function.cells:
        if is_locked(function.curried[at]):
            raise errors.data_race(f"argument #{at + 1} of function '{function.name}'")


def require_shared_bool(value: Value, cell: list[Any]) -> bool:
    """``require_bool`` of a captured variable, whose type Rhai then names as that of its cell.

    Raises:
        ScriptError: it is no bool.
    """
    if type(value) is not bool and len(cell) > 1:
        raise errors.mismatched_data("bool", SHARED_TYPE)
    return ops.require_bool(value)


def holding(cell: Any, function: Callable[..., Value], *args: Any) -> Value:
    """Calls the function with the cell locked, if a closure shares it: Rhai locks the variable at the root of a chain like that."""
    if type(cell) is Shared:
        cell = cell.cell
    is_shared = cell.is_shared if type(cell) is Entry else type(cell) is list and len(cell) > 1
    if not is_shared:
        return function(*args)
    held = cell[:]
    cell.clear()
    try:
        return function(*args)
    finally:
        cell[:] = held
