"""Everything that is written within something."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any


def parts(nodes: list[Any]) -> Iterator[Any]:
    """All nodes within some nodes, and these, in no particular order."""
    pending: list[Any] = list(nodes)
    while pending:
        node = pending.pop()
        if isinstance(node, list | tuple):
            pending += node
        elif is_dataclass(node):
            yield node
            pending += [getattr(node, field.name) for field in fields(node)]
