"""Leaves that call function pointers, methods, module functions and texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from app.engine import errors, ops
from app.engine.runtime import modules, scopes
from app.engine.runtime.evaluate import evaluate
from app.engine.runtime.leaves.natives import scripted_method
from app.engine.runtime.machine import Machine
from app.engine.source import Place
from app.engine.stdlib.functions import pointer as named_pointer
from app.engine.values import FIRST_WAY, MOST_ARGUMENTS, UNBOUND, Char, FnPtr, Value, type_name

INERT: Final = frozenset({int, float, bool, str, Char, type(None)})
"""What holds no pointer, by which a function could come to other variables."""


def call_leaves(machine: Machine) -> dict[str, Any]:  # noqa: C901  # a list of small functions, not a branching one
    def closure(number: int, captured: tuple[Any, ...]) -> FnPtr:
        bound = machine.closures[number]
        for at in bound.compiled.cells:
            cell = captured[at]
            if type(cell) is list and len(cell) < 2:
                if not cell:
                    raise errors.data_race("")
                cell.append(True)
        return bound.pointer(captured)

    def function_named(name: str) -> FnPtr:
        found = next(bound for (known, _), bound in machine.functions_by_key.items() if known == name)
        return machine.named(name, found)

    def pointer(name: Value) -> FnPtr:
        if type(name) is not str:
            raise errors.mismatched_data("string", type_name(name))
        return machine.named(named_pointer(name).name)

    def require_pointer(value: Value) -> FnPtr:
        if type(value) is not FnPtr:
            raise errors.mismatched_data("Fn", type_name(value))
        return value

    def call_pointer(level: Any, function: FnPtr, args: tuple[Value, ...]) -> Value:
        machine.here = level
        return machine.apply(function, args)[0]

    def call_pointer_on(level: Any, function: FnPtr, args: tuple[Value, ...]) -> tuple[Value, Value]:
        """The same where the first argument is a variable, which a native may change; gives its new value and the result."""
        machine.here = level
        if not function.curried and function.code is None and (function.name, len(args)) not in machine.functions_by_key:
            dispatcher = machine.natives.lookup(function.name, len(args))
            if dispatcher is not None:
                return dispatcher.call_method(machine, args[0], machine.handed(dispatcher, args[1:]))
        return args[0], machine.apply(function, args)[0]

    def curry(function: FnPtr, args: tuple[Value, ...]) -> FnPtr:
        ways: Sequence[Any] = function[FIRST_WAY + len(args) :] if len(args) <= MOST_ARGUMENTS else ()
        return FnPtr(
            function.name,
            function.curried + args,
            function.code,
            function.cells,
            *[_after(args, way, count) for count, way in enumerate(ways)],
        )

    def call_method(level: Any, value: Value, args: tuple[Value, ...], first: tuple[int, int]) -> tuple[Value, Value]:
        machine.here = level
        if type(value) is FnPtr:
            return value, machine.apply(value, args)[0]
        if not args:
            raise errors.mismatched_data("Fn", type_name(value))
        if type(args[0]) is not FnPtr:
            error = errors.mismatched_data("Fn", type_name(args[0]))
            error.place = Place(first[0], first[1] + 1)
            raise error
        scopes.require_unlocked(args[0])
        result, this = machine.apply(args[0], args[1:], value)
        return this, result

    def call_held(level: Any, cell: list[Value], function: FnPtr, *args: Value) -> Value:
        """Calls a pointer that is a captured variable's, or part of one: it is locked meanwhile, if somebody could tell."""
        count = len(args)
        way: Any = function[FIRST_WAY + count] if count <= MOST_ARGUMENTS else None
        if way is not None:
            if len(cell) < 2 or (not function.curried and INERT.issuperset(map(type, args))):
                return way(level, *args)
            held = cell[:]
            cell.clear()
            try:
                return way(level, *args)
            finally:
                cell[:] = held
        return scopes.holding(cell, call_pointer, level, function, args)

    def constant_method(level: Any, value: Value, name: str, args: tuple[Value, ...]) -> Value:
        machine.here = level
        found = scripted_method(machine, value, name, args)
        if found is not None:
            return (
                machine.apply(found[0], args, ops.copied(value))[0]
                if isinstance(found, tuple)
                else found.machine.invoke(level, found, ops.copied(value), args)[0]
            )
        dispatcher = machine.natives.lookup(name, len(args) + 1)
        if dispatcher is None:
            raise errors.function_not_found(name, [type_name(value), *map(type_name, args)])
        if not dispatcher.choose((value, *args)).pure:
            raise errors.constant_method(name)
        return dispatcher.call_method(machine, ops.copied(value), args)[1]

    def call_in_scope(level: Any, scope: scopes.Scope, name: str, args: tuple[Value, ...]) -> Value:
        machine.here = level
        bound = machine.in_caller_scope.get((name, len(args)))
        if bound is None:
            return machine.call_named(name, args, UNBOUND)[0]
        mark = len(scope)
        result = bound.function(level, scope, UNBOUND, *args)
        del scope[mark:]
        return result[0] if bound.compiled.returns_this else result

    def call_pointer_in_scope(level: Any, scope: scopes.Scope, function: FnPtr, args: tuple[Value, ...]) -> Value:
        if function.curried or (function.name, len(args)) not in machine.in_caller_scope:
            return call_pointer(level, function, args)
        return call_in_scope(level, scope, function.name, args)

    def is_defined(args: tuple[Value, ...]) -> bool:
        name, count = args[-2:]
        for value in args[:-1]:
            if type(value) is not str:
                raise errors.mismatched_data("string", type_name(value))
        if type(count) is not int:
            raise errors.mismatched_data("i64", type_name(count))
        if len(args) == 3:
            return (args[0], name, count) in machine.typed
        return (name, count) in machine.functions_by_key or any(
            bound.compiled.name == name and len(bound.compiled.params) == count for bound in machine.closures
        )

    def no_function(name: str, args: tuple[Value, ...]) -> None:
        raise errors.function_not_found(name, [type_name(value) for value in args])

    return {
        "closure": closure,
        "function_named": function_named,
        "pointer": pointer,
        "require_pointer": require_pointer,
        "call_pointer": call_pointer,
        "call_pointer_on": call_pointer_on,
        "curry": curry,
        "call_method": call_method,
        "call_held": call_held,
        "constant_method": constant_method,
        "call_in_scope": call_in_scope,
        "call_pointer_in_scope": call_pointer_in_scope,
        "is_defined": is_defined,
        "no_function": no_function,
        "module_call": lambda level, path, name, args: modules.call(machine, level, path, name, args),
        "import_module": lambda level, path, alias: modules.load(machine, level, path, alias),
        "module_variable": lambda path, name: modules.variable(machine, path, name),
        "imports_mark": lambda: len(machine.imports),
        "imports_rewind": lambda mark: machine.imports.__delitem__(slice(mark, None)),
        "evaluate": lambda level, scope, this, text: evaluate(machine, level, scope, this, text),
    }


def _after(curried: tuple[Value, ...], way: Any, count: int) -> Any:
    """The way to call a pointer with so many arguments more, given the way to call it with the curried ones before them."""
    if way is None:
        return None
    if len(curried) != 1 or count > 2:
        return lambda level, *args: way(level, *curried, *args)
    # Collecting and spreading arguments would cost as much as the call.
    (first,) = curried
    if count == 0:
        return lambda level: way(level, first)
    if count == 1:
        return lambda level, argument: way(level, first, argument)
    return lambda level, argument, other: way(level, first, argument, other)
