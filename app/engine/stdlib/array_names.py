"""Array functions that take their call-back by name: ``a.map("f")``, an old way that Rhai still accepts.

Source: Rhai 1.26 ``api/deprecated.rs``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from app.engine import errors
from app.engine.natives import Package
from app.engine.running import Runtime
from app.engine.stdlib import array_callbacks, array_order
from app.engine.stdlib.functions import pointer
from app.engine.values import Value

PACKAGE = Package("array functions by name")
native = PACKAGE.native

_CHANGING: Final[dict[str, Callable[..., Value]]] = {
    "dedup": array_order.dedup_by,
    "sort": array_order.sort_by,
    "drain": array_callbacks.drain,
    "retain": array_callbacks.retain,
}
_REFUSED_ON_CONSTANTS: Final[dict[str, Callable[..., Value]]] = {"map": array_callbacks.transform, "filter": array_callbacks.select}
_PURE: Final[dict[str, Callable[..., Value]]] = {
    "some": array_callbacks.some,
    "all": array_callbacks.every,
    "reduce": array_callbacks.reduce,
    "reduce_rev": array_callbacks.reduce_rev,
}
_WITH_INITIAL: Final[dict[str, Callable[..., Value]]] = {
    "reduce": array_callbacks.reduce_from,
    "reduce_rev": array_callbacks.reduce_rev_from,
}


def _by_name(function: Callable[..., Value]) -> Callable[..., Value]:
    def call(rt: Runtime, array: list[Value], name: str) -> Value:
        return function(rt, array, pointer(name))

    call.__doc__ = function.__doc__
    return call


def _by_name_from(function: Callable[..., Value]) -> Callable[..., Value]:
    def call(rt: Runtime, array: list[Value], name: str, initial: Value) -> Value:
        return function(rt, array, pointer(name), initial)

    call.__doc__ = function.__doc__
    return call


for _name, _function in _CHANGING.items():
    native(_name, "array", "string", mutates=True, context=True)(_by_name(_function))
for _name, _function in _REFUSED_ON_CONSTANTS.items():
    native(_name, "array", "string", context=True, pure=False)(_by_name(_function))
for _name, _function in _PURE.items():
    native(_name, "array", "string", context=True)(_by_name(_function))
for _name, _function in _WITH_INITIAL.items():
    native(_name, "array", "string", "?", context=True, stores=True)(_by_name_from(_function))


@native("index_of", "array", "string", returns="i64", context=True)
def index_of(rt: Runtime, array: list[Value], item: str) -> int:
    """The position of the first element that equals the text (or for which the function of that name says true), or -1."""
    return index_of_from(rt, array, item, 0)


@native("index_of", "array", "string", "i64", returns="i64", context=True)
def index_of_from(rt: Runtime, array: list[Value], item: str, start: int) -> int:
    """The same from a position on."""
    if not array:
        return -1
    try:
        function = pointer(item)
    except (errors.ScriptError, errors.Stop):
        return array_order.index_of_from(rt, array, item, start)
    try:
        return array_callbacks.index_where_from(rt, array, function, start)
    except errors.ScriptError as error:
        if error.kind != "ErrorFunctionNotFound" or not str(error.fields.get("function", "")).startswith(item):
            raise
    return array_order.index_of_from(rt, array, item, start)
