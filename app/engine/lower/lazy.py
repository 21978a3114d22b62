"""Conditions, and the operators whose later operands are evaluated only if reached: ``&&``, ``||``, ``??``."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Any

from app.engine import tree
from app.engine.lower import build
from app.engine.lower.frame import EXPRESSIONS, Lowering
from app.engine.lower.kinds import Kind
from app.engine.lower.owning import is_moved
from app.engine.resolve import Binding


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
    found: list[tuple[Binding, Binding]] = []
    for before, item in pairwise(node.items):
        entry = _entry_of(f, before) if is_and else None
        if entry is not None and not f.kinds.has_entry(*entry):
            f.kinds.find(*entry)
            found.append(entry)
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
    if found:
        f.found[id(node)] = [entry for entry in found if f.kinds.has_entry(*entry)]
    for entry in found:
        f.kinds.lose(*entry)
    return value


def entries_of(f: Lowering, test: Any) -> list[tuple[Binding, Binding]]:
    """The maps and keys, both variables, of which a condition that was just lowered has found the entries: ``key in map && ..``."""
    last = test.items[-1] if type(test) is tree.And else test
    entry = _entry_of(f, last)
    return f.found.pop(id(test), []) + ([] if entry is None else [entry])


def _entry_of(f: Lowering, test: Any) -> tuple[Binding, Binding] | None:
    """The variables of the map and the key, if a condition is ``key in map``."""
    if type(test) is not tree.Binary or test.op != "in" or f.frame.is_dynamic:
        return None
    if type(test.left) is not tree.Variable or type(test.right) is not tree.Variable:
        return None
    container, key = f.binding(test.right), f.binding(test.left)
    if container is None or key is None or container.is_cell or key.is_cell:
        return None
    return (container, key) if f.kinds.of_binding(container) is Kind.MAP and f.kinds.of_binding(key) is Kind.TEXT else None


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
