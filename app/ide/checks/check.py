"""What a check is: a code, its page in the reference, and the search itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from app.engine import tree
from app.engine.diagnostic import Diagnostic, Fix
from app.host import Phase
from app.ide.facts import Facts

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Check:
    """One diagnostic code: what it means, a script that shows it, what to do about it.

    The example runs in ``example_phase``, about an entity with ``example_fields``.
    """

    code: str
    severity: Severity
    meaning: str
    example: str
    remedy: str
    search: Callable[[Facts], Iterable[Diagnostic]]
    example_phase: Phase | None = None
    example_fields: tuple[str, ...] = ()


def found(code: str, severity: Severity, node: tree.Node | tuple[int, int], message: str, hint: str, fix: Fix | None = None) -> Diagnostic:
    """A diagnostic over a node's text or over ``(start, end)``."""
    start, end = node if isinstance(node, tuple) else (node.start, node.end)
    return Diagnostic(code=code, severity=severity, start=start, end=end, message=message, hint=hint, parse_kind=None, fix=fix)


def name_span(node: tree.Call | tree.MethodStep | tree.PropertyStep | tree.Variable) -> tuple[int, int]:
    """Where the name itself stands, without a namespace before it."""
    if isinstance(node, tree.Variable):
        return node.end - len(node.name), node.end
    return node.pos, node.pos + len(node.name)


def replaced(span: tuple[int, int], text: str) -> Fix:
    """A fix that puts another text in place of a span."""
    return Fix(start=span[0], end=span[1], replacement=text, title=f"Change to `{text}`")
