"""The ends that nothing catches: limits, cancellation, and syntax errors met at run time."""

from __future__ import annotations

from app.engine.errors.kinds import Stop
from app.engine.source import Place


def too_many_operations(limit: int) -> Stop:
    """More operations than allowed."""
    return Stop("ErrorTooManyOperations", "Too many operations", limit="max_operations", limit_value=limit)


def too_many_variables(limit: int) -> Stop:
    """More variables at a time than allowed."""
    return Stop("ErrorTooManyVariables", "Too many variables defined", limit="max_variables", limit_value=limit)


def too_many_modules(limit: int) -> Stop:
    """More imported modules than allowed."""
    return Stop("ErrorTooManyModules", "Too many modules imported", limit="max_modules", limit_value=limit)


def stack_overflow(limit: int) -> Stop:
    """Calls nested deeper than allowed."""
    return Stop("ErrorStackOverflow", "Stack overflow", limit="max_call_levels", limit_value=limit)


def string_too_large(limit: int) -> Stop:
    """A string, or the strings of a container together, are longer than allowed."""
    return _too_large("Length of string", "max_string_size", limit)


def array_too_large(limit: int) -> Stop:
    """An array or blob has more elements than allowed."""
    return _too_large("Size of array/BLOB", "max_array_size", limit)


def map_too_large(limit: int) -> Stop:
    """An object map has more entries than allowed."""
    return _too_large("Size of object map", "max_map_size", limit)


def memory_exhausted(limit: int) -> Stop:
    """The run grew its data by more than allowed in total."""
    return _too_large("Total size of data", "max_memory", limit)


def _too_large(what: str, limit: str, value: int) -> Stop:
    return Stop("ErrorDataTooLarge", f"{what} too large", limit=limit, limit_value=value, fields={"type": what})


def terminated(token: object = None) -> Stop:
    """The host ended the run."""
    return Stop("ErrorTerminated", "Script terminated", fields={"token": token}, value=token)


def parsing(parse_kind: str, text: str, place: Place | None = None) -> Stop:
    """A syntax error met at run time (``parse_json``, ``Fn``); ``place`` is one inside the parsed text."""
    return Stop("ErrorParsing", f"Syntax error: {text}", parse_kind=parse_kind, place=place)
