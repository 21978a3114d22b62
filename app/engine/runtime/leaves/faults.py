"""Leaves that raise the author's errors, and turn caught exceptions into values."""

from __future__ import annotations

from typing import Any, Final

from app.engine import errors, ops
from app.engine.display import thrown_text
from app.engine.runtime.leaves.values import CONTAINERS
from app.engine.runtime.machine import Machine
from app.engine.runtime.places import is_out_of_bounds, left, settled
from app.engine.runtime.unseen import Unseen
from app.engine.values import UNBOUND, Value

PASSING: Final = frozenset({Unseen, errors.Thrown, errors.ScriptError})
"""What a handler that doesn't look at it lets pass without a call."""


def fault_leaves(machine: Machine) -> dict[str, Any]:  # noqa: C901  # a list of small functions, not a branching one
    def catchable(error: BaseException) -> errors.ScriptError:
        found = settled(error)
        if isinstance(found, errors.Stop):
            raise found
        return found

    def kept(error: BaseException) -> BaseException:
        """An error that the handler may throw on: what takes its numbers from the variables of its place takes them before these change."""
        return catchable(error) if is_out_of_bounds(error) else error

    def passing(error: BaseException) -> None:
        """Lets a catchable error pass that isn't certainly one: a Python exception might be no author's fault."""
        if not is_out_of_bounds(error):
            catchable(error)

    def caught(error: BaseException) -> Value:
        """What an error that goes no further gives to its handler: nobody else has it."""
        if type(error) is errors.Thrown:
            return error.value
        return errors.caught(catchable(error))

    def glanced(error: BaseException) -> Value:
        """What a handler gets that only glances at an error (``resolve.glancing``): of one that nobody has thrown, that it is a map."""
        if isinstance(error, errors.ScriptError):
            return error.value if error.kind == "ErrorRuntime" else {}
        if type(error) is not Unseen:
            passing(error)
        return {}

    def caught_kept(error: BaseException) -> Value:
        """The same of an error that the handler may throw on, with the value that it has now and the place where it was raised."""
        return ops.copied(error.value if type(error) is errors.Thrown else errors.caught(catchable(error)))

    def divide_unseen(a: Value, b: Value) -> Value:
        """``a / b`` within a ``try`` whose handler doesn't look at the error: division by 0 makes none."""
        if b == 0 and type(a) is int and type(b) is int:
            raise Unseen
        return ops.divide(a, b)

    def modulo_unseen(a: Value, b: Value) -> Value:
        if b == 0 and type(a) is int and type(b) is int:
            raise Unseen
        return ops.modulo(a, b)

    def get_property_unseen(owner: Value, name: str) -> Value:
        """The same of a property of ()."""
        if owner is None and machine.natives.getter(name) is None:
            raise Unseen
        return ops.get_property(machine, owner, name)

    def thrown_again(first: BaseException, second: BaseException) -> BaseException:
        if not (isinstance(second, errors.ScriptError) and second.kind == "ErrorRuntime" and second.value is None):
            return second
        inner = catchable(second)
        if inner.calls:
            return inner
        passed = catchable(first)
        again = errors.ScriptError(
            passed.kind,
            passed.text,
            passed.fields,
            value=passed.value,
            parse_kind=passed.parse_kind,
            place=passed.place,
            has_place=passed.has_place,
        )
        again.calls = tuple(errors.CallLevel(level.name, level.place, level.source) for level in passed.calls)
        if again.calls:
            again.calls[-1].place = inner.place
        else:
            again.place = inner.place
        return again

    def leave(error: BaseException, before: Value, containers: tuple[Any, ...], key: Value) -> None:
        """Puts what a method that failed has left in ``this`` into the last container, if all of them are the script's own."""
        after = left(error, before)
        if after is not before and CONTAINERS.issuperset(map(type, containers)):
            containers[-1][key] = after

    def missing_variable(name: str) -> None:
        raise errors.variable_not_found(name)

    def bound(this: Value) -> Value:
        if this is UNBOUND:
            raise errors.unbound_this()
        return this

    def unbound() -> None:
        raise errors.unbound_this()

    def too_many_variables() -> None:
        raise errors.too_many_variables(machine.limits.max_variables)

    return {
        "thrown": errors.Thrown,
        "thrown_text": thrown_text,
        "caught": caught,
        "caught_kept": caught_kept,
        "glanced": glanced,
        "kept": kept,
        "passing": passing,
        "PASSING": PASSING,
        "divide_unseen": divide_unseen,
        "get_property_unseen": get_property_unseen,
        "modulo_unseen": modulo_unseen,
        "thrown_again": thrown_again,
        "left": left,
        "leave": leave,
        "missing_variable": missing_variable,
        "bound": bound,
        "bound_target": bound,
        "unbound": unbound,
        "global_constant": machine.root.constants.__getitem__,
        "set_constant": machine.root.constants.__setitem__,
        "too_many_variables": too_many_variables,
    }
