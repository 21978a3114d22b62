"""Conditions, and the operators whose later operands are evaluated only if reached: ``&&``, ``||``, ``??``."""

from __future__ import annotations

from functools import partial
from typing import Any

from app.engine import tree
from app.engine.lower import build
from app.engine.lower.frame import EXPRESSIONS, Lowering
from app.engine.lower.kinds import Kind
from app.engine.lower.owning import is_moved


def condition(f: Lowering, node: Any) -> Any:
    """A value that must be a bool."""
    value = f.expr(node)
    if f.kinds.of(node) is Kind.BOOL:
        return value
    binding = f.binding(node) if type(node) is tree.Variable and not f.frame.is_dynamic else None
    cell = [build.name(binding.slot)] if binding is not None and binding.is_cell else []
    value = f.simple(value) if f.is_hot else value
    required = build.call("require_shared_bool" if cell else "require_bool", [value, *cell], f.position(node.pos))
    if not f.is_hot:
        return required
    # Compared with the two bools, which is quicker than asking for the type.
    wrong = build.both([build.compare(value, "is not", build.constant(False)), required])
    return build.either([build.compare(value, "is", build.constant(True)), wrong])


def lazy(f: Lowering, node: tree.And | tree.Or) -> Any:
    """``&&`` and ``||``: bools, the later ones only if reached."""
    is_and = type(node) is tree.And
    join = build.both if is_and else build.either
    value = condition(f, node.items[0])
    for item in node.items[1:]:
        inner, later = f.captured_statements(partial(condition, f, item))
        if not inner:
            value = join([value, later])
            continue
        slot = f.fresh()
        f.out.append(build.store(build.target(slot), value))
        inner.append(build.store(build.target(slot), later))
        test = build.name(slot)
        f.out.append(build.if_(test if is_and else build.negated(test), inner, []))
        value = test
    return value


def coalesce(f: Lowering, node: tree.Coalesce, *, borrows: bool = False) -> Any:
    """``a ?? b``: the first that isn't (); it may be borrowed by whoever keeps nothing of it."""
    slot = f.fresh()

    def lower(item: Any) -> Any:
        return f.expr(item) if borrows or is_moved(f, item) else f.owned(item)

    f.out.append(build.store(build.target(slot), lower(node.items[0])))
    result = build.name(slot)
    bodies: list[list[Any]] = []
    for item in node.items[1:]:
        inner, value = f.captured_statements(partial(lower, item))
        inner.append(build.store(build.target(slot), value))
        bodies.append(inner)
    for at in range(len(bodies) - 1, 0, -1):
        bodies[at - 1].append(build.if_(build.compare(result, "is", build.constant(None)), bodies[at], []))
    f.out.append(build.if_(build.compare(result, "is", build.constant(None)), bodies[0], []))
    return result


EXPRESSIONS[tree.And] = lazy
EXPRESSIONS[tree.Or] = lazy
EXPRESSIONS[tree.Coalesce] = coalesce
