"""Printing, types, and the odds and ends of the language core. Source: Rhai 1.26 ``packages/lang_core.rs``, ``packages/string_basic.rs``.

``sleep`` is absent on purpose: a script has no business holding a worker; waiting is what schedules are for.
"""

from __future__ import annotations

from app.engine import display, errors, sizes
from app.engine.natives import Package
from app.engine.ops.properties import check_tag
from app.engine.running import Runtime
from app.engine.values import Value, type_name

PACKAGE = Package("core")
native = PACKAGE.native
getter = PACKAGE.getter


@native("print", returns="()", context=True)
def print_empty(rt: Runtime) -> None:
    """Prints an empty line."""
    rt.print("")


@native("print", "?", returns="()", context=True)
def print_value(rt: Runtime, value: Value) -> None:
    """Prints a value."""
    sizes.allow_shown(rt, value)
    text = display.display(value)
    sizes.check_text(rt, text)
    rt.print(text)


@native("debug", returns="()", context=True)
def debug_empty(rt: Runtime) -> None:
    """Prints an empty line as debug output."""
    rt.debug("", None)


@native("debug", "?", returns="()", context=True)
def debug_value(rt: Runtime, value: Value) -> None:
    """Prints a value in debug form, with the place of the call."""
    sizes.allow_shown(rt, value)
    text = display.debug(value)
    sizes.check_text(rt, text)
    rt.debug(text, None)


@native("to_string", "?", returns="string", context=True)
def to_string(rt: Runtime, value: Value) -> str:
    """The value as text."""
    sizes.allow_shown(rt, value)
    text = display.display(value)
    sizes.check_text(rt, text)
    return text


@native("to_debug", "?", returns="string", context=True)
def to_debug(rt: Runtime, value: Value) -> str:
    """The value as text in debug form: strings quoted."""
    sizes.allow_shown(rt, value)
    text = display.debug(value)
    sizes.check_text(rt, text)
    return text


@native("type_of", "?", returns="string")
def type_of(value: Value) -> str:
    """The name of the value's type."""
    return type_name(value)


@native("take", "?", mutates=True)
def take(value: Value) -> tuple[None, Value]:
    """The value; the variable is left with ()."""
    return None, value


@native("tag", "?", returns="i64")
@getter("tag", "?", returns="i64")
def tag(_value: Value) -> int:
    """Always 0: values carry no tags here."""
    return 0


@native("set_tag", "?", "i64", returns="()", mutates=True)
def set_tag(value: Value, tag: int) -> tuple[Value, None]:
    """Checks the tag's range, and does nothing else: values carry no tags here."""
    check_tag(tag)
    return value, None


@native("exit")
def leave() -> Value:
    """Ends the script successfully with ()."""
    raise errors.Exit(None)


@native("exit", "?")
def leave_with(value: Value) -> Value:
    """Ends the script successfully with a value."""
    raise errors.Exit(value)
