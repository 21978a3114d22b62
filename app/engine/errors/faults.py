"""The author's faults that ``catch`` can see: one constructor per variant of Rhai's ``EvalAltResult``, with Rhai's text."""

from __future__ import annotations

from collections.abc import Sequence

from app.engine.errors.kinds import CallLevel, ScriptError, Thrown
from app.engine.source import Place

# --- look-ups ------------------------------------------------------------------------------------------------


def signature(name: str, argument_types: Sequence[str]) -> str:
    """A call as Rhai shows it: strings by all the types a native could take them as."""
    shown = ("&str | ImmutableString | String" if kind == "string" else kind for kind in argument_types)
    return f"{name} ({', '.join(shown)})"


def function_not_found(name: str, argument_types: Sequence[str]) -> ScriptError:
    """No function of that name takes arguments of these types (``type_of`` names)."""
    return unknown_function(signature(name, argument_types))


def unknown_function(text: str) -> ScriptError:
    """The same with the text as it is (an invalid function name)."""
    return ScriptError("ErrorFunctionNotFound", f"Function not found: {text}", {"function": text})


def variable_not_found(name: str) -> ScriptError:
    """No variable of that name is in scope."""
    return ScriptError("ErrorVariableNotFound", f"Variable not found: {name}", {"variable": name})


def variable_exists(name: str) -> ScriptError:
    """A variable may not be shadowed here."""
    return ScriptError("ErrorVariableExists", f"Variable already defined: {name}", {"variable": name})


def forbidden_variable(name: str) -> ScriptError:
    """The host forbids this name."""
    return ScriptError("ErrorForbiddenVariable", f"Forbidden variable name: {name}", {"variable": name})


def property_not_found(name: str) -> ScriptError:
    """A map was asked strictly for a property that it hasn't."""
    return ScriptError("ErrorPropertyNotFound", f"Property not found: {name}", {"variable": name})


def module_not_found(name: str) -> ScriptError:
    """No module of that path or alias."""
    return ScriptError("ErrorModuleNotFound", f"Module not found: {name}", {"module": name})


def unbound_this() -> ScriptError:
    """``this`` in a function that wasn't called as a method."""
    return ScriptError("ErrorUnboundThis", "'this' not bound")


# --- types ---------------------------------------------------------------------------------------------------


def _mismatch(what: str, actual: str, expected: str) -> str:
    if not actual:
        return f"{what} type incorrect, expecting {expected}"
    return f"{what} type incorrect: {actual} (expecting {expected})" if expected else f"{what} type incorrect: {actual}"


def mismatched_data(expected: str, actual: str) -> ScriptError:
    """A value of one type where another is needed."""
    fields: dict[str, object] = {"requested": expected, "actual": actual}
    return ScriptError("ErrorMismatchDataType", _mismatch("Data", actual, expected), fields)


def mismatched_output(expected: str, actual: str) -> ScriptError:
    """A function gave a value of another type than needed."""
    fields: dict[str, object] = {"requested": expected, "actual": actual}
    return ScriptError("ErrorMismatchOutputType", _mismatch("Output", actual, expected), fields)


def not_iterable() -> ScriptError:
    """``for`` over something that has no elements."""
    return ScriptError("ErrorFor", "For loop expects iterable type")


def unknown_getter(name: str, type_name: str) -> ScriptError:
    """Reading a property that the type hasn't."""
    return dot_expression(f"Unknown property '{name}' - a getter is not registered for type '{type_name}'")


def unknown_setter(name: str, type_name: str, value_type: str) -> ScriptError:
    """Writing a property that the type hasn't."""
    return dot_expression(f"No writable property '{name}' - a setter is not registered for type '{type_name}' to handle '{value_type}'")


def dot_expression(text: str) -> ScriptError:
    """A failed property access."""
    return ScriptError("ErrorDotExpr", text or "Malformed dot expression", {"property": text})


def not_indexable(type_name: str, index_type: str) -> ScriptError:
    """Reading by an index that the type doesn't take."""
    text = f"{type_name} [{index_type}]"
    return ScriptError("ErrorIndexingType", f"Indexer unavailable: {text}", {"type": text})


def not_index_assignable(type_name: str, index_type: str, value_type: str) -> ScriptError:
    """Writing by an index that the type doesn't take."""
    text = f"{type_name} [{index_type}] = {value_type}"
    return ScriptError("ErrorIndexingType", f"Indexer unavailable: {text}", {"type": text})


# --- bounds --------------------------------------------------------------------------------------------------


def _bounds(kind: str, text: str, length: int, index: int) -> ScriptError:
    return ScriptError(kind, text, {"length": length, "index": index})


def array_bounds(length: int, index: int) -> ScriptError:
    """An index outside of an array or blob of ``length`` elements."""
    has = "array is empty" if length == 0 else f"only {length} element{'s' if length > 1 else ''} in array"
    return _bounds("ErrorArrayBounds", f"Array index {index} out of bounds: {has}", length, index)


def string_bounds(length: int, index: int) -> ScriptError:
    """An index outside of a string of ``length`` characters."""
    has = "string is empty" if length == 0 else f"only {length} character{'s' if length > 1 else ''} in string"
    return _bounds("ErrorStringBounds", f"String index {index} out of bounds: {has}", length, index)


def bit_field_bounds(index: int) -> ScriptError:
    """A bit number outside of an integer's 64 bits."""
    return _bounds("ErrorBitFieldBounds", f"Bit-field index {index} out of bounds: only 64 bits in bit-field", 64, index)


# --- arithmetic ----------------------------------------------------------------------------------------------


def arithmetic(text: str) -> ScriptError:
    """A library function's arithmetic failed."""
    return ScriptError("ErrorArithmetic", text or "Arithmetic error")


def operator_arithmetic(text: str) -> ScriptError:
    """A binary operator's arithmetic failed; Rhai gives no position."""
    return ScriptError("ErrorArithmetic", text, has_place=False)


# --- constants, sharing --------------------------------------------------------------------------------------


def constant_assigned(name: str) -> ScriptError:
    """Assigning to (part of) a constant."""
    return ScriptError("ErrorAssignmentToConstant", f"Cannot modify constant {name}", {"variable": name})


def constant_method(name: str) -> ScriptError:
    """Calling a method that changes its receiver on a constant."""
    text = f"Non-pure method '{name}' cannot be called on constant"
    return ScriptError("ErrorNonPureMethodCallOnConstant", text, {"function": name})


def data_race(name: str) -> ScriptError:
    """A shared variable was used while it was being changed."""
    text = f"Data race detected on variable '{name}'" if name else "Data race detected"
    return ScriptError("ErrorDataRace", text, {"variable": name}, has_place=False)


# --- thrown by the author --------------------------------------------------------------------------------------


def runtime(text: str) -> ScriptError:
    """A library function refuses its arguments in words."""
    return Thrown(text, str)


def in_native_call(name: str, error: ScriptError) -> ScriptError:
    """``error`` wrapped as Rhai wraps what a native such as ``map`` or ``range`` reports about its own call."""
    error.calls += (CallLevel(name),)
    return error


def eval_parsing(parse_kind: str, text: str, place: Place | None) -> ScriptError:
    """A syntax error inside ``eval``'s text: catchable, because Rhai wraps it in the call of ``eval``."""
    error = ScriptError("ErrorParsing", f"Syntax error: {text}", parse_kind=parse_kind, place=place, has_place=place is not None)
    error.calls = (CallLevel("eval"),)
    return error
