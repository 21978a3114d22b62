"""Methods along a chain.

A method may change its receiver: in place, or by giving a new value (text, numbers, ``this`` of a script function), which is then written
back along the path that led to it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.engine import tree
from app.engine.lower import build, numbers, texts
from app.engine.lower.calls import is_shared
from app.engine.lower.frame import LEVEL, Lowering
from app.engine.lower.kinds import Kind, holds_atoms, is_pointer
from app.engine.lower.numbers import NUMBERS
from app.engine.lower.owning import parts_of_record
from app.engine.lower.pushes import push
from app.engine.lower.receivers import direct_calls, is_told, run, told_calls, with_receiver
from app.engine.lower.walks import Walk, is_constant_root, root_cell, write_back
from app.engine.stdlib import arrays, conversions, maps
from app.engine.values import FIRST_WAY, MOST_ARGUMENTS


def quick_method(f: Lowering, walk: Walk, step: tree.MethodStep, value: Any, arguments: list[Any]) -> Any:
    """Methods of arrays and texts that Python's own functions do, given the types; None for all others."""
    if not f.is_hot or (step.name, len(arguments)) in f.unit.functions or (step.name, len(arguments)) in f.unit.typed:
        return None
    if step.name == "len" and not arguments and f.kinds.has_length(walk.type):
        return build.call("len", [value])
    if (
        step.name == "to_float"
        and not arguments
        and walk.type.kind is Kind.INT
        and texts.is_standard(f, step, conversions.PACKAGE.name, "i64")
    ):
        return build.call("float", [value])
    if step.name == "contains" and _is_lookup(f, walk, step):
        return build.compare(arguments[0], "in", value)
    if walk.type.kind is Kind.TEXT:
        return texts.cased(f, step, value) or texts.cut(f, step, value, arguments)
    if walk.type.kind in NUMBERS and numbers.is_quick(f, step.name, [walk.type, *map(f.kinds.type_of, step.args)]):
        return numbers.quick(step.name, [value, *arguments])
    return push(f, walk, step, value, arguments) if step.name == "push" else _of_array(f, walk, step, value)


def _of_array(f: Lowering, walk: Walk, step: tree.MethodStep, value: Any) -> Any:
    """A method without arguments of what is an array, or may be one."""
    if step.args:
        return None
    if step.name == "pop" and walk.type.kind in (Kind.ARRAY, Kind.UNKNOWN):
        return _popped(f, walk, step, value)
    if walk.type.kind is not Kind.ARRAY or not texts.is_standard(f, step, arrays.PACKAGE.name, "array"):
        return None
    if step.name == "is_empty":
        return build.negated(value)
    return _shifted(f, walk, step, value) if step.name == "shift" else None


def _is_lookup(f: Lowering, walk: Walk, step: tree.MethodStep) -> bool:
    """Whether a method called ``contains`` asks a map for a key."""
    if walk.type.kind is not Kind.MAP or len(step.args) != 1 or f.kinds.of(step.args[0]) is not Kind.TEXT:
        return False
    return not f.kinds.may_be_called(walk.type, step.name) and texts.is_standard(f, step, maps.PACKAGE.name, "map")


def _popped(f: Lowering, walk: Walk, step: tree.MethodStep, value: Any) -> Any:
    """``pop`` on what may be an array: if it is one, nothing else can be meant."""
    if is_constant_root(f, walk) or (walk.is_place and root_cell(f, walk.node.root) is not None):
        return None
    slot = f.fresh()

    def taken() -> None:
        last = build.choice(value, build.call("list_pop", [value]), build.constant(None))
        f.out.append(build.store(build.target(slot), last))
        if walk.is_place and walk.is_doubtful:
            write_back(f, walk, value, in_place=True, at=f.position(step.pos))

    def by_library() -> None:
        result = method(f, walk, step, value, [])
        f.out.append(build.store(build.target(slot), result))

    if walk.type.kind is Kind.ARRAY:
        taken()
        return build.name(slot)
    quick, _ = f.captured_statements(taken)
    general, _ = f.captured_statements(by_library)
    f.out.append(build.if_(f.is_type(value, "list"), quick, general))
    return build.name(slot)


def _shifted(f: Lowering, walk: Walk, step: tree.MethodStep, value: Any) -> Any:
    """``shift`` on an array; what a long one costs is the library's to charge."""
    if is_constant_root(f, walk) or (walk.is_place and (walk.is_doubtful or root_cell(f, walk.node.root) is not None)):
        return None
    slot = f.fresh()
    general, _ = f.captured_statements(lambda: f.out.append(build.store(build.target(slot), method(f, walk, step, value, []))))
    first = build.choice(value, build.call("list_pop", [value, build.constant(0)]), build.constant(None))
    is_short = build.compare(build.call("len", [value]), "<=", build.constant(arrays.FREELY_MOVED))
    f.out.append(build.if_(is_short, [build.store(build.target(slot), first)], general))
    return build.name(slot)


def method(f: Lowering, walk: Walk, step: tree.MethodStep, value: Any, arguments: list[Any]) -> Any:
    """``value.name(arguments)``, with the receiver written back if it may have been replaced."""
    at = f.position(step.pos)
    level = build.name(LEVEL)
    if step.name == "is_shared" and not step.args:
        return is_shared(f, walk.node.root) if not walk.steps and walk.is_place else build.constant(False)
    if step.name == "curry":
        pointer = build.call("require_pointer", [value], at)
        return build.call("curry", [pointer, build.pair(*arguments)], at)
    is_constant = is_constant_root(f, walk)
    if step.name == "call":
        return _call_method(f, walk, step, value, arguments, at)
    argc = len(arguments)
    dispatcher = f.unit.natives.lookup(step.name, argc + 1)
    is_scripted = (step.name, argc) in f.unit.functions or (step.name, argc) in f.unit.typed
    if is_constant and (is_scripted or dispatcher is None or dispatcher.mutates):
        args = [level, value, build.constant(step.name), build.pair(*arguments)]
        return build.call("constant_method", args, at)
    if not is_constant and is_told(f, walk, step, is_native=not is_scripted and dispatcher is not None):
        return told_calls(f, walk, step, value, arguments)
    may_replace = is_scripted or dispatcher is None or dispatcher.replaces_receiver
    if not walk.is_place and not is_scripted and dispatcher is not None:
        may_replace = False
    calls_back = is_scripted or dispatcher is None or dispatcher.calls_back
    if not may_replace:
        style, copied = _chosen(f, walk, step) if step.name == "filter" else ("m", _as_it_is)
        made = copied(_invoked(f, walk, f.unit.native(style, step.name, argc), [level, value, *arguments], at, calls_back=calls_back))
        if dispatcher is not None and dispatcher.mutates and walk.is_place and walk.is_doubtful:
            made = f.temporary(made)
            write_back(f, walk, value, in_place=True, at=at)
        return made
    return _replacing(f, walk, step, value, arguments, "p" if not is_scripted else "s")


def _replacing(f: Lowering, walk: Walk, step: tree.MethodStep, value: Any, arguments: list[Any], style: str) -> Any:
    """A method that may leave another value in its receiver's place."""
    slot, result = f.fresh(), f.fresh()
    own = _own_method(f, walk, step, value, arguments, (slot, result))
    if own is not None and not own[0]:
        f.out += own[1]
        return build.name(result)
    direct = direct_calls(f, walk, step, value, arguments, (slot, result))
    otherwise, _ = f.captured_statements(lambda: _general_call(f, walk, step, value, arguments, style, (slot, result)))
    for test, body in reversed(direct if own is None else [(build.either(own[0]), own[1]), *direct]):
        otherwise = [build.if_(test, body, otherwise)]
    f.out += otherwise
    return build.name(result)


def _holds_atoms(walk: Walk) -> bool:
    return walk.type.kind is Kind.ARRAY and holds_atoms(walk.type)


def _as_it_is(made: Any) -> Any:
    return made


def _chosen(f: Lowering, walk: Walk, step: tree.MethodStep) -> tuple[str, Callable[[Any], Any]]:
    """The style of a ``filter``, and what copies the elements that it gives: where a closure chooses records and types say what these
    hold, the library needn't look.
    """
    if _holds_atoms(walk) or _is_passed_on(f, walk.node.steps, step):
        return "b", _as_it_is
    closure = step.args[0] if step.args else None
    frame = f.resolution.frames[id(closure)] if type(closure) is tree.Closure and walk.type.kind is Kind.ARRAY else None
    if frame is None or not frame.swept_by or frame.uses_this or frame.is_dynamic or frame.returns_this:
        return "m", _as_it_is
    parts = parts_of_record(walk.type.element)
    if parts is None:
        return "m", _as_it_is
    return "b", lambda made: build.call("copy_records", [made, f.unit.constant(parts)])


def _is_passed_on(f: Lowering, steps: list[Any], step: tree.MethodStep) -> bool:
    """Whether what a native gives is only seen by the next one, which calls a closure that can't change any of it meanwhile."""
    at = next(at for at, each in enumerate(steps) if each is step) + 1
    after = steps[at] if at < len(steps) else None
    if type(after) is not tree.MethodStep or not after.args or type(after.args[0]) is not tree.Closure:
        return False
    closure = after.args[0]
    frame = f.resolution.frames[id(closure)]
    return bool(frame.swept_by) and not closure.captures and not (frame.uses_this or frame.is_dynamic)


def _general_call(
    f: Lowering, walk: Walk, step: tree.MethodStep, value: Any, arguments: list[Any], style: str, into: tuple[str, str]
) -> None:
    """A method that the runtime looks up, which gives the receiver's new value and the result."""
    at = f.position(step.pos)
    argc = len(arguments)
    dispatcher = f.unit.natives.lookup(step.name, argc + 1)
    calls_back = style == "s" or dispatcher is None or dispatcher.calls_back
    slot, result = into
    args = [build.name(LEVEL), value, *arguments]
    made = _invoked(f, walk, f.unit.native(style, step.name, argc), args, at, calls_back=calls_back)
    named = {step.name, ""} if style == "s" else {""}
    run(f, walk, build.store(build.pair_target(build.target(slot), build.target(result)), made), value, named)
    if walk.is_place:
        write_back(f, walk, build.name(slot), in_place=False, at=at, old=value, is_this=style == "s")


def _own_method(
    f: Lowering, walk: Walk, step: tree.MethodStep, value: Any, arguments: list[Any], into: tuple[str, str]
) -> tuple[list[Any], list[Any]] | None:
    """The call of the script's own function as a method: one of what must hold for it, if it isn't sure, and the statements.

    It is meant unless the receiver is a map that has something under the name, or a function for the receiver's type is written.
    """
    function = f.unit.script_function(step.name, len(arguments))
    if function is None or function.is_dynamic or f.frame.is_dynamic or (step.name, len(arguments)) in f.unit.typed:
        return None
    if not f.is_hot or root_cell(f, walk.node.root) is not None:
        return None
    tests: list[Any] = []
    if f.kinds.may_be_called(walk.type, step.name):
        is_map = [] if walk.type.kind is Kind.MAP else [build.compare(build.call("type", [value]), "is not", build.name("dict"))]
        tests = [*is_map, build.compare(build.constant(step.name), "not in", value)]
    this = [value] if function.uses_this else []
    made = build.call(function.symbol, [build.name(LEVEL), *this, *arguments], f.position(step.pos))
    return tests, with_receiver(f, walk, step, value, made, into, step.name if function.returns_this else None)


def _invoked(f: Lowering, walk: Walk, function: str, args: list[Any], at: build.Place, *, calls_back: bool) -> Any:
    """The call of a method. If it may run the script's code, a captured variable at the chain's root is locked meanwhile."""
    cell = root_cell(f, walk.node.root) if calls_back else None
    return build.call(function, args, at) if cell is None else build.call("holding", [cell, build.name(function), *args], at)


def _call_method(f: Lowering, walk: Walk, step: tree.MethodStep, value: Any, arguments: list[Any], at: build.Place) -> Any:
    """``pointer.call(...)`` or ``object.call(pointer, ...)``."""
    held = _held_call(f, walk, value, arguments, at)
    direct = held or _pointer_call(f, walk, step, value, arguments, at)
    if direct is not None and held is None and is_pointer(walk.type):
        return f.temporary(direct[1])
    if direct is not None:
        slot = f.fresh()
        test, made = direct
        general, result = f.captured_statements(lambda: _called_by_library(f, walk, step, value, arguments, at))
        general.append(build.store(build.target(slot), result))
        f.out.append(build.if_(test, [build.store(build.target(slot), made)], general))
        return build.name(slot)
    return _called_by_library(f, walk, step, value, arguments, at)


def _held_call(f: Lowering, walk: Walk, value: Any, arguments: list[Any], at: build.Place) -> tuple[Any, Any] | None:
    """The call of the closure that a variable starts with: whether the variable still holds that very pointer, and the call."""
    root = walk.node.root
    binding = f.binding(root) if f.is_hot and type(root) is tree.Variable and not walk.steps else None
    held = None if binding is None or not walk.is_place or f.frame.is_dynamic else f.held.get(id(binding))
    if held is None or len(held.node.params) != len(arguments) or root_cell(f, root) is not None:
        return None
    frame = f.resolution.frames[id(held.node)]
    if frame.uses_this or frame.is_dynamic or frame.returns_this:
        return None
    made = build.call(held.symbol, [*held.captured, build.name(LEVEL), *arguments], at)
    return build.compare(value, "is", held.pointer), made


def _pointer_call(
    f: Lowering, walk: Walk, step: tree.MethodStep, value: Any, arguments: list[Any], at: build.Place
) -> tuple[Any, Any] | None:
    """The call of what may be any pointer: whether it is one, and the call. Nothing has to be stored back, as pointers don't change."""
    if not f.is_hot or f.frame.is_dynamic:
        return None
    cell = root_cell(f, walk.node.root)
    level = build.name(LEVEL)
    if cell is None:
        by_library = build.call("call_pointer", [level, value, build.pair(*arguments)], at)
    else:
        by_library = build.call("call_held", [level, cell, value, *arguments], at)
    is_told = cell is not None and (f.unit.marks is not None or f.kinds.has_knots or any(map(f.kinds.holds_pointers, step.args)))
    is_one = f.is_type(value, "FnPtr")
    if is_told:
        return is_one, by_library
    closures = f.kinds.closures(walk.type)
    is_sure = bool(closures) and all(_is_plain(f, closure, len(arguments)) for closure in closures)
    if is_sure and len(closures) == 1 and not closures[0].captures:
        symbol = f.unit.closure_symbol(closures[0], f.unit.closure_number(closures[0]))
        return is_one, build.call(symbol, [level, *arguments], at)
    if len(arguments) > MOST_ARGUMENTS:
        return is_one, by_library
    found = build.item(value, build.constant(FIRST_WAY + len(arguments)))
    if is_sure and is_pointer(walk.type):
        return is_one, build.call(f.temporary(found).id, [level, *arguments], at)
    way = f.fresh()
    is_there = build.compare(build.walrus(way, found), "is not", build.constant(None))
    return is_one, build.choice(is_there, build.call(way, [level, *arguments], at), by_library)


def _is_plain(f: Lowering, closure: tree.Closure, args: int) -> bool:
    """Whether a closure's function takes just its level, what it has captured and so many arguments, and gives just its result."""
    frame = f.resolution.frames[id(closure)]
    return len(closure.params) == args and not (frame.uses_this or frame.is_dynamic or frame.returns_this or frame.swept_by)


def _called_by_library(f: Lowering, walk: Walk, step: tree.MethodStep, value: Any, arguments: list[Any], at: build.Place) -> Any:
    args = [build.name(LEVEL), value, build.pair(*arguments), f.unit.constant(f.start_place(step.args[0]) if step.args else (0, 0))]
    made = _invoked(f, walk, "call_method", args, at, calls_back=True)
    if not step.args or not walk.is_place or is_constant_root(f, walk):
        return build.item(made, build.constant(1))
    slot, result = f.fresh(), f.fresh()
    run(f, walk, build.store(build.pair_target(build.target(slot), build.target(result)), made), value, f.resolution.leaving)
    write_back(f, walk, build.name(slot), in_place=False, at=at, old=value, is_this=True)
    return build.name(result)
