"""Methods that scripts call most, written out for their usual receiver; everything else goes the general way.

Each maker takes the general leaf and gives one with the same signature.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import compress
from typing import Any, Final

from app.engine import sizes
from app.engine.natives import Dispatcher
from app.engine.runtime.machine import Bound, Machine
from app.engine.values import UNBOUND, Char, FnPtr, Value

Leaf = Callable[..., Any]


def _push(machine: Machine, general: Leaf) -> Leaf:
    limits = machine.limits
    maximum = limits.max_array_size or 1 << 62
    exact = limits.has_data_sizes
    always = limits.has_small_sizes
    grown = sizes.grown

    def push(level: Any, receiver: Value, value: Value) -> Value:
        if type(receiver) is not list:
            return general(level, receiver, value)
        receiver.append(value)
        length = len(receiver)
        is_due = not length & 63 or length >= maximum
        if not is_due and exact and type(value) in _HOLDERS:
            is_due = always or (not length & (length - 1) and (length > sizes.FEW or not sizes.is_flat(value)))
        if is_due:
            grown(machine, receiver)
        return None

    return push


_HOLDERS: Final = frozenset({list, dict, str, bytearray})
_CHANGING: Final = frozenset({list, dict, bytearray})
"""What can change in place, so that keeping it in two arrays takes a copy."""


def _len(_machine: Machine, general: Leaf) -> Leaf:
    def length(level: Any, receiver: Value) -> Value:
        if type(receiver) is str or type(receiver) is list:
            return len(receiver)
        return general(level, receiver)

    return length


def _direct(function: Value, args: int) -> Bound | None:
    """The plain closure behind a pointer, if it takes so many arguments."""
    if type(function) is not FnPtr or type(function.code) is not Bound:
        return None
    code = function.code
    return None if code.uses_this or not code.is_direct or code.arity != args + len(function.curried) else code


def _map(machine: Machine, general: Leaf) -> Leaf:
    def mapped(level: Any, receiver: Value, function: Value) -> Value:
        code = _direct(function, 1) if type(receiver) is list else None
        if code is None:
            return general(level, receiver, function)
        machine.here = level
        made = _called(machine, level, code, function.curried, list(receiver))  # type: ignore[attr-defined, call-overload]  # by the tests
        sizes.allow_elements(machine, len(made), 0)
        sizes.walk(machine, len(made))
        if code.compiled.gives == "texts":
            sizes.grow_array(machine, made)
            sizes.check_texts(machine, made)
        elif code.compiled.gives:
            # Nothing in it has a size of its own: charged for as if it were measured.
            machine.grow(len(made) * sizes.ELEMENT_BYTES)
            sizes.walk(machine, len(made) if machine.limits.has_data_sizes else 0)
        else:
            sizes.grow_array(machine, made)
            sizes.check(machine, made)
        return made

    return mapped


def _called(machine: Machine, level: Any, code: Bound, cells: tuple[Any, ...], items: list[Value]) -> list[Value]:
    """A closure's results for all items. Spreading the cells costs as much as the call, so the usual numbers are written out."""
    level = machine.meter.below(level)
    if code.sweep is not None:
        made: list[Value] = []
        if items:
            code.sweep(level, machine.meter.below(level), made.append, *cells, items)
        return made
    call = code.function
    if not cells:
        return [call(level, item) for item in items]
    if len(cells) == 1:
        (cell,) = cells
        return [call(level, cell, item) for item in items]
    return [call(level, *cells, item) for item in items]


def _filter(machine: Machine, general: Leaf) -> Leaf:
    def filtered(level: Any, receiver: Value, function: Value) -> Value:
        made = _selected(machine, level, receiver, function)
        if made is None:
            return general(level, receiver, function)
        if _CHANGING.isdisjoint(map(type, made)):
            return made
        return [machine.copied(item) if type(item) in _CHANGING else item for item in made]

    return filtered


def looking_filter(machine: Machine, general: Leaf) -> Leaf:
    """``filter`` for whoever only looks at what it gives: elements aren't copied."""

    def filtered(level: Any, receiver: Value, function: Value) -> Value:
        made = _selected(machine, level, receiver, function)
        return general(level, receiver, function) if made is None else made

    return filtered


def _selected(machine: Machine, level: Any, receiver: Value, function: Value) -> list[Value] | None:
    """The elements that a closure chooses; None for what the general way has to look at."""
    code = _direct(function, 1) if type(receiver) is list else None
    if code is None:
        return None
    machine.here = level
    items: list[Value] = list(receiver)  # type: ignore[call-overload]  # a list by the test
    answers = _called(machine, level, code, function.curried, items)  # type: ignore[attr-defined]  # a pointer by the test
    if code.compiled.gives == "bools":
        made = list(compress(items, answers))
    else:
        made = [item for item, answer in zip(items, answers, strict=True) if answer is True]
    sizes.allow_elements(machine, len(made), len(made))
    sizes.walk(machine, len(made))
    return made


def _some(machine: Machine, general: Leaf) -> Leaf:
    return _quantified(machine, general, is_all=False)


def _all(machine: Machine, general: Leaf) -> Leaf:
    return _quantified(machine, general, is_all=True)


def _quantified(machine: Machine, general: Leaf, *, is_all: bool) -> Leaf:
    """``some`` and ``all``: their sweeps end where the answer is known, and give the last result."""

    def quantified(level: Any, receiver: Value, function: Value) -> Value:
        code = _direct(function, 1) if type(receiver) is list else None
        if code is None or code.sweep is None:
            return general(level, receiver, function)
        machine.here = level
        items = list(receiver)  # type: ignore[call-overload]  # a list by the test
        level = machine.meter.below(level)
        cells = function.curried  # type: ignore[attr-defined]  # a pointer by the test
        return code.sweep(level, machine.meter.below(level), *cells, items) is True if items else is_all

    return quantified


def _reduce(machine: Machine, general: Leaf) -> Leaf:
    def reduced(level: Any, receiver: Value, function: Value, initial: Value) -> Value:
        code = _direct(function, 2) if type(receiver) is list and type(initial) is not FnPtr else None
        if code is None:
            return general(level, receiver, function, initial)
        machine.here = level
        items = list(receiver)  # type: ignore[call-overload]  # a list by the test
        cells = function.curried  # type: ignore[attr-defined]  # a pointer by the test
        level = machine.meter.below(level)
        sizes.walk(machine, len(items))
        if code.sweep is not None:
            return code.sweep(level, machine.meter.below(level), *cells, initial, items) if items else initial
        call, total = code.function, initial
        for item in items:
            total = call(level, *cells, total, item)
        return total

    return reduced


def unary(machine: Machine, dispatcher: Dispatcher, general: Leaf) -> Leaf:
    """A native method without arguments: its function is found by the receiver's type alone."""
    table: dict[type, Leaf] = {}
    context = dispatcher.context

    def call(level: Any, receiver: Value) -> Value:
        function = table.get(type(receiver))
        if function is None:
            overload = dispatcher.find((receiver,)) if type(receiver) in _PLAIN else None
            if overload is None or overload.context is not context or overload.replaces_receiver:
                return general(level, receiver)
            function = table[type(receiver)] = overload.function
        if context:
            machine.here = level
            return function(machine, receiver)
        return function(receiver)

    return call


def binary(machine: Machine, dispatcher: Dispatcher, general: Leaf) -> Leaf:
    """A native method with one argument: its function is found by both types."""
    table: dict[tuple[type, type], Leaf] = {}
    context = dispatcher.context

    def call(level: Any, receiver: Value, argument: Value) -> Value:
        key = (type(receiver), type(argument))
        function = table.get(key)
        if function is None:
            overload = dispatcher.find((receiver, argument)) if type(receiver) in _PLAIN and type(argument) in _ATOMS else None
            if overload is None or overload.context is not context or overload.replaces_receiver:
                return general(level, receiver, argument)
            function = table[key] = overload.function
        if context:
            machine.here = level
            return function(machine, receiver, argument)
        return function(receiver, argument)

    return call


_ATOMS: Final = frozenset({str, Char, int, float, bool})
_PLAIN: Final = frozenset({str, Char, int, float, bool, list})
"""Types for which the overload depends on the type alone, and whose methods can't come from an entry."""


def of_map(machine: Machine, name: str, general: Leaf) -> Leaf:
    """A method that is a closure in a map, as objects have them."""

    def call(level: Any, receiver: Value, *args: Value) -> Any:
        pointer = receiver.get(name) if type(receiver) is dict else None
        if type(pointer) is not FnPtr:
            return general(level, receiver, *args)
        code = pointer.code
        cells = pointer.curried
        if type(code) is not Bound or not code.is_direct or code.arity != len(args) + len(cells):
            return general(level, receiver, *args)
        machine.here = level
        if not code.uses_this:
            return receiver, code.function(level, *cells, *args)
        result = code.function(level, receiver, *cells, *args)
        return (result[1], result[0]) if code.returns_this else (receiver, result)

    return call


def of_map_with_one(machine: Machine, name: str, general: Leaf) -> Leaf:
    """The same for one argument and nothing captured, the most frequent form, where collecting arguments would cost a third.

    In function style, where the one argument is the receiver, it is none of this.
    """
    of_any = of_map(machine, name, general)

    def call(level: Any, receiver: Value, argument: Value = UNBOUND) -> Any:
        if argument is UNBOUND:
            return general(level, receiver)
        pointer = receiver.get(name) if type(receiver) is dict else None
        if type(pointer) is FnPtr and not pointer.curried:
            code = pointer.code
            if type(code) is Bound and code.uses_this and code.is_direct and code.arity == 1:
                machine.here = level
                result = code.function(level, receiver, argument)
                return (result[1], result[0]) if code.returns_this else (receiver, result)
        return of_any(level, receiver, argument)

    return call


def contains(exact: Leaf) -> Leaf:
    """``in`` for texts in arrays and keys in maps, where Python's own test means the same."""

    def contained(item: Value, container: Value) -> Value:
        if type(item) is str and ((type(container) is list and len(container) <= sizes.FREE_STEPS) or type(container) is dict):
            return item in container
        return exact(item, container)

    return contained


def order(exact: Leaf, compare: Leaf) -> Leaf:
    """An ordering whose floats are compared in Python's way where they are clearly apart, which an epsilon doesn't change."""

    def ordered(a: Value, b: Value) -> Value:
        if type(a) is float and (type(b) is float or type(b) is int):
            margin = (abs(a) + abs(b) + 1.0) * 1e-6
            if not -margin <= a - b <= margin and margin < 1e300:
                return compare(a, b)
        return exact(a, b)

    return ordered


def add(machine: Machine, exact: Leaf, text_free: int) -> Leaf:
    """``+`` with short texts joined straight away."""

    grow = machine.grow

    def added(a: Value, b: Value) -> Value:
        if type(a) is str and type(b) is str:
            length = len(a) + len(b)
            if length <= text_free:
                grow(length)
                return a + b
        elif type(a) is float and type(b) is float:
            return a + b
        return exact(a, b)

    return added


METHODS: Final[dict[tuple[str, int], Callable[[Machine, Leaf], Leaf]]] = {
    ("push", 1): _push,
    ("len", 0): _len,
    ("map", 1): _map,
    ("filter", 1): _filter,
    ("some", 1): _some,
    ("all", 1): _all,
    ("reduce", 2): _reduce,
}
