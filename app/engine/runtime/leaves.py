"""The leaf functions: everything that compiled code can call, by the names that it uses. Bound to one run.

No leaf gives generated code anything but run-time values, iterators of such, and its own bookkeeping.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from itertools import compress
from types import MethodType
from typing import Any, Final

from app.engine import errors, ops, sizes
from app.engine.display import display, thrown_text
from app.engine.limits import Limits
from app.engine.lower import PathSite, Site
from app.engine.meter import Meter
from app.engine.natives import Dispatcher, Natives
from app.engine.runtime import fast, modules, paths, scopes
from app.engine.runtime.evaluate import evaluate
from app.engine.runtime.machine import Bound, Machine
from app.engine.runtime.places import settled
from app.engine.source import Place
from app.engine.stdlib.functions import pointer as named_pointer
from app.engine.values import UNBOUND, Char, FnPtr, Value, type_name

ATOMS: Final = frozenset({int, float, bool, str, Char, type(None), FnPtr})
CONTAINERS: Final = frozenset({list, dict})
FLAT: Final = frozenset({int, float, bool, Char, type(None)})
"""What holds nothing that would have to be measured."""
_MOST_SMALL: Final = 16
"""Maps of so many entries, with short texts, are below every limit that isn't small itself."""

Leaf = Callable[..., Any]

_FIXED: Final[dict[str, Any]] = {
    "type": type,
    "int": int,
    "str": str,
    "bool": bool,
    "list": list,
    "dict": dict,
    "float": float,
    "Char": Char,
    "len": len,
    "range": range,
    "enumerate": enumerate,
    "compress": compress,
    "Exception": Exception,
    "dict_get": dict.get,
    "dict_of": lambda keys, values: dict(zip(keys, values, strict=True)),
    "tuple_of": tuple,
    "call_many": lambda function, args: function(*args),
    "ATOMS": ATOMS,
    "CONTAINERS": CONTAINERS,
    "UNBOUND": UNBOUND,
    "require_bool": ops.require_bool,
    "negate": ops.negate,
    "plus": ops.plus,
    "invert": ops.invert,
    "type_of": type_name,
    "scope_push": scopes.push,
}

_OPERATOR_LEAVES: Final = {
    "+": "add",
    "-": "subtract",
    "*": "multiply",
    "/": "divide",
    "%": "modulo",
    "**": "power",
    "<<": "shift_left",
    ">>": "shift_right",
    "&": "bit_and",
    "|": "bit_or",
    "^": "bit_xor",
    "==": "equal",
    "!=": "not_equal",
    "<": "less",
    "<=": "less_equal",
    ">": "greater",
    ">=": "greater_equal",
    "in": "contains",
    "!in": "lacks",
    "..": "exclusive_range",
    "..=": "inclusive_range",
}


def leaves(machine: Machine, sites: list[Site], path_sites: list[PathSite]) -> dict[str, Any]:
    """The namespace of one run, without natives and the script's own functions."""
    table = dict(_FIXED)
    for op, name in _OPERATOR_LEAVES.items():
        known = ops.BINARY[op]
        table[name] = MethodType(known.function, machine) if known.context else known.function
    table["add"] = fast.add(machine, table["add"], _text_free(machine.limits))
    for op, compare in (("<", operator.lt), ("<=", operator.le), (">", operator.gt), (">=", operator.ge)):
        table[_OPERATOR_LEAVES[op]] = fast.order(ops.BINARY[op].function, compare)
    table["step"] = machine.step
    for make in (_value_leaves, _path_leaves, _call_leaves, _error_leaves, _scope_leaves):
        table.update(make(machine, sites, path_sites))
    return table


def _text_free(limits: Limits) -> int:
    """Texts of so many characters can't be over the limit, and needn't be measured."""
    return min(1_000, (limits.max_string_size or 1 << 62) // 4)


def known_names() -> frozenset[str]:
    """The names of all leaf functions."""
    if not _names:
        machine = Machine(Limits(), Natives([]), Meter((1,), 0, 1), clock=float)
        _names.update(leaves(machine, [], []))
    return frozenset(_names)


_names: set[str] = set()


def _value_leaves(machine: Machine, _sites: list[Site], _paths: list[PathSite]) -> dict[str, Any]:  # noqa: C901  # a list of small functions, not a branching one
    limits = machine.limits

    def copy(value: Value) -> Value:
        return value if type(value) in ATOMS else ops.copied_metered(machine, value)

    grow = machine.grow
    shown = machine.shown

    def text_of(parts: tuple[Value, ...]) -> str:
        text = "".join([part if type(part) is str else str(part) if type(part) is int else shown(part) for part in parts])
        length = len(text)
        if length <= text_free:
            grow(length)
            return text
        if length > sizes.FREE_CHARACTERS:
            sizes.walk_text(machine, length)
        sizes.allow_text(machine, sizes.byte_length(text) if limits.max_string_size else length)
        return text

    text_free = _text_free(limits)

    text_surely = (limits.max_string_size or 1 << 62) // 4

    def text_grown(text: str, added: str) -> None:
        grow(len(added))
        if len(text) > text_surely:
            sizes.check_text(machine, text)

    def new_array(items: list[Value]) -> list[Value]:
        grow(len(items) * sizes.ELEMENT_BYTES)
        if not _is_small(items, limits.max_array_size):
            sizes.check(machine, items)
        return items

    def new_map(entries: dict[str, Value]) -> dict[str, Value]:
        grow(len(entries) * sizes.ENTRY_BYTES)
        for value in entries.values():
            kind = type(value)
            if kind in FLAT or (kind is str and len(value) <= sizes.SHORT_TEXT) or (kind is list and not value):  # type: ignore[arg-type]  # text by the test
                continue
            break
        else:
            if len(entries) <= map_free:
                return entries
        if not _is_small(entries.values(), limits.max_map_size):
            sizes.check(machine, entries)
        return entries

    map_free = 0 if limits.has_small_sizes else min(limits.max_map_size or _MOST_SMALL, _MOST_SMALL)

    def _is_small(values: Any, maximum: int) -> bool:
        """Whether nothing in there can go over a limit: a cheap look before measuring."""
        if 0 < maximum < len(values):
            return False
        texts = 0
        for value in values:
            if type(value) is str:
                texts += len(value)
            elif type(value) not in ATOMS:
                return (type(value) is list or type(value) is dict) and not value and texts <= text_free
        return texts <= text_free

    def iterate_copies(value: Value) -> Iterable[Value]:
        return ops.iterate(ops.copied_metered(machine, value))

    def same(value: Value, pattern: Value) -> bool:
        return type(value) is type(pattern) and bool(ops.equal(machine, value, pattern))

    return {
        "copy": copy,
        "text_of": text_of,
        "TEXT_FREE": text_free,
        "text_grown": text_grown,
        "new_array": new_array,
        "new_map": new_map,
        "iterate": ops.iterate,
        "iterate_copies": iterate_copies,
        "same": same,
    }


def _path_leaves(machine: Machine, _sites: list[Site], path_sites: list[PathSite]) -> dict[str, Leaf]:
    def store_path(site: int, op: str, root: Value, keys: tuple[Value, ...], value: Value) -> Value:
        return paths.store(machine, path_sites[site], op, root, keys, value)

    def store_constant(site: int, op: str, root: Value, keys: tuple[Value, ...], value: Value) -> None:
        paths.store_into_constant(machine, path_sites[site], op, root, keys, value)

    def constant_target(name: str) -> None:
        raise errors.constant_assigned(name)

    return {
        "get_property": MethodType(ops.get_property, machine),
        "get_index": MethodType(ops.get_index, machine),
        "assign": MethodType(ops.assign, machine),
        "store_path": store_path,
        "store_constant": store_constant,
        "constant_target": constant_target,
    }


def _call_leaves(machine: Machine, _sites: list[Site], _paths: list[PathSite]) -> dict[str, Leaf]:  # noqa: C901  # a list of small functions, not a branching one
    def closure(number: int, cells: tuple[Any, ...]) -> FnPtr:
        bound = machine.closures[number]
        for cell in cells:
            if type(cell) is list and len(cell) == 1:
                cell.append(True)
        return FnPtr(bound.compiled.name, cells, bound)

    def function_named(name: str) -> FnPtr:
        found = next(bound for (known, _), bound in machine.functions_by_key.items() if known == name)
        return FnPtr(name, (), found)

    def pointer(name: Value) -> FnPtr:
        if type(name) is not str:
            raise errors.mismatched_data("string", type_name(name))
        return named_pointer(name)

    def require_pointer(value: Value) -> FnPtr:
        if type(value) is not FnPtr:
            raise errors.mismatched_data("Fn", type_name(value))
        return value

    def call_pointer(level: Any, function: FnPtr, args: tuple[Value, ...]) -> Value:
        machine.here = level
        return machine.call(function, args)[0]

    def curry(function: FnPtr, args: tuple[Value, ...]) -> FnPtr:
        return FnPtr(function.name, function.curried + args, function.code)

    def call_method(level: Any, value: Value, args: tuple[Value, ...], first: tuple[int, int], own: Any) -> tuple[Value, Value]:
        machine.here = level
        if type(value) is FnPtr:
            if own is not None and any(cell is own for cell in value.curried):
                value = FnPtr(value.name, tuple(scopes.Locked() if cell is own else cell for cell in value.curried), value.code)
            return value, machine.call(value, args)[0]
        if not args:
            raise errors.mismatched_data("Fn", type_name(value))
        if type(args[0]) is not FnPtr:
            error = errors.mismatched_data("Fn", type_name(args[0]))
            error.place = Place(first[0], first[1] + 1)
            raise error
        result, this = machine.call(args[0], args[1:], value)
        return this, result

    def constant_method(level: Any, value: Value, name: str, args: tuple[Value, ...]) -> Value:
        machine.here = level
        found = scripted_method(machine, value, name, args)
        if found is not None:
            return (
                machine.call(found[0], args, ops.copied(value))[0]
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
        "curry": curry,
        "call_method": call_method,
        "constant_method": constant_method,
        "call_in_scope": call_in_scope,
        "is_defined": is_defined,
        "no_function": no_function,
        "module_call": lambda level, path, name, args: modules.call(machine, level, path, name, args),
        "import_module": lambda level, path, alias: modules.load(machine, level, path, alias),
        "module_variable": lambda path, name: modules.variable(machine, path, name),
        "imports_mark": lambda: len(machine.imports),
        "imports_rewind": lambda mark: machine.imports.__delitem__(slice(mark, None)),
        "evaluate": lambda level, scope, this, text: evaluate(machine, level, scope, this, text),
    }


def _error_leaves(machine: Machine, sites: list[Site], _paths: list[PathSite]) -> dict[str, Leaf]:  # noqa: C901  # a list of small functions, not a branching one
    def thrown(value: Value) -> errors.ScriptError:
        return errors.thrown(value, thrown_text(value))

    def catchable(error: BaseException) -> errors.ScriptError:
        found = settled(error, sites)
        if isinstance(found, errors.Stop):
            raise found
        return found

    def passing(error: BaseException) -> None:
        """Lets a catchable error pass without looking at it closely."""
        if type(error) is not errors.ScriptError:
            catchable(error)

    def caught(error: BaseException) -> Value:
        return ops.copied(errors.caught(catchable(error)))

    def thrown_again(first: BaseException, second: BaseException) -> BaseException:
        if not (isinstance(second, errors.ScriptError) and second.kind == "ErrorRuntime" and second.value is None):
            return second
        inner = catchable(second)
        if inner.calls:
            return inner
        passed = catchable(first) if not isinstance(first, errors.ScriptError) or first.place is None else first
        again = errors.ScriptError(
            passed.kind, passed.text, passed.fields, value=passed.value, parse_kind=passed.parse_kind, place=passed.place
        )
        again.calls = [errors.CallLevel(level.name, level.place, level.source) for level in passed.calls]
        if again.calls:
            again.calls[-1].place = inner.place
        else:
            again.place = inner.place
        return again

    def missing_variable(name: str) -> None:
        raise errors.variable_not_found(name)

    def bound(this: Value) -> Value:
        if this is UNBOUND:
            raise errors.unbound_this()
        return this

    def unbound() -> None:
        raise errors.unbound_this()

    def global_constant(name: str) -> Value:
        if name not in machine.root.constants:
            raise errors.variable_not_found(f"global::{name}")
        return machine.root.constants[name]

    def too_many_variables() -> None:
        raise errors.too_many_variables(machine.limits.max_variables)

    return {
        "thrown": thrown,
        "catchable": catchable,
        "caught": caught,
        "passing": passing,
        "thrown_again": thrown_again,
        "missing_variable": missing_variable,
        "bound": bound,
        "bound_target": bound,
        "unbound": unbound,
        "global_constant": global_constant,
        "set_constant": machine.root.constants.__setitem__,
        "too_many_variables": too_many_variables,
    }


def _scope_leaves(machine: Machine, _sites: list[Site], _paths: list[PathSite]) -> dict[str, Leaf]:  # noqa: C901  # a list of small functions, not a branching one
    def scope_find(scope: scopes.Scope, name: str) -> Any:
        entry = scopes.search(scope, name)
        if entry is not None:
            return entry
        if any(known == name for known, _ in machine.functions_by_key):
            return (FnPtr(name, (), next(bound for (known, _), bound in machine.functions_by_key.items() if known == name)),)
        raise errors.variable_not_found(name)

    def scope_variable(scope: scopes.Scope, name: str) -> Any:
        entry = scopes.search(scope, name)
        if entry is None:
            raise errors.variable_not_found(name)
        if entry.is_const:
            raise errors.constant_assigned(name)
        return entry

    def scope_capture(scope: scopes.Scope, name: str) -> Any:
        entry = scopes.search(scope, name)
        if entry is None:
            raise errors.variable_not_found(name)
        if entry.is_const:
            return ops.copied(entry[0])
        entry.is_shared = True
        return entry

    def scope_share(scope: scopes.Scope, name: str, cell: Any) -> None:
        scope.append(scopes.Shared(name, cell))

    def scope_has(scope: scopes.Scope, name: Value) -> bool:
        if type(name) is not str:
            raise errors.mismatched_data("string", type_name(name))
        return scopes.search(scope, name) is not None

    def scope_shares(scope: scopes.Scope, name: str) -> bool:
        return bool(scope_find(scope, name).is_shared)

    def scope_rewind(scope: scopes.Scope, mark: int) -> None:
        del scope[mark:]

    return {
        "scope_find": scope_find,
        "scope_variable": scope_variable,
        "scope_capture": scope_capture,
        "scope_share": scope_share,
        "scope_has": scope_has,
        "scope_shares": scope_shares,
        "scope_mark": len,
        "scope_rewind": scope_rewind,
        "new_scope": list,
        "is_captured": lambda cell: len(cell) > 1,
    }


# --- natives ------------------------------------------------------------------------------------------------------


def native(machine: Machine, style: str, name: str, argc: int) -> Leaf:
    """A native under the convention of its style.

    ``n`` function, ``m`` method, ``p`` method with its receiver, ``s`` the script's own first.
    """
    if style == "n":
        return _function(machine, machine.natives.lookup(name, argc))
    if style == "p" and machine.natives.lookup(name, argc) is not None and machine.natives.lookup(name, argc + 1) is None:
        return _replacing(machine, name)
    if style == "m":
        general = _method(machine, name, argc)
        maker = fast.METHODS.get((name, argc))
        return general if maker is None else maker(machine, general)
    return _replacing(machine, name)


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
                return machine.call(found, args, receiver)[0]
        if context:
            machine.here = level
            return function(machine, receiver, *args)
        return function(receiver, *args)

    return call


def scripted_method(machine: Machine, receiver: Value, name: str, args: tuple[Value, ...]) -> Any:
    """The script's method for a receiver: a bound function, or a tuple of one function pointer from a map; None if there is none."""
    if type(receiver) is dict:
        found = receiver.get(name)
        if type(found) is FnPtr:
            return (found,)
    return machine.typed.get((type_name(receiver), name, len(args))) or machine.functions_by_key.get((name, len(args)))


def _replacing(machine: Machine, name: str) -> Leaf:
    def call(level: Any, receiver: Value, *args: Value) -> tuple[Value, Value]:
        machine.here = level
        if type(receiver) is dict:
            pointer = receiver.get(name)
            code = pointer.code if type(pointer) is FnPtr else None
            if (
                pointer is not None
                and type(code) is Bound
                and not code.compiled.is_dynamic
                and len(code.compiled.params) == len(args) + len(pointer.curried)
            ):
                compiled = code.compiled
                if not compiled.uses_this:
                    return receiver, code.function(level, *pointer.curried, *args)
                result = code.function(level, receiver, *pointer.curried, *args)
                return (result[1], result[0]) if compiled.returns_this else (receiver, result)
        found = scripted_method(machine, receiver, name, args)
        if isinstance(found, Bound):
            result, this = found.machine.invoke(level, found, receiver, args)
            return this, result
        if found is not None:
            result, this = machine.call(found[0], args, receiver)
            return this, result
        dispatcher = machine.natives.lookup(name, len(args) + 1)
        if dispatcher is None:
            raise errors.function_not_found(name, [type_name(receiver), *map(type_name, args)])
        return dispatcher.call_method(machine, receiver, args)

    return call


__all__ = ["display", "leaves", "native"]
