"""Function pointers: making, naming, currying. Calling them is the runtime's. Source: Rhai 1.26 ``packages/fn_basic.rs``."""

from __future__ import annotations

from typing import Final

from app.engine import errors
from app.engine.natives import Package
from app.engine.running import FunctionInfo, Runtime
from app.engine.values import FnPtr, Value

PACKAGE = Package("functions")
native = PACKAGE.native
getter = PACKAGE.getter

_KEYWORDS: Final = (
    "use case async public package super var protected spawn shared is sync static default yield await match null with "
    "void nil module new thread go goto curry call is_shared print debug this is_def_var is_def_fn eval type_of Fn true "
    "false let const if else switch do while until loop for in continue break return throw try catch fn private import "
    "export as global"
)
_OPERATORS: Final = (
    "+ - * / % ** << >> & | ^ && || ?? ! == != < <= > >= = += -= *= /= %= **= <<= >>= &= |= ^= . ?. .. ..= ... , ; : :: "
    "=> -> <- === !== := :; ~ !. ++ -- <| |> (* *) # #! #{ @ $ ::< ( ) [ ] ?[ { } ? _ !in ()"
)
_RESERVED: Final = frozenset(_KEYWORDS.split())
_SYMBOLS: Final = frozenset(_OPERATORS.split())


def pointer(name: str) -> FnPtr:
    """``Fn(name)`` for a name, not yet bound to a function.

    Raises:
        ScriptError: no function can have that name.
        Stop: the name is a reserved word or symbol.
    """
    if name in _RESERVED or name in _SYMBOLS:
        what = "keyword" if name in _RESERVED else "symbol"
        raise errors.parsing("Reserved", f"'{name}' is a reserved {what}")
    if not (name.isascii() and name.replace("_", "a").isalnum() and name[0].isalpha()):
        raise errors.unknown_function(name)
    return FnPtr(name)


@native("name", "Fn", returns="string")
@getter("name", "Fn", returns="string")
def name(function: FnPtr) -> str:
    """The function's name."""
    return function.name


@native("is_anonymous", "Fn", returns="bool")
@getter("is_anonymous", "Fn", returns="bool")
def is_anonymous(function: FnPtr) -> bool:
    """Whether the function is a closure."""
    return function.name.startswith("anon$")


@native("get_fn_metadata_list", returns="array", context=True)
def metadata(rt: Runtime) -> list[Value]:
    """A map for each of the script's functions: name, parameters, access."""
    return [_described(function) for function in rt.functions()]


@native("get_fn_metadata_list", "string", returns="array", context=True)
def metadata_named(rt: Runtime, name: str) -> list[Value]:
    """A map for each of the script's functions of that name."""
    return [_described(function) for function in rt.functions() if function.name == name]


@native("get_fn_metadata_list", "string", "i64", returns="array", context=True)
def metadata_of(rt: Runtime, name: str, params: int) -> list[Value]:
    """A map for the script's function of that name with so many parameters."""
    return [_described(function) for function in rt.functions() if function.name == name and len(function.params) == params]


def _described(function: FunctionInfo) -> dict[str, Value]:
    described: dict[str, Value] = {
        "name": function.name,
        "access": "private" if function.is_private else "public",
        "is_anonymous": function.name.startswith("anon$"),
        "params": list(function.params),
    }
    if function.receiver is not None:
        described["this_type"] = function.receiver
    return described
