"""Whether a loop leaves alone what it walks. Rhai walks a copy; nobody can tell if nothing of it changes meanwhile."""

from __future__ import annotations

from itertools import takewhile
from typing import Any

from app.engine import tree
from app.engine.lower.frame import Lowering
from app.engine.lower.kinds import Kind
from app.engine.resolve.lending import chosen_from
from app.engine.tree.parts import parts


def only_looks(f: Lowering, node: tree.For) -> bool:
    """Whether a loop walks elements chosen from a place, ``rows.filter(closure)``, that it leaves alone."""
    source = chosen_from(f.resolution, node.iterable)
    return source is not node.iterable and f.is_place(source) and not may_change(f, node, source)


def may_change(f: Lowering, node: tree.For, walked: Any) -> bool:
    """Whether the loop could change the elements that it walks, of a variable or a part of one."""
    root: Any = walked.root if type(walked) is tree.Chain else walked
    if type(root) is tree.Constant or (type(root) is tree.Variable and root.namespace == ("global",)):
        return False
    if type(root) not in (tree.This, tree.Variable) or f.frame.is_dynamic:
        return True
    binding = f.binding(root) if type(root) is tree.Variable else None
    if type(root) is tree.Variable and (binding is None or binding.is_cell):
        return True
    changed = f.resolution.mutated_in.get(id(node), ())
    return id(f.frame.node if binding is None else binding) in changed and not _stays_apart(f, node, walked, root)


def _stays_apart(f: Lowering, loop: tree.For, walked: Any, root: Any) -> bool:
    """Whether each place in the loop that names the variable of which a part is walked, ``order.items``, only reads it, or goes to another
    part: ``order.total += item.price``.

    Whatever a method or an assignment does there, it has nothing but that part. Maps have no setters that could do more.
    """
    if type(walked) is not tree.Chain or not _are_maps(f, walked):
        return False
    path, names = _names(walked), 0
    targets = set()
    for node in parts([loop.body]):
        kind = type(node)
        if kind is tree.Assign:
            targets.add(id(node.target))
        elif kind is tree.Chain and _is_same(f, node.root, root):
            names += 1
            is_elsewhere = any(one != other for one, other in zip(path, _names(node), strict=False))
            if not is_elsewhere and (id(node) in targets or tree.MethodStep in map(type, node.steps)):
                return False
        elif _is_same(f, node, root):
            names -= 1
    return not names


def _is_same(f: Lowering, node: Any, root: Any) -> bool:
    if type(node) is tree.Variable and type(root) is tree.Variable:
        return not node.namespace and f.binding(node) is f.binding(root)
    return type(node) is type(root) is tree.This


def _names(chain: tree.Chain) -> list[str]:
    """The names of the properties with which a chain begins."""
    return [step.name for step in takewhile(lambda step: type(step) is tree.PropertyStep, chain.steps) if type(step) is tree.PropertyStep]


def _are_maps(f: Lowering, chain: tree.Chain) -> bool:
    """Whether a chain consists of properties of maps."""
    of = f.kinds.type_of(chain.root)
    for step in chain.steps:
        if of.kind is not Kind.MAP or type(step) is not tree.PropertyStep:
            return False
        of = f.kinds.step(of, step)
    return True
