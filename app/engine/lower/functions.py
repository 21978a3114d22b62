"""Functions, closures and the main program."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from app.engine import tree
from app.engine.lower import build, scoping
from app.engine.lower.frame import LEVEL, RETURN, SCOPE, THIS, Lowering
from app.engine.lower.orders import keys_of
from app.engine.lower.parameters import declare_parameters, is_captured_cell
from app.engine.lower.sweeps import sweep
from app.engine.lower.unit import Compiled, Unit
from app.engine.resolve import Frame

MAIN = "main"


def describe(function: tree.Function, frame: Frame, prefix: str) -> Compiled:
    """What calls need to know about a function before it is lowered."""
    receiver = f"{function.receiver}." if function.receiver is not None else ""
    return Compiled(
        name=function.name,
        symbol=f"{prefix}{receiver}{function.name}/{len(function.params)}",
        params=tuple([param.text for param in function.params]),
        receiver=function.receiver,
        is_private=function.is_private,
        uses_this=frame.uses_this or frame.is_dynamic,
        returns_this=frame.returns_this,
        is_dynamic=frame.is_dynamic,
        takes=tuple([at for at, binding in enumerate(frame.params) if binding.is_taken]),
        is_empty=not function.body.statements,
    )


def lower_function(unit: Unit, function: tree.Function, compiled: Compiled) -> None:
    """Adds a function's definition."""
    frame = unit.resolution.frames[id(function)]
    unit.weigher.function(function.body)
    unit.definitions.append(_definition(unit, frame, compiled, function.body, function.params))


def lower_closure(unit: Unit, node: tree.Closure) -> int:
    """Adds a closure's definition; gives its number."""
    frame = unit.resolution.frames[id(node)]
    params = [*node.captures, *node.params]
    number = unit.closure_number(node)
    if unit.closures[number] is not None:
        # The function around it is lowered a second time, to run in its caller's scope.
        number = len(unit.closures)
        unit.closures.append(None)
    compiled = Compiled(
        name=node.name,
        symbol=unit.closure_symbol(node, number),
        params=tuple([param.text for param in params]),
        uses_this=frame.uses_this or frame.is_dynamic,
        returns_this=frame.returns_this,
        is_dynamic=frame.is_dynamic,
        captures=len(node.captures),
        cells=tuple([at for at, name in enumerate(node.captures) if is_captured_cell(unit.resolution, name)]),
        is_empty=not node.body.statements,
        keys=keys_of(node) if unit.marks is None else (),
    )
    unit.closures[number] = compiled
    if id(node.body) not in unit.weigher.points:
        unit.weigher.function(node.body)
    if frame.swept_by and unit.marks is None and not (compiled.uses_this or frame.returns or frame.has_closures or _keeps(frame, compiled)):
        unit.definitions.append(sweep(unit, frame, node, compiled))
    else:
        unit.definitions.append(_definition(unit, frame, compiled, node.body, params))
    return number


def _keeps(frame: Frame, compiled: Compiled) -> bool:
    """Whether a closure changes a captured constant: its own copy, a new one for each call."""
    own = [binding for at, binding in enumerate(frame.params[: compiled.captures]) if at not in compiled.cells]
    return any(binding.is_mutated or binding.is_assigned for binding in own)


def lower_missing(unit: Unit) -> None:
    """Adds the closures that calls count on, but that nothing evaluates."""
    for node in unit.resolution.flows.closures:
        number = unit.numbers.get(id(node))
        if number is not None and unit.closures[number] is None:
            lower_closure(unit, node)


def _definition(unit: Unit, frame: Frame, compiled: Compiled, body: tree.Block, params: list[tree.Name]) -> Any:
    f = Lowering(unit, frame)
    f.variables = len(params)
    weight = unit.weigher.points.pop(id(body), 1)
    at = unit.place(frame.node.pos)
    f.due = (weight, at)
    names = [LEVEL]
    if frame.is_dynamic:
        names.append(SCOPE)
    if compiled.uses_this:
        names.append(THIS)
        frame.uses_this = True
    if 0 < unit.max_variables < len(params):
        f.begin()
        f.out.append(build.expression(build.call("too_many_variables", [], at)))
    declare_parameters(f, names, params)
    taken = _take_captured(names, len(params), compiled.captures)
    f.learn_this()
    if f.out and f.due is not None:
        # Whatever is done for the function is paid for first.
        done, f.out = f.out, []
        f.begin()
        f.out += done
    f.sequence(body.statements, RETURN)
    return build.function(compiled.symbol, names, [*taken, *f.out], at)


def _take_captured(names: list[str], params: int, captures: int) -> list[Any]:
    """What is captured comes in a tuple, before everything else, so that a pointer can hold a Python function that has it."""
    if not captures:
        return []
    first = len(names) - params
    captured = names[first : first + captures]
    names[:] = [_CAPTURED, *names[:first], *names[first + captures :]]
    return [build.store(build.pair_target(*map(build.target, captured)), build.name(_CAPTURED))]


_CAPTURED: Final = "captured"


def lower_main(unit: Unit, script: tree.Script, outer: Iterable[str], *, is_module: bool = False, is_eval: bool = False) -> None:
    """Adds the main program's definition. Each of its statements is a charge point of its own."""
    frame = unit.resolution.frames[id(script)]
    f = Lowering(unit, frame)
    if unit.functions:
        f.global_constants = {id(node) for node in script.statements if type(node) is tree.Let and node.is_const}
    names = [LEVEL]
    if is_eval:
        names += [SCOPE, THIS]
        frame.uses_this = True
    elif frame.is_dynamic:
        names.append(SCOPE)
    else:
        for binding in frame.params:
            names.append(binding.slot)
            f.visible.append(binding)
            if binding.is_cell:
                f.out.append(build.store(build.target(binding.slot), build.array([build.name(binding.slot)])))
            f.learn(binding)
    statements = script.statements
    f.variables = len(frame.params)
    for at, node in enumerate(statements):
        is_last = at + 1 == len(statements) and not is_module
        f.mark(node.start, node.end)
        f.charge(unit.weigher.statement(node), unit.place(node.pos))
        if not is_last or unit.marks is None:
            f.statement(node, RETURN if is_last else None)
            continue
        result = f.fresh()
        f.out.append(build.store(build.target(result), build.constant(None)))
        f.statement(node, result)
        f.mark(script.end, script.end)
        f.out.append(build.return_(build.name(result)))
    if is_module:
        _exports(f)
    elif not statements:
        f.mark(script.end, script.end)
        f.deliver(build.constant(None), RETURN)
    unit.definitions.append(build.function(f"{unit.prefix}{MAIN}", names, f.out, (1, 0)))


def _exports(f: Lowering) -> None:
    """A module gives the values of what it exports."""
    names, values = [], []
    for alias, name in f.exports:
        node = tree.Variable(name.start, name.end, name.pos, name.text)
        binding = f.resolution.declarations.get(id(name)) or f.resolution.exported.get(id(name))
        names.append(alias)
        values.append(scoping.read(f, node) if binding is None or f.frame.is_dynamic else scoping.local(binding))
    f.out.append(build.return_(build.mapping(names, values)))


def in_caller_scope(unit: Unit, function: tree.Function, compiled: Compiled) -> Compiled:
    """A second version of a function, called as ``f!()``: its variables live in its caller's scope."""
    frame = unit.resolution.frames[id(function)]
    dynamic = Frame(function, frame.params, frame.uses_this, frame.returns_this, is_dynamic=True)
    version = replace(compiled, symbol=compiled.symbol + "!", is_dynamic=True, uses_this=True)
    unit.weigher.function(function.body)
    unit.definitions.append(_definition(unit, dynamic, version, function.body, function.params))
    return version
