"""How natives call a script's function for each element.

A script function says by its number of parameters what it wants: ``(item)``, ``(item, index)``, or with ``this`` bound
to the item when it has one parameter less. A native function is tried in the same order. Source: Rhai 1.26
``types/fn_ptr.rs``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.engine import errors
from app.engine.running import Runtime
from app.engine.values import UNBOUND, FnPtr, Value

Caller = Callable[[Value, Sequence[Value], Sequence[Value]], tuple[Value, Value]]
"""Takes the item (``this``), the arguments and the extras; gives the result and the item's new value."""


def caller(rt: Runtime, name: str, function: FnPtr, args: int, extras: int, place_of_this: int | None) -> Caller:
    """A way to call the function with that many arguments and extras, decided once for all elements.

    ``place_of_this`` is where among the arguments the item goes when it is passed as one, or None if it never is; ``name`` is
    the native that calls. It is named in errors unless the pointer leads to its function by itself, as closures' do.
    """
    way = _fitting(rt, function, args, extras, place_of_this)
    if way is not None and function.code is not None:
        return way
    return _told(rt, name, way or _trying(rt, function, place_of_this))


def _fitting(rt: Runtime, function: FnPtr, args: int, extras: int, place_of_this: int | None) -> Caller | None:
    """The way by the number of parameters, if that is known and fits."""
    arity = rt.arity(function)
    if arity is None:
        return None
    arity -= len(function.curried)
    if arity == args:
        return lambda this, values, _more: rt.call(function, values, this)
    if place_of_this is not None:
        if arity == args + 1:
            return lambda this, values, _more: (rt.call(function, _inserted(values, place_of_this, this))[0], this)
        if arity == args + extras + 1:
            return lambda this, values, more: (rt.call(function, _inserted((*values, *more), place_of_this, this))[0], this)
    if arity == args + extras:
        return lambda this, values, more: rt.call(function, (*values, *more), this)
    return None


def _inserted(values: Sequence[Value], at: int, this: Value) -> tuple[Value, ...]:
    return (*values[:at], this, *values[at:])


def _trying(rt: Runtime, function: FnPtr, place_of_this: int | None) -> Caller:
    """Tries the ways one after the other as long as no function takes the arguments."""

    def call(this: Value, values: Sequence[Value], more: Sequence[Value]) -> tuple[Value, Value]:
        attempts: list[tuple[Sequence[Value], Value]] = [(values, this)]
        if place_of_this is not None and this is not UNBOUND:
            attempts.append((_inserted(values, place_of_this, this), UNBOUND))
            attempts.append((_inserted((*values, *more), place_of_this, this), UNBOUND))
        else:
            attempts.append(((*values, *more), this))
        while True:
            given, bound = attempts.pop(0)
            try:
                result, after = rt.call(function, given, bound)
            except errors.ScriptError as error:
                if attempts and _is_missing(error, function):
                    continue
                raise
            return result, this if bound is UNBOUND else after

    return call


def _told(rt: Runtime, name: str, way: Caller) -> Caller:
    """The way, whose errors tell of the native."""

    def call(this: Value, values: Sequence[Value], more: Sequence[Value]) -> tuple[Value, Value]:
        try:
            return way(this, values, more)
        except errors.ScriptError as error:
            rt.name_native(error, name)
            raise

    return call


def _is_missing(error: errors.ScriptError, function: FnPtr) -> bool:
    return error.kind == "ErrorFunctionNotFound" and not error.calls and str(error.fields.get("function", "")).startswith(function.name)


def is_true(value: Value) -> bool:
    """Whether a predicate said yes; anything but a bool is a no."""
    return value is True
