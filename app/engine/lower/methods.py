"""Methods along a chain.

A method may change its receiver: in place, or by giving a new value (text, numbers, ``this`` of a script function), which is then written
back along the path that led to it.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Any, Final

from app.engine import tree
from app.engine.lower import build, owning, texts
from app.engine.lower.calls import is_shared
from app.engine.lower.copies import parts_of_record
from app.engine.lower.disturb import Disturbance, disturbance
from app.engine.lower.frame import LEVEL, Lowering
from app.engine.lower.kinds import RECEIVERS, Kind, holds_atoms, is_pointer
from app.engine.lower.receivers import direct_calls, is_told, replace, told_calls, with_receiver
from app.engine.lower.straight import straight_call
from app.engine.lower.walks import Walk, is_constant_root, root_cell, write_back
from app.engine.natives import ANY, Dispatcher
from app.engine.resolve.lending import CHOOSING
from app.engine.stdlib import arrays
from app.engine.values import FIRST_WAY, MOST_ARGUMENTS


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
    if is_constant and (is_scripted or dispatcher is None or _may_be_refused(f, walk, step, dispatcher)):
        args = [level, value, build.constant(step.name), build.pair(*arguments)]
        return build.call("constant_method", args, at)
    if not is_constant and is_told(f, walk, step, is_native=not is_scripted and dispatcher is not None):
        return told_calls(f, walk, step, value, arguments)
    may_replace = is_scripted or dispatcher is None or _replaces(f, walk, dispatcher)
    if not walk.is_place and not is_scripted and dispatcher is not None:
        may_replace = False
    calls_back = is_scripted or dispatcher is None or dispatcher.calls_back
    if not may_replace:
        types = map(f.kinds.type_of, step.args)
        made = straight_call(f, dispatcher, chain((walk.type,), types), [value, *arguments], at)
        if made is None:
            style, copied = _chosen(f, walk, step) if step.name in CHOOSING else ("m", _as_it_is)
            native = f.unit.native(style, step.name, argc)
            made = copied(_invoked(f, walk, native, [level, value, *arguments], at, calls_back=calls_back))
        if dispatcher is not None and dispatcher.mutates and walk.is_place and walk.is_doubtful:
            made = f.temporary(made)
            write_back(f, walk, value, in_place=True, at=at)
        return made
    return _replacing(f, walk, step, value, arguments, "p" if not is_scripted else "s")


def _may_be_refused(f: Lowering, walk: Walk, step: tree.MethodStep, dispatcher: Dispatcher) -> bool:
    """Whether a native of the name may not be called on a constant, given what types and the author say of the arguments."""
    if dispatcher.mutates:
        return True
    kinds = [RECEIVERS.get(walk.type.kind)]
    kinds += ["Fn" if type(node) is tree.Closure else RECEIVERS.get(f.kinds.of(node)) for node in step.args]
    refused = [overload.params for overload in dispatcher.overloads if not overload.pure]
    return any(all(kind in (None, want) or want == ANY for kind, want in zip(kinds, params, strict=True)) for params in refused)


def _replaces(f: Lowering, walk: Walk, dispatcher: Dispatcher) -> bool:
    """Whether a native may leave another value where its receiver was; a known type tells which of that name it is."""
    name = RECEIVERS.get(walk.type.kind)
    if not dispatcher.replaces_receiver or name is None or f.kinds.may_be_called(walk.type, dispatcher.name):
        return dispatcher.replaces_receiver
    return any(each.replaces_receiver for each in dispatcher.overloads if each.params[0] in (ANY, name))


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
    """The style of a method that gives elements, and what copies these: where a closure chooses records and types say what these
    hold, the library needn't look.
    """
    is_borrowed = walk.node.steps[-1] is step and (walk.node is f.looked_at or owning.is_borrowed(f, walk.node))
    if is_borrowed or _holds_atoms(walk) or _is_passed_on(f, walk, step):
        return "b", _as_it_is
    if step.name != "filter":
        return "m", _as_it_is
    closure = step.args[0] if step.args else None
    frame = f.resolution.frames[id(closure)] if type(closure) is tree.Closure and walk.type.kind is Kind.ARRAY else None
    if frame is None or not frame.swept_by or frame.uses_this or frame.is_dynamic or frame.returns_this:
        return "m", _as_it_is
    parts = parts_of_record(walk.type.element)
    if parts is None:
        return "m", _as_it_is
    return "b", lambda made: build.call("copy_records", [made, f.unit.constant(parts)])


def _is_passed_on(f: Lowering, walk: Walk, step: tree.MethodStep) -> bool:
    """Whether what a native gives is seen by the next one only, which counts it, or calls a closure that changes none of it meanwhile."""
    steps = walk.node.steps
    at = next(at for at, each in enumerate(steps) if each is step) + 1
    after = steps[at] if at < len(steps) else None
    if type(after) is tree.MethodStep and after.name in _COUNTING and walk.type.kind is Kind.ARRAY and step.name == "filter":
        return texts.is_standard(f, after, arrays.PACKAGE.name, "array")
    if type(after) is not tree.MethodStep or not after.args or type(after.args[0]) is not tree.Closure:
        return False
    closure = after.args[0]
    frame = f.resolution.frames[id(closure)]
    if not frame.swept_by or frame.uses_this or frame.is_dynamic:
        return False
    return not closure.captures or _only_evaluates(f, closure)


_COUNTING: Final = frozenset({"len", "is_empty"})


def _only_evaluates(f: Lowering, closure: tree.Closure) -> bool:
    """Whether a closure is an expression that changes nothing, whatever it has captured."""
    body = closure.body.statements
    return len(body) == 1 and type(body[0]) is tree.ExprStmt and disturbance(f, body[0].expr) is Disturbance.NOTHING


def _general_call(
    f: Lowering, walk: Walk, step: tree.MethodStep, value: Any, arguments: list[Any], style: str, into: tuple[str, str]
) -> None:
    """A method that the runtime looks up, which gives the receiver's new value and the result."""
    at = f.position(step.pos)
    argc = len(arguments)
    dispatcher = f.unit.natives.lookup(step.name, argc + 1)
    calls_back = style == "s" or dispatcher is None or dispatcher.calls_back
    args = [build.name(LEVEL), value, *arguments]
    made = _invoked(f, walk, f.unit.native(style, step.name, argc), args, at, calls_back=calls_back)
    named = {step.name, ""} if style == "s" else {""}
    replace(f, walk, made, value, into, named, at, is_this=style == "s", is_last=False)


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
    if direct is not None and is_pointer(walk.type) and (held is None or _holds_one(f, walk)):
        return f.temporary(direct[1])
    if direct is not None:
        slot = f.fresh()
        test, made = direct
        general, _ = f.captured_statements(lambda: _called_by_library(f, walk, step, value, arguments, at, slot))
        f.out.append(build.if_(test, [build.store(build.target(slot), made)], general))
        return build.name(slot)
    slot = f.fresh()
    _called_by_library(f, walk, step, value, arguments, at, slot)
    return build.name(slot)


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


def _holds_one(f: Lowering, walk: Walk) -> bool:
    """Whether a variable certainly holds the very pointer that it starts with: nothing else is ever stored in it.

    Calls of pointers leave them as they are; a method of the script's may put the pointer there that another evaluation has made.
    """
    root: Any = walk.node.root
    binding = f.binding(root)
    return binding is not None and not binding.stores and not binding.received and len(f.kinds.closures(walk.type)) == 1


def _pointer_call(
    f: Lowering, walk: Walk, step: tree.MethodStep, value: Any, arguments: list[Any], at: build.Place
) -> tuple[Any, Any] | None:
    """The call of what may be any pointer: whether it is one, and the call. Nothing has to be stored back, as pointers don't change."""
    is_certain = is_pointer(walk.type)
    # What may be a pointer is worth a second way only where that is quicker; what is one needs no other.
    if f.frame.is_dynamic or not (f.is_hot or is_certain):
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
    if len(arguments) > MOST_ARGUMENTS or not f.is_hot:
        return is_one, by_library
    found = build.item(value, build.constant(FIRST_WAY + len(arguments)))
    if is_sure and is_certain:
        return is_one, build.call(f.temporary(found).id, [level, *arguments], at)
    way = f.fresh()
    is_there = build.compare(build.walrus(way, found), "is not", build.constant(None))
    return is_one, build.choice(is_there, build.call(way, [level, *arguments], at), by_library)


def _is_plain(f: Lowering, closure: tree.Closure, args: int) -> bool:
    """Whether a closure's function takes just its level, what it has captured and so many arguments, and gives just its result."""
    frame = f.resolution.frames[id(closure)]
    return len(closure.params) == args and not (frame.uses_this or frame.is_dynamic or frame.returns_this or frame.swept_by)


def _called_by_library(
    f: Lowering, walk: Walk, step: tree.MethodStep, value: Any, arguments: list[Any], at: build.Place, result: str
) -> None:
    args = [build.name(LEVEL), value, build.pair(*arguments), f.unit.constant(f.start_place(step.args[0]) if step.args else (0, 0))]
    made = _invoked(f, walk, "call_method", args, at, calls_back=True)
    if not step.args or not walk.is_place or is_constant_root(f, walk):
        f.out.append(build.store(build.target(result), build.item(made, build.constant(1))))
    else:
        replace(f, walk, made, value, (f.fresh(), result), f.resolution.leaving, at, is_this=True, is_last=False)
