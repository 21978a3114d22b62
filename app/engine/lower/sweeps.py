"""Closures that a native calls for each element, as one function that is the loop over the elements.

``map``, ``filter``, ``find`` and the like with a closure written as their argument would call it for each element; half of the time of a
short closure is the call. A sweep is called once, with all elements. It draws from the counter what each call would have drawn,
at the same call level, and its frame stands for the call: errors have the same place, and the same function around them.
"""

from __future__ import annotations

from typing import Any, Final

from app.engine import tree
from app.engine.lower import build, scoping
from app.engine.lower.blocks import ends_here
from app.engine.lower.frame import LEVEL, Lowering
from app.engine.lower.kinds import Kind
from app.engine.lower.parameters import declare_parameters
from app.engine.lower.pushes import extent_of
from app.engine.lower.unit import ELEMENTS, KEEPING, Compiled, Unit
from app.engine.resolve import Frame

_ENTRY: Final = "entry"
"""The level that each element's call is drawn from; the level below it is that of the body."""
_KEEP: Final = "keep"
"""What takes each element's result, where all are wanted."""
_ITEMS: Final = "items"
"""All elements, each paired with its index if that is wanted, too."""


def sweep(unit: Unit, frame: Frame, node: tree.Closure, compiled: Compiled) -> Any:
    """The definition of a closure that neither uses ``this``, nor returns early, nor holds closures."""
    f = Lowering(unit, frame)
    f.variables = len(compiled.params)
    weight = unit.weigher.points.pop(id(node.body), 1)
    at = unit.place(node.pos)
    names: list[str] = []
    declare_parameters(f, names, node.captures)
    for binding in frame.params[: len(node.captures)]:
        if binding.is_steady:
            held = f.facts[binding.slot, ""] = f.fresh()
            f.out.append(build.store(build.target(held), scoping.local(binding)))
    result = f.final = f.fresh()
    inner, _ = f.captured_statements(lambda: _round(f, names, node, result))
    draws = build.item(build.name(_ENTRY), build.constant(unit.weight(weight, is_entry=True)), at)
    elements = build.call("compress", [build.name(_ITEMS), draws], at)
    compiled.swept_by, compiled.is_indexed = frame.swept_by, _is_indexed(frame, node)
    keeps = frame.swept_by in KEEPING
    if frame.swept_by == "reduce" and _is_sum(f, node, inner):
        f.out.append(build.return_(build.call("total", [elements, build.name(names[-2])], at)))
        names.pop()
    else:
        f.out.append(build.for_(_element(frame, names, node), elements, inner, at))
        if not keeps:
            f.out.append(build.return_(build.name(names[-1] if frame.swept_by == "reduce" else result)))
    last = node.body.statements[-1] if node.body.statements else None
    if type(last) is tree.ExprStmt:
        compiled.gives = ELEMENTS if _keeps_elements(f, node) else _GIVEN.get(f.kinds.of(last.expr), "")
        compiled.extent = extent_of(f.kinds.type_of(last.expr))
    return build.function(compiled.symbol, [_ENTRY, LEVEL, *([_KEEP] if keeps else []), *names, _ITEMS], f.out, at)


def _is_sum(f: Lowering, node: tree.Closure, round_: list[Any]) -> bool:
    """Whether a round only adds the element to the sum: both integers that can't leave i64, so that nothing is tested, or both floats."""
    kinds = {f.kinds.of_binding(f.resolution.declarations[id(param)]) for param in node.params}
    if len(kinds) != 1 or not kinds <= {Kind.INT, Kind.FLOAT} or len(round_) != 1:
        return False
    sum_, element = (build.name(f.resolution.declarations[id(param)].slot) for param in node.params)
    return build.is_sum(round_[0], sum_, element)


def _is_indexed(frame: Frame, node: tree.Closure) -> bool:
    """Whether it takes the element's index, too."""
    return frame.swept_by in KEEPING and len(node.params) == _WITH_INDEX


def _element(frame: Frame, names: list[str], node: tree.Closure) -> Any:
    """What each element goes into, taken from the names; with its index, if the closure wants that."""
    index = [build.target(names.pop())] if _is_indexed(frame, node) else []
    element = build.target(names.pop())
    return build.pair_target(element, *index) if index else element


def _keeps_elements(f: Lowering, node: tree.Closure) -> bool:
    """Whether it hands out the elements for which it answers true, instead of its answers: those of a ``filter`` that gives bools."""
    last = node.body.statements[-1] if node.body.statements else None
    if f.frame.swept_by != "filter" or type(last) is not tree.ExprStmt or f.kinds.of(last.expr) is not Kind.BOOL:
        return False
    element = f.resolution.declarations[id(node.params[0])]
    return not (element.is_cell or element.is_assigned or element.is_mutated or element.is_replaced)


_WITH_INDEX: Final = 2
_GIVEN: Final = {Kind.BOOL: "bools", Kind.INT: "numbers", Kind.FLOAT: "numbers", Kind.TEXT: "texts"}


def _round(f: Lowering, names: list[str], node: tree.Closure, result: str) -> None:
    """What is done with one element."""
    if 0 < f.unit.max_variables < f.variables:
        f.out.append(build.expression(build.call("too_many_variables", [], f.unit.place(node.pos))))
    declare_parameters(f, names, node.params)
    f.sequence(node.body.statements, result)
    by = f.frame.swept_by
    value = build.name(result)
    if not build.stores_into(f.out[-1], result):
        # A name that nothing stores into (all arms throw) would be taken for a global.
        f.out.insert(0, build.store(build.target(result), build.constant(None)))
    elif by in KEEPING or by == "reduce":
        value = f.out.pop().value
    if ends_here(f.out):
        return
    if by in KEEPING and _keeps_elements(f, node):
        element = f.resolution.declarations[id(node.params[0])].slot
        f.out.append(build.if_(value, [build.expression(build.call(_KEEP, [build.name(element)]))], []))
    elif by in KEEPING:
        f.out.append(build.expression(build.call(_KEEP, [value])))
    elif by == "reduce":
        f.out.append(build.store(build.target(names[-2]), value))
    else:
        f.out.append(build.if_(build.compare(value, "is not" if by == "all" else "is", build.constant(True)), [build.BREAK], []))
