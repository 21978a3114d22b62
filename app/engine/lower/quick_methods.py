"""Methods that Python does in line where types tell that it does the same; what is long is left to the library, which charges for it."""

from __future__ import annotations

from typing import Any, Final

from app.engine import tree
from app.engine.lower import build, elements, numbers, text_changes, texts
from app.engine.lower.frame import LEVEL, Lowering, is_constant
from app.engine.lower.kinds import ALIKE, Kind, Type, holds_atoms, present
from app.engine.lower.numbers import NUMBERS
from app.engine.lower.pushes import push
from app.engine.lower.straight import overload_for
from app.engine.lower.walks import Walk, is_constant_root
from app.engine.sizes import ELEMENT_BYTES, FREE_STEPS, SMALL_BYTES
from app.engine.stdlib import array_order, array_parts, arrays, conversions, core, maps
from app.engine.values import INT_MAX

FREELY_COPIED: Final = SMALL_BYTES // ELEMENT_BYTES
"""So many elements are copied without being charged or accounted for."""


def quick_method(f: Lowering, walk: Walk, step: tree.MethodStep, value: Any, arguments: list[Any]) -> Any:
    """Methods of arrays and texts that Python's own functions do, given the types; None for all others."""
    if not f.is_hot or (step.name, len(arguments)) in f.unit.functions or (step.name, len(arguments)) in f.unit.typed:
        return None
    if step.name == "len" and not arguments and f.kinds.has_length(present(walk.type)):
        return _length(f, walk, step, value)
    if step.name == "contains" and _is_lookup(f, walk, step):
        return build.compare(arguments[0], "in", value)
    if step.name == "get" and _is_lookup(f, walk, step):
        found = build.call("dict_get", [value, arguments[0]])
        return found if holds_atoms(walk.type) else f.copied(found)
    if step.name == "to_string" and not arguments and walk.type.kind in texts.SHOWN and texts.is_standard(f, step, core.PACKAGE.name):
        return value if walk.type.kind is Kind.TEXT else build.call("str", [value])
    if walk.type.kind is Kind.TEXT:
        return _of_text(f, walk, step, value, arguments)
    if walk.type.kind in NUMBERS:
        return _of_number(f, walk, step, value, arguments)
    quick = _OF_ARRAYS.get(step.name)
    return quick(f, walk, step, value, arguments) if quick is not None else _of_array(f, walk, step, value)


def _length(f: Lowering, walk: Walk, step: tree.MethodStep, value: Any) -> Any:
    """``len`` of what has one, or of () instead."""
    counted = build.call("len", [value])
    if f.kinds.has_length(walk.type):
        return counted
    slow = build.call(f.unit.native("m", "len", 0), [build.name(LEVEL), value], f.position(step.pos))
    return build.choice(build.compare(value, "is not", build.constant(None)), counted, slow)


_LEN: Final = "m:len/0"


def counted_perhaps(f: Lowering, of: Type, value: Any, called: Any) -> Any:
    """A method's call, unless it is ``len`` of what has no type: for arrays and texts, which it may be called on, it is Python's own."""
    if type(called) is not build.CALL or called.func.id != _LEN or type(value) is not build.NAME:
        return called
    if not f.is_hot or of.kind is not Kind.UNKNOWN or ("len", 0) in f.unit.functions or ("len", 0) in f.unit.typed:
        return called
    return build.choice(build.either([f.is_type(value, "list"), f.is_type(value, "str")]), build.call("len", [value]), called)


def _of_text(f: Lowering, walk: Walk, step: tree.MethodStep, value: Any, arguments: list[Any]) -> Any:
    """A method of a text."""
    is_read = step.name in numbers.READING and not arguments
    made = numbers.read(f, step.name, value, walk.type, f.position(step.pos)) if is_read else None
    made = made or texts.asked(f, step, value, arguments) or texts.cased(f, step, value) or texts.cut(f, step, value, arguments)
    return made or text_changes.changed(f, walk, step, value, arguments)


def _of_number(f: Lowering, walk: Walk, step: tree.MethodStep, value: Any, arguments: list[Any]) -> Any:
    """A method of a number."""
    if step.name == "to_float" and walk.type.kind is Kind.INT:
        is_plain = not arguments and texts.is_standard(f, step, conversions.PACKAGE.name, "i64")
        return build.call("float", [value]) if is_plain else None
    if step.name == "to_int" and walk.type.kind is Kind.FLOAT:
        return _whole(f, step, value)
    is_quick = numbers.is_quick(f, step.name, [walk.type, *map(f.kinds.type_of, step.args)])
    return numbers.quick(step.name, [value, *arguments], walk.type.kind) if is_quick else None


def _whole(f: Lowering, step: tree.MethodStep, value: Any) -> Any:
    """``to_int`` of a float; a large one, or NaN, is left to the library."""
    if step.args or not texts.is_standard(f, step, conversions.PACKAGE.name, "f64"):
        return None
    value = f.simple(value)
    slow = build.call(f.unit.native("m", step.name, 0), [build.name(LEVEL), value], f.position(step.pos))
    most = build.constant(_LARGE)
    is_moderate = [build.compare(value, "<", most), build.compare(value, ">", build.constant(-_LARGE))]
    return build.choice(build.both(is_moderate), build.call("int", [value]), slow)


_LARGE: Final = 1e18
"""The integer part of a smaller float is an i64."""


def _of_array(f: Lowering, walk: Walk, step: tree.MethodStep, value: Any) -> Any:
    """A method without arguments of what is an array, or may be one."""
    if step.args:
        return None
    if step.name == "pop" and walk.type.kind in (Kind.ARRAY, Kind.UNKNOWN):
        return elements.popped(f, walk, step, value)
    if walk.type.kind is Kind.ARRAY and step.name in _ORDERING:
        return _ordered(f, walk, step, value)
    if walk.type.kind is not Kind.ARRAY or not texts.is_standard(f, step, arrays.PACKAGE.name, "array"):
        return None
    if step.name == "is_empty":
        return build.negated(value)
    return elements.shifted(f, walk, step, value) if step.name == "shift" else None


def _sought(f: Lowering, walk: Walk, step: tree.MethodStep, value: Any, arguments: list[Any]) -> Any:
    """``contains`` and ``index_of`` of an array and an item of one kind; what is so long that it would be charged for is the library's."""
    kind = walk.type.element.kind
    if walk.type.kind is not Kind.ARRAY or kind not in ALIKE or len(arguments) != 1 or f.kinds.of(step.args[0]) is not kind:
        return None
    dispatcher = f.unit.natives.lookup(step.name, 2)
    overload = None if dispatcher is None else overload_for(dispatcher, [walk.type, f.kinds.type_of(step.args[0])])
    if overload is None or overload.package != array_order.PACKAGE.name:
        return None
    array, item = f.simple(value), f.simple(arguments[0])
    slow = build.call(f.unit.native("m", step.name, 1), [build.name(LEVEL), array, item], f.position(step.pos))
    is_short = build.compare(build.call("len", [array]), "<=", build.constant(FREE_STEPS))
    is_there = build.compare(item, "in", array)
    if step.name == "contains":
        return build.choice(is_short, is_there, slow)
    at = build.choice(is_there, build.call("list_index", [array, item]), build.constant(-1))
    return build.choice(is_short, at, slow)


def _extracted(f: Lowering, walk: Walk, step: tree.MethodStep, value: Any, arguments: list[Any]) -> Any:
    """``extract`` by numbers of an array whose elements can't change; what is long, or counted from the end, is left to the library."""
    if walk.type.kind is not Kind.ARRAY or not holds_atoms(walk.type) or not texts.is_standard(f, step, array_parts.PACKAGE.name, "array"):
        return None
    if len(arguments) not in (1, 2) or is_constant_root(f, walk) or any(f.kinds.of(node) is not Kind.INT for node in step.args):
        return None
    start, *counts = map(f.simple, arguments)
    if any(is_constant(given) and given.value > INT_MAX >> 1 for given in (start, *counts)):
        # Python would compute a constant beyond the largest integer.
        return None
    bounds = [f.kinds.interval(node) for node in step.args]
    most = build.constant(FREELY_COPIED)
    tests = [] if bounds[0][0] >= 0 else [build.compare(start, ">=", build.constant(0))]
    if counts:
        is_head = is_constant(start) and start.value == 0
        made = build.part(value, start, counts[0] if is_head else build.operation(start, "+", counts[0]))
        low, high = bounds[1]
        tests += [] if low >= 0 and high <= FREELY_COPIED else [build.chained(build.constant(0), "<=", counts[0], "<=", most)]
    else:
        made = build.part(value, start, None)
        tests.append(build.compare(build.operation(build.call("len", [value]), "-", start), "<=", most))
    if not tests:
        return made
    slow = build.call(f.unit.native("m", step.name, len(arguments)), [build.name(LEVEL), value, start, *counts], f.position(step.pos))
    return build.choice(build.both(tests), made, slow)


_OF_ARRAYS: Final = {
    "push": push,
    "insert": elements.inserted,
    "remove": elements.removed,
    "extract": _extracted,
    "contains": _sought,
    "index_of": _sought,
}


def _is_lookup(f: Lowering, walk: Walk, step: tree.MethodStep) -> bool:
    """Whether a method called ``contains`` or ``get`` asks a map for a key."""
    if walk.type.kind is not Kind.MAP or len(step.args) != 1 or f.kinds.of(step.args[0]) is not Kind.TEXT:
        return False
    return not f.kinds.may_be_called(walk.type, step.name) and texts.is_standard(f, step, maps.PACKAGE.name, "map")


def _ordered(f: Lowering, walk: Walk, step: tree.MethodStep, value: Any) -> Any:
    """``sort`` of an array whose elements are all of one type that Python orders as the library does, and ``reverse``.

    None for everything else; a long array is charged for.
    """
    if step.name not in _ORDERING or walk.type.kind is not Kind.ARRAY or is_constant_root(f, walk) or (walk.is_place and walk.is_doubtful):
        return None
    function, package, length = _ORDERING[step.name]
    if not texts.is_standard(f, step, package, "array") or (step.name == "sort" and walk.type.element.kind not in _ORDERED):
        return None
    is_short = build.compare(build.call("len", [value]), "<=", build.constant(length))
    slow = build.call(f.unit.native("m", step.name, 0), [build.name(LEVEL), value], f.position(step.pos))
    return build.choice(is_short, build.call(function, [value]), slow)


_ORDERED: Final = frozenset({Kind.INT, Kind.FLOAT, Kind.BOOL, Kind.TEXT, Kind.CHAR})
_ORDERING: Final = {
    "sort": ("list_sort", array_order.PACKAGE.name, array_order.FREE_LENGTH),
    "reverse": ("list_reverse", arrays.PACKAGE.name, FREE_STEPS),
}
"""By name: Python's function, the package that has to be the only one with such a method of arrays, and how long costs nothing."""
