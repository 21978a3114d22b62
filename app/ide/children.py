"""The nodes below a node, whatever its class: for walks that look for one thing anywhere in a tree."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine import tree


def descendants(root: tree.Node, but_not_in: tuple[type[tree.Node], ...] = ()) -> Iterator[tree.Node]:
    """All nodes of a tree, the root included, in no particular order; what is below nodes of some classes can be left out.

    Not recursive: trees may be deep.
    """
    pending: list[object] = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, tree.Node):
            yield node
            if isinstance(node, but_not_in):
                continue
            pending.extend(getattr(node, name) for name in _parts(type(node)))
        elif isinstance(node, (list, tuple)):
            pending.extend(node)


_PARTS: dict[type, tuple[str, ...]] = {}
"""The attributes that may hold nodes, by class; a pure function's memory."""


def _parts(kind: type[tree.Node]) -> tuple[str, ...]:
    found = _PARTS.get(kind)
    if found is None:
        found = _PARTS[kind] = tuple(name for name in kind.__match_args__ if name not in ("start", "end", "pos"))
    return found
