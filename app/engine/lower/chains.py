"""Chains that are read: ``root.a[b].c(d)``.

Arguments and indices are evaluated before the root, as in Rhai. A method may change its receiver: in place, or by giving a new value
(text, numbers, ``this`` of a script function), which is then written back along the path that led to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from app.engine import tree
from app.engine.lower import build, scoping, texts
from app.engine.lower.calls import is_shared
from app.engine.lower.disturb import Disturbance, is_disturbed, is_shared_place, of_all
from app.engine.lower.frame import EXPRESSIONS, LEVEL, SCOPE, THIS, Lowering, is_constant
from app.engine.lower.kinds import ANY, Kind, Type
from app.engine.lower.literals import pointer_to, texts_of_record
from app.engine.lower.unit import PathSite, start_position


@dataclass(slots=True)
class Walk:
    """How far a chain has been walked: the containers passed and the keys taken."""

    node: tree.Chain
    root: Any
    is_place: bool
    containers: list[Any]
    keys: list[Any]
    steps: list[Any]
    type: Type = ANY
    """Of the value that the walk has come to."""
    is_doubtful: bool = False
    """Whether a container passed may be a host's object, which must be told of changes."""


def chain(f: Lowering, node: tree.Chain) -> Any:
    """The value of a chain, borrowed from its root."""
    first = node.steps[0]
    if type(first) is tree.PropertyStep and len(node.steps) == 1 and not first.is_safe:
        held, value = borrowed_root(f, node.root)
        return property_read(f, first, value, f.kinds.type_of(node.root), held)
    arguments = evaluated_arguments(f, node.steps, node.root)
    root = f.simple(f.expr(node.root))
    if len(node.steps) == 1 and has_entry(f, node.root, first):
        return build.item(root, arguments[0][0])
    is_place = type(node.root) in (tree.Variable, tree.This)
    if type(node.root) is tree.Constant and any(type(step) is tree.MethodStep for step in node.steps):
        root = f.temporary(f.copied(root))
    walk = Walk(node, root, is_place, [], [], [], f.kinds.type_of(node.root))
    return _steps(f, walk, node.steps, arguments, root, guards(node.steps))


def has_entry(f: Lowering, root: Any, step: tree.Step) -> bool:
    """Whether a condition has found an entry: the map and the key are variables."""
    if type(step) is not tree.IndexStep or type(root) is not tree.Variable or type(step.index) is not tree.Variable or f.frame.is_dynamic:
        return False
    return f.kinds.has_entry(f.binding(root), f.binding(step.index))


def borrowed_root(f: Lowering, root: Any) -> tuple[Any, Any]:
    """The container that a chain starts from: as the library gets it, and as tests of its type may see it.

    An unbound ``this`` passes no such test, so that only the library needs to look whether it is bound.
    """
    if type(root) is tree.This and f.frame.uses_this:
        value = build.name(THIS)
        return build.call("bound", [value], f.position(root.pos)), value
    value = f.simple(f.expr(root))
    return value, value


def guards(steps: list[Any]) -> list[bool]:
    """Which steps give up at (). In a run of indices Rhai's parser takes each question mark for the index before it."""
    safe = [step.is_safe for step in steps]
    if True in safe:
        for at in range(len(steps) - 1):
            if type(steps[at]) is tree.IndexStep and type(steps[at + 1]) is tree.IndexStep:
                safe[at] = steps[at + 1].is_safe
    return safe


def evaluated_arguments(f: Lowering, steps: list[Any], root: Any = None) -> list[list[Any]]:
    """The arguments and indices of all steps, as simple values; parts of the root, which a method might change, are copied."""
    nodes = [_arguments_of(step) for step in steps]
    later = [node for each in nodes for node in each]
    found: list[list[Any]] = []
    for step, own in zip(steps, nodes, strict=True):
        is_stored = type(step) is tree.MethodStep and bool(own) and stores(f, step)
        values: list[Any] = []
        for node in own:
            later = later[1:]
            values.append(_argument(f, node, root, later, is_stored=is_stored))
        found.append(values)
    return found


def _arguments_of(step: Any) -> list[Any]:
    if type(step) is tree.PropertyStep:
        return []
    return [step.index] if type(step) is tree.IndexStep else step.args


def _argument(f: Lowering, node: Any, root: Any, later: list[Any], *, is_stored: bool) -> Any:
    if is_stored:
        value = f.owned(node)
    else:
        value = f.expr(node)
        if type(node) in _PLACES and (is_shared_place(f, node) or _is_part_of(f, node, root) or is_disturbed(f, node, later)):
            value = f.copied(value)
    if type(node) is tree.Variable and of_all(f, later) is Disturbance.ANYTHING:
        return f.temporary(value)
    return f.simple(value)


_PLACES: Final = frozenset({tree.Variable, tree.Chain, tree.This})
"""What may be part of a variable."""


def _is_part_of(f: Lowering, node: Any, root: Any) -> bool:
    """Whether an argument is a place in the variable that the chain starts from."""
    inner = node.root if type(node) is tree.Chain else node
    if type(inner) is tree.This:
        return type(root) is tree.This and f.is_place(node)
    return type(inner) is tree.Variable and type(root) is tree.Variable and inner.name == root.name and f.is_place(node)


def stores(f: Lowering, step: tree.MethodStep) -> bool:
    """Whether a method keeps its arguments."""
    if step.name == "curry":
        return True
    dispatcher = f.unit.natives.lookup(step.name, len(step.args) + 1)
    return dispatcher is not None and dispatcher.stores


def _steps(f: Lowering, walk: Walk, steps: list[Any], arguments: list[list[Any]], value: Any, safe: list[bool]) -> Any:
    for at, step in enumerate(steps):
        if safe[at]:
            return _safe_steps(f, walk, steps[at:], arguments[at:], value, safe[at:])
        value = _step(f, walk, step, arguments[at], value, is_last=at + 1 == len(steps))
    return value


def _safe_steps(f: Lowering, walk: Walk, steps: list[Any], arguments: list[list[Any]], value: Any, safe: list[bool]) -> Any:
    """``?.`` gives up on the rest of the chain at ()."""
    value = f.simple(value)
    slot = f.fresh()

    def rest() -> None:
        first = _step(f, walk, steps[0], arguments[0], value, is_last=len(steps) == 1)
        f.out.append(build.store(build.target(slot), _steps(f, walk, steps[1:], arguments[1:], first, safe[1:])))

    inner, _ = f.captured_statements(rest)
    none = build.constant(None)
    f.out.append(build.if_(build.compare(value, "is", none), [build.store(build.target(slot), none)], inner))
    return build.name(slot)


def _step(f: Lowering, walk: Walk, step: Any, arguments: list[Any], value: Any, *, is_last: bool) -> Any:
    value = f.simple(value)
    of = walk.type
    if type(step) is tree.PropertyStep:
        made = property_read(f, step, value, of)
        key = build.constant(step.name)
    elif type(step) is tree.IndexStep:
        made = index_read(f, step, value, arguments[0], of)
        key = arguments[0]
    else:
        made = _quick_method(f, walk, step, value, arguments) or method(f, walk, step, value, arguments)
        f.kinds.disturb()
        walk.type = f.kinds.step(of, step)
        walk.containers, walk.keys, walk.steps, walk.is_place = [], [], [], False
        if not is_last:
            made = f.simple(made)
        return made
    walk.type = f.kinds.step(of, step)
    walk.is_doubtful = walk.is_doubtful or of.kind not in (Kind.ARRAY, Kind.MAP)
    walk.containers.append(value)
    walk.keys.append(key)
    walk.steps.append(step)
    return made if is_last else f.simple(made)


def property_read(f: Lowering, step: Any, value: Any, of: Type = ANY, held: Any = None) -> Any:
    """``value.name``; ``held`` is the value for the library, if that is something else."""
    name = build.constant(step.name)
    if of.kind is Kind.MAP:
        return build.item(value, name) if step.name in of.required else build.call("dict_get", [value, name])
    if step.name == "len" and of.kind in _MEASURABLE:
        return build.call("len", [value])
    slow = build.call("get_property", [value if held is None else held, name], f.position(step.pos))
    if not f.is_hot:
        return slow
    if step.name == "len":
        counted = build.either([f.is_type(value, "list"), f.is_type(value, "str")])
        return build.choice(counted, build.call("len", [value]), slow)
    return build.choice(f.is_type(value, "dict"), build.call("dict_get", [value, name]), slow)


_MEASURABLE: Final = (Kind.ARRAY, Kind.TEXT)


def index_read(f: Lowering, step: tree.IndexStep, value: Any, index: Any, of: Type) -> Any:
    """``value[index]``; out of bounds fails in Python's own way."""
    at = f.position(step.pos)
    kind, key_kind = of.kind, f.kinds.of(step.index)
    slow = build.stamped_site(build.call("get_index", [value, index], at), at, f.unit.site("index", f.unit.place(step.start)))
    if not f.is_hot:
        return slow
    fast = build.item(value, index, at, f.unit.site("bounds", operand(value), operand(index)))
    if kind is Kind.ARRAY and key_kind is Kind.INT:
        return fast
    is_there = type(step.index) is tree.String and step.index.value in of.required
    by_key = build.item(value, index) if is_there else build.call("dict_get", [value, index])
    is_key = [] if key_kind is Kind.TEXT else [f.is_type(index, "str")]
    if kind is Kind.MAP:
        return build.choice(is_key[0], by_key, slow) if is_key else by_key
    is_map = build.choice(build.both([f.is_type(value, "dict"), *is_key]), by_key, slow)
    if key_kind is Kind.TEXT:
        return is_map
    tests = [] if kind is Kind.ARRAY else [f.is_type(value, "list")]
    if key_kind is not Kind.INT:
        tests.append(f.is_type(index, "int"))
    is_either = kind is not Kind.ARRAY and key_kind is not Kind.INT
    return build.choice(build.both(tests), fast, is_map if is_either else slow)


def operand(value: Any) -> Any:
    """A simple value as a site keeps it."""
    return (value.value,) if is_constant(value) else value.id


# --- methods ------------------------------------------------------------------------------------------------------

_NATIVE_ONLY: Final = frozenset({"call", "curry", "is_shared"})


def method(f: Lowering, walk: Walk, step: tree.MethodStep, value: Any, arguments: list[Any]) -> Any:
    """``value.name(arguments)``, with the receiver written back if it may have been replaced."""
    at = f.position(step.pos)
    level = build.name(LEVEL)
    if step.name == "is_shared" and not step.args:
        return is_shared(f, walk.node.root) if not walk.steps and walk.is_place else build.constant(False)
    if step.name == "curry":
        pointer = build.call("require_pointer", [value], at)
        return build.call("curry", [pointer, build.pair(*arguments)], at)
    is_constant_root = _is_constant_root(f, walk)
    if step.name == "call":
        return _call_method(f, walk, step, value, arguments, at)
    argc = len(arguments)
    dispatcher = f.unit.natives.lookup(step.name, argc + 1)
    is_scripted = (step.name, argc) in f.unit.functions or (step.name, argc) in f.unit.typed
    if is_constant_root and (is_scripted or dispatcher is None or dispatcher.mutates):
        args = [level, value, build.constant(step.name), build.pair(*arguments)]
        return build.call("constant_method", args, at)
    may_replace = is_scripted or dispatcher is None or dispatcher.replaces_receiver
    if not walk.is_place and not is_scripted and dispatcher is not None:
        may_replace = False
    calls_back = is_scripted or dispatcher is None or dispatcher.calls_back
    if not may_replace:
        made = _invoked(f, walk, f.unit.native("m", step.name, argc), [level, value, *arguments], at, calls_back=calls_back)
        if dispatcher is not None and dispatcher.mutates and walk.is_place and walk.is_doubtful:
            made = f.temporary(made)
            write_back(f, walk, value, in_place=True, at=at)
        return made
    slot, result = f.fresh(), f.fresh()
    style = "p" if not is_scripted else "s"
    direct = _direct_call(f, walk, step, value, arguments, (slot, result))
    if direct is not None:
        test, body = direct
        general, _ = f.captured_statements(lambda: _general_call(f, walk, step, value, arguments, style, (slot, result)))
        f.out.append(build.if_(test, body, general))
    else:
        _general_call(f, walk, step, value, arguments, style, (slot, result))
    return build.name(result)


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
    _run(f, walk, build.store(build.pair_target(build.target(slot), build.target(result)), made), value, named)
    if walk.is_place:
        write_back(f, walk, build.name(slot), in_place=False, at=at, old=value, is_this=style == "s")


def _direct_call(
    f: Lowering, walk: Walk, step: tree.MethodStep, value: Any, arguments: list[Any], into: tuple[str, str]
) -> tuple[Any, list[Any]] | None:
    """The call of the one closure that the script writes under this name in a map: what must hold, and the statements.

    The test is whether the receiver is a map with this very pointer under the name, so nothing has to be known of either.
    """
    known = f.resolution.flows.methods.get((step.name, len(arguments)), ())
    if not f.is_hot or len(known) != 1 or _root_cell(f, walk.node.root) is not None:
        return None
    (closure,) = known
    frame = f.resolution.frames[id(closure)]
    if frame.is_dynamic:
        return None
    number = f.unit.closure_number(closure)
    key = build.constant(step.name)
    pointer = build.compare(build.item(value, key), "is", build.name(pointer_to(f.unit, number)))
    test = build.both([f.is_type(value, "dict"), build.compare(key, "in", value), pointer])
    this = [value] if frame.uses_this else []
    made = build.call(f.unit.closure_symbol(closure, number), [build.name(LEVEL), *this, *arguments], f.position(step.pos))
    slot, result = into

    def body() -> None:
        if not frame.returns_this:
            f.out.append(build.store(build.target(result), made))
            return
        _run(f, walk, build.store(build.pair_target(build.target(result), build.target(slot)), made), value, {""})
        if walk.is_place:
            write_back(f, walk, build.name(slot), in_place=False, at=f.position(step.pos), old=value, is_this=True)

    statements, _ = f.captured_statements(body)
    return test, statements


def _quick_method(f: Lowering, walk: Walk, step: tree.MethodStep, value: Any, arguments: list[Any]) -> Any:
    """Methods of arrays and texts that Python's own functions do, given the types; None for all others."""
    if not f.is_hot or (step.name, len(arguments)) in f.unit.functions or (step.name, len(arguments)) in f.unit.typed:
        return None
    if step.name == "len" and not arguments and walk.type.kind in _MEASURABLE:
        return build.call("len", [value])
    if walk.type.kind is Kind.TEXT:
        return texts.cased(f, step, value)
    if step.name != "push" or len(arguments) != 1 or walk.type.kind is not Kind.ARRAY:
        return None
    if _is_constant_root(f, walk) or (walk.is_place and walk.is_doubtful):
        return None
    if f.kinds.of(step.args[0]) in _UNMEASURED:
        return _pushed_atom(f, step, value, arguments, walk.type)
    keys = texts_of_record(f, step.args[0])
    return None if keys is None else _pushed_record(f, step, value, arguments, keys)


def _pushed_atom(f: Lowering, step: tree.MethodStep, value: Any, arguments: list[Any], of: Type) -> Any:
    """An element that holds nothing: only the array's length has to be looked at."""
    f.out.append(build.expression(build.call("append", [value, arguments[0]])))
    slot = f.fresh()
    count = build.walrus(slot, build.call("len", [value]))
    is_due = build.either(
        [build.negated(build.operation(count, "&", build.constant(63))), build.compare(build.name(slot), ">=", build.name("ARRAY_FREE"))]
    )
    grown = "numbers_grown" if of.element.kind in _UNMEASURED else "array_grown"
    f.out.append(build.if_(is_due, [build.expression(build.call(grown, [value], f.position(step.pos)))], []))
    return build.constant(None)


def _pushed_record(f: Lowering, step: tree.MethodStep, value: Any, arguments: list[Any], keys: list[str]) -> Any:
    """A new map of atoms and short texts: the array is measured when it has 8, 16, 32 elements and so on."""
    f.out.append(build.expression(build.call("append", [value, arguments[0]])))
    pushed = build.call("pushed", [value, arguments[0]], f.position(step.pos))
    f.out.append(build.if_(is_due_for_record(f, value, arguments[0], keys, "ARRAY_SMALL"), [build.expression(pushed)], []))
    return build.constant(None)


def is_due_for_record(f: Lowering, container: Any, record: Any, keys: list[str], maximum: str) -> Any:
    """Whether a container may have to be measured now that it got a map of atoms, with texts under these keys."""
    slot = f.fresh()
    length = build.walrus(slot, build.call("len", [container]))
    tests = [build.negated(build.operation(length, "&", build.constant(7))), build.compare(build.name(slot), ">=", build.name(maximum))]
    for key in keys:
        text = build.call("len", [build.item(record, build.constant(key))])
        tests.append(build.compare(text, ">", build.name("TEXT_SHORT")))
    return build.either(tests)


_UNMEASURED: Final = (Kind.INT, Kind.FLOAT, Kind.BOOL, Kind.CHAR)


def _invoked(f: Lowering, walk: Walk, function: str, args: list[Any], at: build.Place, *, calls_back: bool) -> Any:
    """The call of a method. If it may run the script's code, a captured variable at the chain's root is locked meanwhile."""
    cell = _root_cell(f, walk.node.root) if calls_back else None
    return build.call(function, args, at) if cell is None else build.call("holding", [cell, build.name(function), *args], at)


def _root_cell(f: Lowering, root: Any) -> Any:
    if type(root) is not tree.Variable or root.namespace:
        return None
    if f.frame.is_dynamic:
        return build.call("scope_find", [build.name(SCOPE), build.constant(root.name)], f.position(root.pos))
    binding = f.binding(root)
    return build.name(binding.slot) if binding is not None and binding.is_cell else None


def _is_constant_root(f: Lowering, walk: Walk) -> bool:
    root = walk.node.root
    if not walk.is_place or type(root) is not tree.Variable or f.frame.is_dynamic:
        return False
    binding = f.binding(root)
    return bool(root.namespace) or (binding is not None and binding.is_const)


def _call_method(f: Lowering, walk: Walk, step: tree.MethodStep, value: Any, arguments: list[Any], at: build.Place) -> Any:
    """``pointer.call(...)`` or ``object.call(pointer, ...)``."""
    args = [build.name(LEVEL), value, build.pair(*arguments), f.unit.constant(f.start_place(step.args[0]) if step.args else (0, 0))]
    made = _invoked(f, walk, "call_method", args, at, calls_back=True)
    if not step.args or not walk.is_place or _is_constant_root(f, walk):
        return build.item(made, build.constant(1))
    slot, result = f.fresh(), f.fresh()
    _run(f, walk, build.store(build.pair_target(build.target(slot), build.target(result)), made), value, f.resolution.leaving)
    write_back(f, walk, build.name(slot), in_place=False, at=at, old=value, is_this=True)
    return build.name(result)


def _run(f: Lowering, walk: Walk, call: Any, value: Any, named: set[str]) -> None:
    """Calls a method with one of these names; if it fails and somebody can see it, what it has left in ``this`` is put back first."""
    if not _outlives(f, walk, named):
        f.out.append(call)
        return
    error = f.fresh()

    def handler() -> None:
        if walk.containers:
            given = [build.name(error), value, build.pair(*walk.containers), walk.keys[-1]]
            f.out.append(build.expression(build.call("leave", given)))
        else:
            store_root(f, walk.node.root, build.call("left", [build.name(error), value]))
        f.out.append(build.raise_(None))

    statements, _ = f.captured_statements(handler)
    f.out.append(build.try_([call], error, statements))


def _outlives(f: Lowering, walk: Walk, named: set[str]) -> bool:
    """Whether the receiver can be seen after the method has failed: in a ``try``, by our caller's caller, by closures, or by name."""
    found, root = f.resolution, walk.node.root
    if not walk.is_place or not (found.flows.is_open or (found.catches and not named.isdisjoint(found.leaving))):
        return False
    return bool(f.are_silent) or f.frame.is_dynamic or type(root) is tree.This or _root_cell(f, root) is not None


def write_back(f: Lowering, walk: Walk, new: Any, *, in_place: bool, at: build.Place, old: Any = None, is_this: bool = False) -> None:
    """Stores a changed receiver where it came from. One changed in place needs that only below a host's object.

    ``is_this``: it is what a script function has left in ``this``, which Rhai loses if it came out of text, bits or a blob.
    """
    if not walk.containers:
        store_root(f, walk.node.root, new)
        return
    statements, _ = f.captured_statements(lambda: store_path(f, walk, new, at, is_this=is_this))
    is_contained = f.kinds.of(walk.node.root) in (Kind.ARRAY, Kind.MAP)
    hosted = [
        build.compare(build.call("type", [container]), "not in", build.name("CONTAINERS"))
        for container in walk.containers[1 if is_contained else 0 :]
    ]
    tests = hosted if in_place else [build.compare(new, "is not", old), *hosted]
    if tests:
        f.out.append(build.if_(build.either(tests), statements, []))


def store_path(f: Lowering, walk: Walk, new: Any, at: build.Place, *, is_this: bool) -> None:
    """``root.steps = new`` through the library."""
    path = f.unit.path(path_site(f, walk.node.root, walk.steps, at))
    made = build.call(
        "store_path", [build.constant(path), build.constant("this" if is_this else ""), walk.root, build.pair(*walk.keys), new], at
    )
    store_root(f, walk.node.root, made)


def path_site(f: Lowering, root: Any, steps: list[Any], sign: build.Place) -> PathSite:
    """What the library must know of a chain to report errors in it."""
    return PathSite(
        names=tuple(step.name if type(step) is tree.PropertyStep else None for step in steps),
        places=tuple(f.position(step.pos) for step in steps),
        brackets=tuple(f.unit.place(step.start) for step in steps),
        safe=tuple(guards(steps)),
        root_name=root.name if type(root) is tree.Variable else "",
        root_place=f.unit.place(start_position(root)),
        sign_place=sign,
    )


def store_root(f: Lowering, root: Any, value: Any) -> None:
    """Rebinds the variable at the root of a chain."""
    if type(root) is tree.Variable:
        if not root.namespace:
            scoping.store(f, root, value)
    elif type(root) is tree.This:
        f.out.append(build.store(build.target(THIS), value))


EXPRESSIONS[tree.Chain] = chain
