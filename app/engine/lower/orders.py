"""Comparers that compare keys: closures of two elements that say no more than which of some properties of theirs is less.

``|a, b| a.age - b.age``, ``|a, b| if a.n == b.n { b.id - a.id } else if a.n < b.n { -1 } else { 1 }``. Sorting asks a comparer one thing
only: whether the first element comes before the second. So it is found out for each way in which the properties can compare what the
comparer answers, and if that is an order by the first property, then among equals by the second, and so on, it is an order by keys.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from app.engine import tree
from app.engine.stdlib.key_order import Key, Path

_Known: TypeAlias = dict[Path, int]
"""How the first element's property compares with the second's: -1, 0 or 1."""

_MOST: Final = 4
_HOLDS: Final[dict[str, Callable[[int], bool]]] = {
    "<": lambda sign: sign < 0,
    "<=": lambda sign: sign <= 0,
    ">": lambda sign: sign > 0,
    ">=": lambda sign: sign >= 0,
    "==": lambda sign: sign == 0,
    "!=": lambda sign: sign != 0,
}


class _Open(Exception):
    """The answer hangs on a property of which nothing is known yet."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path


class _Other(Exception):
    """The comparer does something else as well."""


def keys_of(closure: tree.Closure) -> tuple[Key, ...]:
    """The keys by which a closure orders, the first one first; none if it isn't certain that it does just that."""
    if len(closure.params) != 2 or closure.captures:
        return ()
    first, second = (name.text for name in closure.params)
    if first == second:
        return ()
    reader = _Reader(first, second)
    try:
        return reader.keys(closure.body, {}, ())
    except (_Other, _Open):
        return ()


class _Reader:
    """Reads one comparer."""

    def __init__(self, first: str, second: str) -> None:
        self.first, self.second = first, second
        self.subtracted: set[Path] = set()

    def keys(self, body: tree.Block, known: _Known, found: tuple[Key, ...]) -> tuple[Key, ...]:
        """The keys, given those that are equal."""
        try:
            is_first = self._is_first(body, known)
        except _Open as open_:
            path = open_.path
        else:
            return () if is_first else found
        if len(found) == _MOST:
            raise _Other
        less, greater = (self._is_first(body, {**known, path: sign}) for sign in (-1, 1))
        if less is greater:
            raise _Other
        return self.keys(body, {**known, path: 0}, (*found, Key(path, greater, path in self.subtracted)))

    def _is_first(self, body: tree.Block, known: _Known) -> bool:
        answer = self._answer(body, known)
        return answer if isinstance(answer, bool) else answer < 0

    def _answer(self, node: Any, known: _Known) -> int | bool:
        """What the comparer gives."""
        kind = type(node)
        if kind is tree.Block and node.statements:
            for statement in node.statements[:-1]:
                if self._leaves(statement, known):
                    return self._answer(statement.then, known)
            return self._answer(node.statements[-1], known)
        if kind is tree.ExprStmt:
            return self._answer(node.expr, known)
        if kind is tree.Return:
            return self._answer(node.value, known)
        if kind is tree.If:
            return self._answer(node.then if self._holds(node.condition, known) else node.otherwise, known)
        if kind is tree.Int or (kind is tree.Constant and type(node.value) is int):
            return int(node.value)
        if kind is tree.Binary and node.op == "-":
            path, sign = self._compared(node)
            self.subtracted.add(path)
            return self._sign(path, sign, known)
        return self._holds(node, known)

    def _leaves(self, node: Any, known: _Known) -> bool:
        """Whether a statement that isn't the last one is an ``if`` that returns, and does."""
        if type(node) is not tree.If or node.otherwise is not None or not _returns(node.then):
            raise _Other
        return self._holds(node.condition, known)

    def _holds(self, node: Any, known: _Known) -> bool:
        """Whether a condition holds."""
        kind = type(node)
        if kind is tree.Binary and node.op in _HOLDS:
            path, sign = self._compared(node)
            return _HOLDS[node.op](self._sign(path, sign, known))
        if kind is tree.And:
            return all(self._holds(item, known) for item in node.items)
        if kind is tree.Or:
            return any(self._holds(item, known) for item in node.items)
        raise _Other

    def _sign(self, path: Path, sign: int, known: _Known) -> int:
        if path not in known:
            raise _Open(path)
        return known[path] * sign

    def _compared(self, node: tree.Binary) -> tuple[Path, int]:
        """The property that is compared, and 1 if the first element's stands on the left side, or else -1."""
        left, right = self._path(node.left), self._path(node.right)
        if left[1] != right[1] or left[0] == right[0]:
            raise _Other
        return left[1], 1 if left[0] == self.first else -1

    def _path(self, node: Any) -> tuple[str, Path]:
        """Which element something is a property of, and the way to it."""
        steps: list[Any] = []
        if type(node) is tree.Chain:
            steps, node = node.steps, node.root
        if type(node) is not tree.Variable or node.namespace or node.name not in (self.first, self.second):
            raise _Other
        return node.name, tuple([_step(step) for step in steps])


def _returns(block: tree.Block) -> bool:
    return bool(block.statements) and type(block.statements[-1]) is tree.Return


def _step(step: Any) -> str | int:
    if type(step) is tree.PropertyStep and not step.is_safe:
        return str(step.name)
    if type(step) is tree.IndexStep and not step.is_safe:
        index: Any = step.index
        if type(index) is tree.Int:
            return int(index.value)
        if type(index) is tree.String:
            return str(index.value)
    raise _Other
