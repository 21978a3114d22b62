"""Methods that scripts call most, written out for their usual receiver; everything else goes the general way.

Each maker takes the general leaf and gives one with the same signature.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from app.engine import sizes
from app.engine.natives import Dispatcher
from app.engine.runtime.machine import Bound, Machine
from app.engine.values import FIRST_WAY, MOST_ARGUMENTS, UNBOUND, Char, FnPtr, Value

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
        if not is_due and exact and type(value) in sizes.MEASURED:
            is_due = always or (not length & (length - 1) and (length > sizes.FEW or not sizes.is_flat(value)))
        if is_due:
            grown(machine, receiver)
        return None

    return push


def _len(_machine: Machine, general: Leaf) -> Leaf:
    def length(level: Any, receiver: Value) -> Value:
        if type(receiver) is str or type(receiver) is list or (type(receiver) is dict and "len" not in receiver):
            return len(receiver)
        return general(level, receiver)

    return length


def unary(machine: Machine, dispatcher: Dispatcher, general: Leaf) -> Leaf:
    """A native method without arguments: its function is found by the receiver's type alone, unless a map has an entry of its name."""
    table: dict[type, Leaf] = {}
    context = dispatcher.context
    name = dispatcher.name

    def call(level: Any, receiver: Value) -> Value:
        function = table.get(type(receiver))
        if type(receiver) is dict and name in receiver:
            return general(level, receiver)
        if function is None:
            if type(receiver) not in _PLAIN and type(receiver) is not dict:
                return general(level, receiver)
            function = table[type(receiver)] = dispatcher.uniform((receiver,))
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
            if type(receiver) not in _PLAIN or type(argument) not in _ATOMS:
                return general(level, receiver, argument)
            function = table[key] = dispatcher.uniform((receiver, argument))
        if context:
            machine.here = level
            return function(machine, receiver, argument)
        return function(receiver, argument)

    return call


def ternary(machine: Machine, dispatcher: Dispatcher, general: Leaf) -> Leaf:
    """A native method with two arguments, in the same way."""
    table: dict[tuple[type, type, type], Leaf] = {}
    context = dispatcher.context

    def call(level: Any, receiver: Value, first: Value, second: Value) -> Value:
        key = (type(receiver), type(first), type(second))
        function = table.get(key)
        if function is None:
            if type(receiver) not in _PLAIN or type(first) not in _ATOMS or type(second) not in _ATOMS:
                return general(level, receiver, first, second)
            function = table[key] = dispatcher.uniform((receiver, first, second))
        if context:
            machine.here = level
            return function(machine, receiver, first, second)
        return function(receiver, first, second)

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
        count = len(args)
        way: Any = pointer[FIRST_WAY + count] if count <= MOST_ARGUMENTS else None
        if way is not None:
            return receiver, way(level, *args)
        code = pointer.code
        captured = pointer.curried
        if type(code) is not Bound or not code.is_direct or code.arity != count + len(captured) or code.captures != len(captured):
            return general(level, receiver, *args)
        machine.here = level
        if not code.uses_this:
            return receiver, code.reached(captured)(level, *args)
        result = code.reached(captured)(level, receiver, *args)
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
    """``+`` with short texts, and short arrays of what holds nothing, joined straight away."""

    grow = machine.grow
    few = 0 if machine.limits.has_small_sizes else sizes.SHORT_PART

    def added(a: Value, b: Value) -> Value:
        if type(a) is str and type(b) is str:
            length = len(a) + len(b)
            if length <= text_free:
                grow(length)
                return a + b
        elif type(a) is float and type(b) is float:
            return a + b
        elif type(a) is list and type(b) is list and len(a) + len(b) <= few:
            joined = [*a, *b]
            if sizes.FLAT.issuperset(map(type, joined)):
                grow(len(b) * sizes.ELEMENT_BYTES)
                return joined
        elif type(a) is dict and type(b) is dict and len(a) + len(b) <= few:
            merged = {**a, **b}
            if all([type(part) in sizes.FLAT or (type(part) is str and len(part) <= sizes.SHORT_TEXT) for part in merged.values()]):
                grow(len(b) * sizes.ENTRY_BYTES)
                return merged
        return exact(a, b)

    return added


METHODS: Final[dict[tuple[str, int], Callable[[Machine, Leaf], Leaf]]] = {
    ("push", 1): _push,
    ("len", 0): _len,
}
