"""The expressions that may give a value, where an ``if``, a ``switch`` or a block stands for it."""

from __future__ import annotations

from typing import Any

from app.engine import tree


def givers(*nodes: Any) -> list[Any]:
    """The nodes themselves, or what their arms end with; nothing is None, or an empty block."""
    found: list[Any] = []
    pending: list[Any] = list(nodes)
    for node in pending:  # grows while it is walked
        kind = type(node)
        if kind is tree.If:
            pending += [node.then, node.otherwise]
        elif kind is tree.Switch:
            pending += [arm.body for arm in node.arms]
        elif kind is tree.Block:
            pending += node.statements[-1:]
        elif kind is tree.ExprStmt:
            pending.append(node.expr)
        elif node is not None:
            found.append(node)
    return found
