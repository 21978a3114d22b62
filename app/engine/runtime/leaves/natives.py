"""Natives as compiled code calls them: by function style, by method style, and with the receiver handed back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from app.engine import errors
from app.engine.lower import STRAIGHT
from app.engine.natives import Dispatcher
from app.engine.runtime import fast, short_maps, short_texts, swept
from app.engine.runtime.machine import Bound, Machine
from app.engine.values import FnPtr, Value, type_name

Leaf = Callable[..., Any]


def native(machine: Machine, style: str, name: str, argc: int) -> Leaf:
    """A native under the convention of its style.

    ``n`` function, ``u`` function whose errors nobody looks at, ``m`` method,
    ``b`` method whose result shares parts with the receiver, ``p`` method with its receiver, ``s`` the
    script's own first, ``t.`` and the names of types the overload for these.
    """
    if style.startswith(STRAIGHT):
        return _straight(machine, machine.natives.lookup(name, argc + 1), style[len(STRAIGHT) :].split(","))
    if style in short_texts.IN_FUNCTION_STYLE:
        function = _function(machine, machine.natives.lookup(name, argc))
        maker = short_texts.maker(machine.natives, style, name, argc)
        return function if maker is None else maker(machine, function)
    if style == "p" and machine.natives.lookup(name, argc) is not None and machine.natives.lookup(name, argc + 1) is None:
        return _replacing(machine, name, argc)
    if style == "b":
        return swept.LOOKING[name](machine, _method(machine, name, argc))
    if style == "m":
        general = _method(machine, name, argc)
        maker = fast.METHODS.get((name, argc)) or swept.METHODS.get((name, argc)) or short_maps.maker(machine.natives, name, argc)
        general = general if maker is None else maker(machine, general)
        of_texts = short_texts.maker(machine.natives, style, name, argc)
        return general if of_texts is None else of_texts(machine, general)
    general = _replacing(machine, name, argc)
    # The script's own method of that name comes first; that of a script that evaluates this text isn't known when it is translated.
    own = [(known, count) for _, known, count in machine.typed]
    is_scripted = style == "s" or (name, argc) in own or (name, argc) in machine.functions_by_key
    maker = None if is_scripted else short_texts.maker(machine.natives, style, name, argc)
    return general if maker is None else maker(machine, general)


def _straight(machine: Machine, dispatcher: Dispatcher | None, kinds: list[str]) -> Leaf:
    """An overload by itself; one that asks for the runtime is given the level first, as all that may go back to the script are."""
    overload = None if dispatcher is None else dispatcher.overload_for(kinds)
    if overload is None:
        raise errors.InternalError("a native went missing between compiling and running")
    function = overload.function
    if not overload.context:
        return function

    def with_one(level: Any, receiver: Value) -> Value:
        machine.here = level
        return function(machine, receiver)

    def with_two(level: Any, receiver: Value, argument: Value) -> Value:
        machine.here = level
        return function(machine, receiver, argument)

    def with_three(level: Any, receiver: Value, first: Value, second: Value) -> Value:
        machine.here = level
        return function(machine, receiver, first, second)

    def with_any(level: Any, *args: Value) -> Value:
        machine.here = level
        return function(machine, *args)

    quick: dict[int, Leaf] = {1: with_one, 2: with_two, 3: with_three}
    return quick.get(len(kinds), with_any)


def _function(machine: Machine, dispatcher: Dispatcher | None) -> Leaf:
    if dispatcher is None:
        raise errors.InternalError("a native went missing between compiling and running")
    function = dispatcher.function
    if not dispatcher.context:
        return function

    def call(level: Any, *args: Value) -> Value:
        machine.here = level
        return function(machine, *args)

    return call


def _method(machine: Machine, name: str, argc: int) -> Leaf:
    dispatcher = machine.natives.lookup(name, argc + 1)
    if dispatcher is None:
        raise errors.InternalError("a native went missing between compiling and running")
    function = dispatcher.function
    context = dispatcher.context

    def call(level: Any, receiver: Value, *args: Value) -> Value:
        if type(receiver) is dict:
            machine.here = level
            found = receiver.get(name)
            if type(found) is FnPtr:
                return machine.apply(found, args, receiver)[0]
        if context:
            machine.here = level
            return function(machine, receiver, *args)
        return function(receiver, *args)

    quick = _BY_ARGUMENTS.get(argc)
    return call if quick is None else quick(machine, dispatcher, call)


_BY_ARGUMENTS: Final = {0: fast.unary, 1: fast.binary, 2: fast.ternary}


def scripted_method(machine: Machine, receiver: Value, name: str, args: tuple[Value, ...]) -> Any:
    """The script's method for a receiver: a bound function, or a tuple of one function pointer from a map; None if there is none."""
    if type(receiver) is dict:
        found = receiver.get(name)
        if type(found) is FnPtr:
            return (found,)
    return machine.typed.get((type_name(receiver), name, len(args))) or machine.functions_by_key.get((name, len(args)))


def _replacing(machine: Machine, name: str, argc: int) -> Leaf:
    def call(level: Any, receiver: Value, *args: Value) -> tuple[Value, Value]:
        machine.here = level
        found = scripted_method(machine, receiver, name, args)
        if isinstance(found, Bound):
            result, this = found.machine.invoke(level, found, receiver, args)
            return this, result
        if found is not None:
            result, this = machine.apply(found[0], args, receiver)
            return this, result
        dispatcher = machine.natives.lookup(name, len(args) + 1)
        if dispatcher is None:
            raise errors.function_not_found(name, [type_name(receiver), *map(type_name, args)])
        return dispatcher.call_method(machine, receiver, args)

    return (fast.of_map_with_one if argc == 1 else fast.of_map)(machine, name, call)
