"""What a statement or expression does besides having a value. Reading a variable counts: it may not exist.

Every statement is asked at least once per pass, so the answers come from a table by the node's class.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from app.engine import tree
from app.engine.fold.constants import is_constant


def is_pure(node: tree.Expr | tree.Stmt) -> bool:
    """Whether leaving it out would change nothing but the value."""
    answer = _PURE.get(type(node))
    return answer is not None and answer(node)


def _all_items(node: tree.Array | tree.And | tree.Or | tree.Coalesce) -> bool:
    return all(map(is_pure, node.items))


def _if(node: tree.If) -> bool:
    return is_pure(node.condition) and is_pure(node.then) and (node.otherwise is None or is_pure(node.otherwise))


def _switch(node: tree.Switch) -> bool:
    has_default = bool(node.arms) and not node.arms[-1].patterns
    return (
        has_default and is_pure(node.subject) and all((arm.guard is None or is_pure(arm.guard)) and is_pure(arm.body) for arm in node.arms)
    )


def _while(node: tree.While) -> bool:
    """A loop that may never end is not pure."""
    return type(node.condition) is tree.Bool and not node.condition.value


def _do(node: tree.Do) -> bool:
    return type(node.condition) is tree.Bool and node.condition.value is node.is_until and is_pure(node.body)


_PURE: Final[dict[type[tree.Node], Callable[[Any], bool]]] = {
    **dict.fromkeys((tree.Unit, tree.Bool, tree.Int, tree.Float, tree.Char, tree.String, tree.Constant, tree.Noop), lambda node: True),
    **dict.fromkeys((tree.Call, tree.Closure), is_constant),
    **dict.fromkeys((tree.Array, tree.And, tree.Or, tree.Coalesce), _all_items),
    tree.Interpolated: lambda node: all(map(is_pure, node.parts)),
    tree.Map: lambda node: all(is_pure(value) for _, value in node.entries),
    tree.ExprStmt: lambda node: is_pure(node.expr),
    tree.Block: lambda node: all(map(is_pure, node.statements)),
    tree.If: _if,
    tree.Switch: _switch,
    tree.While: _while,
    tree.Do: _do,
    tree.For: lambda node: is_pure(node.iterable) and is_pure(node.body),
    tree.Try: lambda node: node.variable is None and is_pure(node.body) and is_pure(node.handler),
}


def is_pure_inside(stmt: tree.Stmt) -> bool:
    """The same for a statement inside a block, where declaring a variable has no effect beyond."""
    kind = type(stmt)
    if kind is tree.Assign or kind is tree.Return or kind is tree.Throw:
        return False
    if type(stmt) is tree.ExprStmt:
        return all(map(is_pure_inside, stmt.expr.statements)) if type(stmt.expr) is tree.Block else is_pure(stmt.expr)
    if type(stmt) is tree.Let:
        return stmt.value is None or is_pure(stmt.value)
    if type(stmt) is tree.Import:
        return is_pure(stmt.path)
    return kind is tree.Export or is_pure(stmt)


_DECLARING: Final = frozenset({tree.Let, tree.Import, tree.Export})


def needs_its_block(stmt: tree.Stmt) -> bool:
    """Whether a statement can't be moved out of its block: it declares something there."""
    if type(stmt) is tree.ExprStmt:
        if type(stmt.expr) is tree.Block:
            return all(map(needs_its_block, stmt.expr.statements))
        return type(stmt.expr) is tree.Call and stmt.expr.name == "eval" and not stmt.expr.namespace
    return type(stmt) in _DECLARING


def has_value(stmt: tree.Stmt) -> bool:
    """Whether a block that ends with the statement has a value."""
    return type(stmt) in _VALUED


def leaves(stmt: tree.Stmt) -> bool:
    """Whether what stands behind the statement is never reached."""
    return type(stmt) in _LEAVING


_VALUED: Final = frozenset({tree.If, tree.Switch, tree.Block, tree.ExprStmt})
_LEAVING: Final = frozenset({tree.Return, tree.Throw, tree.Break, tree.Continue})
