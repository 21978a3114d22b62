"""The parameters of functions and closures."""

from __future__ import annotations

from app.engine import tree
from app.engine.lower import build
from app.engine.lower.frame import SCOPE, Lowering
from app.engine.lower.kinds import CHANGEABLE
from app.engine.resolve import Resolution


def declare_parameters(f: Lowering, names: list[str], params: list[tree.Name]) -> None:
    """Parameters are borrowed from the caller: copied if changed here and not taken over, put in a cell if captured here."""
    captured = {id(name) for name in f.frame.node.captures} if isinstance(f.frame.node, tree.Closure) else set()
    if f.frame.is_dynamic:
        for number, param in enumerate(params):
            names.append(f"'p{number}")
            push = "scope_share" if id(param) in captured and is_captured_cell(f.resolution, param) else "scope_push"
            args = [build.name(SCOPE), build.constant(param.text), build.name(names[-1])]
            if push == "scope_push":
                args = [*args[:2], build.call("copy", [args[2]]), build.constant(False)]
            f.out.append(build.expression(build.call(push, args)))
        return
    for param in params:
        binding = f.resolution.declarations[id(param)]
        f.visible.append(binding)
        names.append(binding.slot)
        if id(param) in captured and binding.is_cell and is_captured_cell(f.resolution, param):
            continue
        slot = build.name(binding.slot)
        if binding.is_cell:
            value = f.copied(slot, f.kinds.type_of_binding(binding)) if f.kinds.of_binding(binding) in CHANGEABLE else slot
            f.out.append(build.store(build.target(binding.slot), build.array([value])))
        elif binding.is_taken or (binding.is_mutated and f.kinds.of_binding(binding) not in CHANGEABLE):
            f.owned_parameters.add(id(binding))
        elif binding.is_mutated:
            f.out.append(build.store(build.target(binding.slot), f.copied(slot, f.kinds.type_of_binding(binding))))
            f.owned_parameters.add(id(binding))
        f.learn(binding)


def is_captured_cell(resolution: Resolution, param: tree.Name) -> bool:
    """Whether a closure gets a captured variable's cell, rather than a constant's value."""
    outer = resolution.captured.get(id(param))
    return outer is None or not outer.is_const
