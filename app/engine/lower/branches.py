"""Which branches a function's entry may be paid in, instead of before them.

A function that begins with a condition often has little else to do on one side: ``if n < 2 { return n; }``. Paid where it is known
which way it goes, its entry and that way cost one draw from the counter instead of two. That is the same to everybody if nothing of
the condition fails, calls or counts, so that nothing happens before the draw.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from app.engine import tree
from app.engine.lower.kinds import Kind

if TYPE_CHECKING:
    from app.engine.lower.frame import Lowering


def may_wait(f: Lowering, node: Any, *, is_last: bool) -> bool:
    """Whether a function's first statement is such a condition, and each way behind it can pay."""
    inner = node.expr if type(node) is tree.ExprStmt else node
    if type(inner) is not tree.If or not f.is_hot or f.frame.is_dynamic or f.unit.marks is not None:
        return False
    if inner.otherwise is None and (is_last or not _leaves(inner.then)):
        return False
    return _is_plain(f, inner.condition)


def _leaves(block: tree.Block) -> bool:
    """Whether a block certainly ends the function."""
    return bool(block.statements) and type(block.statements[-1]) in (tree.Return, tree.Throw)


def _is_plain(f: Lowering, node: Any) -> bool:
    """A comparison of local variables and literals of one kind, which is one instruction of Python."""
    if type(node) is not tree.Binary or node.op not in _COMPARISONS:
        return False
    kinds = f.kinds.of(node.left), f.kinds.of(node.right)
    if kinds[0] is not kinds[1] or kinds[0] not in (_EQUAL if node.op in ("==", "!=") else (Kind.INT,)):
        return False
    return _is_local(f, node.left) and _is_local(f, node.right)


def _is_local(f: Lowering, node: Any) -> bool:
    if type(node) in (tree.Int, tree.String, tree.Char):
        return True
    binding = f.binding(node) if type(node) is tree.Variable else None
    return binding is not None and not binding.is_cell


_COMPARISONS: Final = frozenset({"==", "!=", "<", "<=", ">", ">="})
_EQUAL: Final = (Kind.INT, Kind.TEXT, Kind.CHAR)
