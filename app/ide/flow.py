"""Which statements never let the next one run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from app.engine import tree
from app.ide.children import descendants
from app.ide.facts import Facts

_OWN_BREAKS: Final = (tree.While, tree.Do, tree.For, tree.Closure)
"""Where a ``break`` belongs to something else."""
_ENDING_CALLS: Final = frozenset({"abort", "exit"})


def leaves(facts: Facts, statement: object) -> bool:
    """Whether whatever follows the statement in its block is never reached."""
    judge = _JUDGES.get(type(statement))
    return judge is not None and judge(facts, statement)


def _always(_facts: Facts, _node: object) -> bool:
    return True


def _any_leaves(facts: Facts, statements: Sequence[tree.Stmt]) -> bool:
    return any(leaves(facts, statement) for statement in statements)


def _block(facts: Facts, node: tree.Block) -> bool:
    return _any_leaves(facts, node.statements)


def _expression(facts: Facts, node: tree.ExprStmt) -> bool:
    return leaves(facts, node.expr)


def _call(facts: Facts, node: tree.Call) -> bool:
    if node.name not in _ENDING_CALLS or node.namespace or node.name in facts.functions:
        return False
    return facts.natives.lookup(node.name, len(node.args)) is not None


def _if(facts: Facts, node: tree.If) -> bool:
    return node.otherwise is not None and _block(facts, node.then) and _block(facts, node.otherwise)


def _switch(facts: Facts, node: tree.Switch) -> bool:
    has_default = bool(node.arms) and not node.arms[-1].patterns and node.arms[-1].guard is None
    return has_default and all(_block(facts, arm.body) for arm in node.arms)


def _while(_facts: Facts, node: tree.While) -> bool:
    is_endless = node.condition is None or (isinstance(node.condition, tree.Bool) and node.condition.value)
    return is_endless and not _breaks(node.body)


def _try(facts: Facts, node: tree.Try) -> bool:
    return _block(facts, node.body) and _block(facts, node.handler)


def _breaks(body: tree.Block) -> bool:
    """Whether a ``break`` of this loop is anywhere in its body, closures and inner loops apart."""
    return any(isinstance(node, tree.Break) for node in descendants(body, but_not_in=_OWN_BREAKS))


_JUDGES: Final[Mapping[type, Callable[[Facts, Any], bool]]] = {
    tree.Return: _always,
    tree.Throw: _always,
    tree.Break: _always,
    tree.Continue: _always,
    tree.Block: _block,
    tree.ExprStmt: _expression,
    tree.Call: _call,
    tree.If: _if,
    tree.Switch: _switch,
    tree.While: _while,
    tree.Try: _try,
}
