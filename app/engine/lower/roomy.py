"""Arrays of numbers that a loop pushes to, and that are short still when it ends: no push has to look at the length.

How often the loop runs is known before it begins, and so is how long the arrays can get that nothing but its own pushes changes. An
array of fewer than 64 numbers within the limit isn't measured, charged for or accounted for, so that one question before the loop
answers what each push would ask.
"""

from __future__ import annotations

from typing import Any, Final

from app.engine import tree
from app.engine.lower import build
from app.engine.lower.frame import Lowering, is_constant
from app.engine.lower.kinds import UNMEASURED, Kind
from app.engine.resolve.bindings import Binding
from app.engine.tree.parts import parts


def begin(f: Lowering, node: tree.For, walked: Any, *, has_length: bool) -> tuple[Any, list[str]]:
    """Asks, before a loop over a sequence, or a range of Python's, whether its arrays stay short.

    Gives what the loop walks, and the arrays' locals, which ``f.roomy`` leads to the local with the answer. Only arrays made in the
    block that the loop is part of are asked about: others grow each time the loop is run, and are long for most of these.
    """
    bounds = walked.args if type(walked) is build.CALL and walked.func.id == "range" and len(walked.args) == 2 else None
    if not f.is_hot or f.frame.is_dynamic or (bounds is None and not has_length):
        return walked, []
    found = [(binding, pushes) for binding in f.visible if (pushes := _pushes(f, node, binding))]
    if not found:
        return walked, []
    if bounds is None:
        walked = f.simple(walked)
        rounds = build.call("len", [walked])
    else:
        start, stop = bounds[:] = [f.simple(bound) for bound in bounds]
        rounds = stop if is_constant(start) and not start.value else build.operation(stop, "-", start)
    most = max(pushes for _, pushes in found)
    total = rounds if most == 1 else build.operation(rounds, "*", build.constant(most))
    slots = [binding.slot for binding, _ in found]
    for slot in slots:
        total = build.operation(total, "+", build.call("len", [build.name(slot)]))
    answer = f.temporary(build.compare(total, ">=", build.name("ARRAY_ROOM")))
    f.roomy.update(dict.fromkeys(slots, answer.id))
    return walked, slots


def end(f: Lowering, slots: list[str]) -> None:
    """Called behind the loop."""
    for slot in slots:
        del f.roomy[slot]


def _pushes(f: Lowering, node: tree.For, binding: Binding) -> int:
    """How often a round of a loop pushes to an array of numbers at most; 0 if nobody knows, or something else may change the variable."""
    if id(binding) not in f.resolution.mutated_in.get(id(node), ()) or binding.is_cell or binding.is_replaced:
        return 0
    of = f.kinds.type_of_binding(binding)
    if of.kind is not Kind.ARRAY or of.element.kind not in UNMEASURED:
        return 0
    if binding.loops != f.resolution.declarations[id(node.variable)].loops or id(binding) in f.resolution.stored_in[id(node)]:
        return 0
    changes = [(at, is_altered) for at, is_altered, _ in binding.changes if node.start <= at < node.end]
    inner = [each for each in parts([node.body]) if type(each) in _LOOPS]
    if any(is_altered or any(each.start <= at < each.end for each in inner) for at, is_altered in changes):
        return 0
    return len(changes)


_LOOPS: Final = frozenset({tree.For, tree.While, tree.Do})
