"""The type of what a step of a chain leads to: a property, an index, a method."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from app.engine import natives, tree
from app.engine.infer import atoms, types
from app.engine.infer.atoms import ANY, BOOL, CHAR, FLOAT, INT, NEVER, TEXT, UNIT, Kind, Type
from app.engine.infer.library import ELEMENT, RECEIVERS, RESULTS, SAME, VALUES
from app.engine.infer.operators import NUMBERS
from app.engine.infer.told import narrowed
from app.engine.infer.types import array_of, join
from app.engine.resolve import SWEEPS
from app.engine.resolve.telling import FILLED
from app.engine.stdlib import arithmetic, arrays, ranges

if TYPE_CHECKING:
    from app.engine.infer.expressions import Expressions
    from app.engine.natives import Dispatcher

_OF_POINTERS: Final = frozenset({"call", "curry", "is_shared"})
"""Methods that mean something of their own."""


def of_step(expressions: Expressions, of: Type, step: Any) -> Type:
    """The type of what a step of a chain leads to."""
    if of is UNIT or (of.value is not None and of.kind is Kind.UNKNOWN):
        of = _container(expressions, of, step)
    told = expressions.told_places.get(id(step)) if expressions.told_places else None
    if told == FILLED:
        return _taken(expressions, of, step)
    if told is not None and of.kind in atoms.CONTAINERS:
        # Of a host's object nothing is told: it may answer something else each time.
        return narrowed(_entered(expressions, of, step), told)
    return _method(expressions, of, step) if type(step) is tree.MethodStep else _entered(expressions, of, step)


def _entered(expressions: Expressions, of: Type, step: Any) -> Type:
    """The type of an entry or element."""
    if type(step) is tree.PropertyStep:
        if of.kind is Kind.MAP:
            return types.read(of, step.name)
        return expressions.length if step.name == "len" and of.kind in (Kind.ARRAY, Kind.TEXT) else _unless_never(of)
    return _indexed(expressions, of, step.index)


def _taken(expressions: Expressions, of: Type, step: tree.MethodStep) -> Type:
    """The type of what is taken out of an array that has an element, if it is an array."""
    return of.element if takes_element(expressions, of, step) else _method(expressions, of, step)


def takes_element(expressions: Expressions, of: Type, step: tree.MethodStep) -> bool:
    """Whether a method certainly takes an element out of an array: a condition has just found that there is one."""
    if of.kind is not Kind.ARRAY or expressions.told_places.get(id(step)) != FILLED or (step.name, len(step.args)) in expressions.functions:
        return False
    dispatcher = expressions.natives.lookup(step.name, len(step.args) + 1)
    return dispatcher is not None and dispatcher.is_of(arrays.PACKAGE.name, RECEIVERS[of.kind])


def receivers(expressions: Expressions, chain: tree.Chain) -> Iterator[tuple[Any, Type]]:
    """Each step of a chain with the type of what it starts from. What the last one leads to isn't asked for."""
    of, before = expressions.of(chain.root), None
    for step in chain.steps:
        if before is not None:
            of = of_step(expressions, of, before)
            if before.is_safe:
                of = join(of, UNIT)
        yield step, of
        before = step


def _container(expressions: Expressions, of: Type, step: Any) -> Type:
    """The type of what a step starts from, if the step fails on ()."""
    if type(step) is tree.IndexStep:
        return atoms.held(of)
    if type(step) is tree.PropertyStep:
        return ANY if _takes_unit(expressions.natives.getter(step.name)) else atoms.held(of)
    inner = atoms.held(of)
    # The script's own function gives the same for (), unless a map has a method of that name.
    is_own = (step.name, len(step.args)) in expressions.functions and inner.kind in atoms.CONTAINERS
    if is_own and (expressions.is_without_pointers or not (inner.kind is Kind.MAP and may_be_called(inner, step.name))):
        return inner
    return inner if fails_on_unit(expressions, step.name, len(step.args)) else ANY


def fails_on_unit(expressions: Expressions, name: str, argc: int) -> bool:
    """Whether a method of that name certainly fails on ()."""
    is_own = (name, argc) in expressions.functions or name in _OF_POINTERS
    return not (is_own or _takes_unit(expressions.natives.lookup(name, argc + 1)))


def _takes_unit(dispatcher: Dispatcher | None) -> bool:
    """Whether a native may do something with ()."""
    takes = () if dispatcher is None else [overload.params[0] for overload in dispatcher.overloads]
    return "()" in takes or natives.ANY in takes


def _indexed(expressions: Expressions, of: Type, index: Any) -> Type:
    if of.kind is Kind.MAP:
        if type(index) is tree.String:
            return types.read(of, index.value)
        return join(types.entries(of), UNIT)
    at = expressions.of(index)
    if of.kind in (Kind.ARRAY, Kind.TEXT):
        # () is no index: what it is asked of fails.
        at = NEVER if at is UNIT else atoms.present(at)
    if at is NEVER:
        return NEVER
    if of.kind is Kind.ARRAY:
        # So it does with whatever else is no integer.
        return of.fields.get(str(index.value), of.element) if of.fields and type(index) is tree.Int else of.element
    return CHAR if of.kind is Kind.TEXT and at.kind is Kind.INT else _unless_never(of)


def _method(expressions: Expressions, of: Type, step: tree.MethodStep) -> Type:
    if of is NEVER:
        return NEVER
    pointer = _called(expressions, of, step) if expressions.is_following else None
    if pointer is not None:
        return _given_by(expressions, pointer, len(step.args))
    if not expressions.is_without_pointers and (of.kind is Kind.UNKNOWN or (of.kind is Kind.MAP and may_be_called(of, step.name))):
        return ANY
    key = (step.name, len(step.args))
    if key in expressions.functions:
        return expressions.result_of(key)
    if of.kind is Kind.ARRAY and key in SWEEPS:
        return _called_back(expressions, of, step)
    return native(expressions, step.name, of, len(step.args))


def _called(expressions: Expressions, of: Type, step: tree.MethodStep) -> Type | None:
    """The pointer to a closure that a method certainly calls, if anything; None if it may be a native's or a function's."""
    if step.name == "call":
        # () calls the function that it is given, as any other value.
        found = atoms.present(of) if not step.args or expressions.is_value(step.args[0]) else of
    else:
        found = types.entry(of, step.name) if of.kind is Kind.MAP and step.name in of.required else ANY
    return found if atoms.is_pointer(found) else None


def _given_by(expressions: Expressions, pointer: Type, args: int) -> Type:
    """What the closures behind a pointer give. One with another number of parameters can't be called."""
    if not pointer.targets:
        return expressions.result_of_any(args)
    found = NEVER
    for closure in pointer.targets:
        found = join(found, expressions.result_of_closure((closure, args)))
    return found


def _called_back(expressions: Expressions, of: Type, step: tree.MethodStep) -> Type:
    """The result of a native that calls a function for each element of an array."""
    closure = step.args[0]
    if step.name == "filter":
        return types.without_positions(of) if expressions.keeps_this(closure) else ANY
    if step.name == "find":
        is_kept = type(closure) is tree.Closure and expressions.keeps_this(closure)
        return join(of.element, UNIT) if is_kept else ANY
    if step.name in ("map", "reduce") and type(closure) is tree.Closure and closure.params:
        return array_of(expressions.result(closure)) if step.name == "map" else expressions.total(closure, step.args[1])
    return RESULTS.get((Kind.ARRAY, step.name, len(step.args)), ANY)


def native(expressions: Expressions, name: str, receiver: Type, argc: int = 0) -> Type:
    """The result of a native for a receiver of a known type; a host's overload must say that it gives the same."""
    if receiver is NEVER:
        return NEVER
    dispatcher = None if (name, argc) in expressions.functions else expressions.natives.lookup(name, argc + 1)
    if dispatcher is None:
        return ANY
    found = RESULTS.get((receiver.kind, name, argc))
    if found is None:
        # Whatever it is given, it gives a value of one simple type.
        return _DECLARED.get(dispatcher.returns, ANY)
    if found is VALUES:
        found = array_of(types.entries(receiver))
    if name == "len":
        found = expressions.length
    names = (RECEIVERS[receiver.kind], natives.ANY)
    if found is ELEMENT:
        # What may be anything isn't declared: only the library itself is believed.
        return join(receiver.element, UNIT) if dispatcher.is_of(arrays.PACKAGE.name, RECEIVERS[receiver.kind]) else ANY
    if found is INT and name in ("abs", "to_int") and receiver.kind is Kind.INT:
        found = receiver
    returned = RECEIVERS[found.kind]
    if any(overload.returns != returned for overload in dispatcher.overloads if overload.params[0] in names):
        return ANY
    return found if found is not SAME else types.without_positions(receiver)


def chosen(expressions: Expressions, name: str, first: Type, second: Type) -> Type:
    """The type of the smaller or larger of two values; a host may have functions of that name."""
    if first.kind is not second.kind or first.kind not in NUMBERS:
        return native(expressions, name, first, 1)
    dispatcher = None if (name, 2) in expressions.functions else expressions.natives.lookup(name, 2)
    is_own = dispatcher is not None and dispatcher.is_of(arithmetic.PACKAGE.name, RECEIVERS[first.kind])
    return join(first, second) if is_own else ANY


_DECLARED: Final = {"i64": INT, "f64": FLOAT, "bool": BOOL, "string": TEXT, "char": CHAR}


def text_of_characters(expressions: Expressions, iterable: Any) -> Any:
    """The expression of a text whose ``chars()`` a loop walks, which are its elements; None for everything else."""
    if type(iterable) is not tree.Chain or len(iterable.steps) > 1:
        return None
    step = iterable.steps[0]
    if type(step) is not tree.MethodStep or step.name != "chars" or step.args or ("chars", 0) in expressions.functions:
        return None
    if atoms.held(expressions.of(iterable.root)).kind is not Kind.TEXT:
        return None
    dispatcher = expressions.natives.lookup("chars", 1)
    return iterable.root if dispatcher is not None and dispatcher.is_of(ranges.PACKAGE.name) else None


def bounds_of_range(expressions: Expressions, iterable: Any) -> list[Any] | None:
    """Start, end, and step if it has one, of ``range(..)`` of integers, whose elements a loop walks; None for everything else."""
    if type(iterable) is not tree.Call or iterable.name != "range" or iterable.namespace or iterable.in_caller_scope:
        return None
    argc = len(iterable.args)
    if argc not in (2, 3) or ("range", argc) in expressions.functions:
        return None
    if any(atoms.held(expressions.of(arg)).kind is not Kind.INT and expressions.of(arg) is not NEVER for arg in iterable.args):
        return None
    dispatcher = expressions.natives.lookup("range", argc)
    return iterable.args if dispatcher is not None and dispatcher.is_of(ranges.PACKAGE.name) else None


def _unless_never(of: Type) -> Type:
    return NEVER if of is NEVER else ANY


def may_be_called(of: Type, name: str) -> bool:
    """Whether a map may have a function pointer under a name, which is then a method of it."""
    found = types.entry(of, name)
    return found is not NEVER and found is not UNIT and not is_no_function(found)


def is_no_function(of: Type) -> bool:
    """Whether a value of this type is certainly no function."""
    return of.kind not in (Kind.UNKNOWN, Kind.ATOM) or (of.value is not None and not atoms.is_pointer(of.value))


def may_be_pointer(of: Type) -> bool:
    """Whether a value of this type may be a pointer to a function."""
    if of is NEVER or of is UNIT or of.kind not in PERHAPS_POINTERS:
        return False
    return of.value is None or atoms.is_pointer(of.value)


PERHAPS_POINTERS: Final = (Kind.UNKNOWN, Kind.ATOM)
"""Kinds of which some values are pointers."""


def may_hold_pointers(of: Type) -> bool:
    """Whether there may be a pointer to a function in a value of this type."""
    of = atoms.held(of)
    if of.kind is Kind.ARRAY:
        return may_hold_pointers(of.element)
    if of.kind is Kind.MAP:
        return any(map(may_hold_pointers, (of.element, *(of.body or of.fields).values())))
    return may_be_pointer(of)


def constant(expressions: Expressions, name: str) -> Type:
    """The type of ``global::name``: what any constant of that name in the script holds, if functions see no others."""
    found = NEVER
    for binding in expressions.constants.get(name, ()):
        found = join(found, expressions.of_binding(binding))
    # Pointers aren't followed into constants.
    return ANY if name not in expressions.constants or may_hold_pointers(found) else found
