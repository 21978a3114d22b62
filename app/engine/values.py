"""Values at run time: which Python object stands for which Rhai value.

========== ===========================  =========================================================================
Rhai       Python                       notes
========== ===========================  =========================================================================
``()``     ``None``
bool       ``bool``
i64        ``int``                      always within ``INT_MIN..INT_MAX``; every producer checks
f64        ``float``
string     ``str``                      never holds a surrogate
char       ``Char``                     a subclass of str, so that comparing and joining are natural
array      ``list``
map        ``dict``                     str keys in any order; whatever shows keys sorts them
blob       ``bytearray``
range      ``ExclusiveRange``           ``range=`` is ``InclusiveRange``
Fn         ``FnPtr``
timestamp  ``Timestamp``
iterators  ``Iterator``                 what ``range(a, b, step)``, ``chars()`` and the like give; also called ``range``
host's     ``HostObject``               subclasses, by reference
========== ===========================  =========================================================================

Arrays, maps and blobs have value semantics: whoever stores a place's value copies it first (``copied``).
A variable captured by a closure lives in a *cell*, a list of one; cells never occur inside values, except among
the curried arguments of a closure's ``FnPtr``.
Test a type by ``type(x) is int``: that is the fastest test, and excludes bool and Char where they must be excluded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple, TypeAlias, TypeGuard

from app.engine import errors

INT_MIN: Final = -(2**63)
INT_MAX: Final = 2**63 - 1


class Char(str):
    """One Unicode scalar value. Equal to, hashed and ordered like the string of that character."""

    __slots__ = ()


class ExclusiveRange:
    """``start..end``"""

    __slots__ = ("end", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end


class InclusiveRange:
    """``start..=end``"""

    __slots__ = ("end", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end


class FnPtr(NamedTuple):
    """A function's name with curried leading arguments.

    ``code`` is the compiled function for a closure or a script function referred to by name, else None (looked up when called).
    What a closure captures are its first curried arguments: constants as values, variables as cells, whose places are in ``cells``.
    ``with_0`` to ``with_3`` are what compiled code calls, with its level and so many arguments; None where the runtime has to look.
    They are read by their place, as compiled code reads no attributes: that is what it is a tuple for.
    """

    name: str
    curried: tuple[object, ...] = ()
    code: object = None
    cells: tuple[int, ...] = ()
    with_0: Callable[..., Any] | None = None
    with_1: Callable[..., Any] | None = None
    with_2: Callable[..., Any] | None = None
    with_3: Callable[..., Any] | None = None

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other

    def __hash__(self) -> int:
        return id(self)

    def arguments(self) -> list[Any]:
        """The curried arguments' values: of a captured variable what it holds, () while a method holds it."""
        values: list[Any] = list(self.curried)
        for at in self.cells:
            values[at] = values[at][0] if values[at] else None
        return values


NAME: Final = FnPtr._fields.index("name")
CURRIED: Final = FnPtr._fields.index("curried")
FIRST_WAY: Final = FnPtr._fields.index("with_0")
MOST_ARGUMENTS: Final = 3
"""What a pointer's own ways take at most."""


class Timestamp:
    """A moment of the injected monotonic clock, in seconds."""

    __slots__ = ("seconds",)

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


Value: TypeAlias = object
"""Any of the above. ``object``, because a union of containers of itself helps neither mypy nor the reader."""


class Iterator:
    """What ``range(..)``, ``bits()``, ``chars()`` and the like give: a sequence that is only good for ``for``.

    Immutable: ``make`` starts a fresh walk each time. All of them are called ``range`` in Rhai; ``kind`` tells them
    apart when an overload is looked for, and ``shown`` is their display text.
    """

    __slots__ = ("kind", "make", "shown")

    def __init__(self, kind: str, shown: str, make: Callable[[], Iterable[Value]]) -> None:
        self.kind = kind
        self.shown = shown
        self.make = make


class HostObject:
    """An object of the host that scripts see by reference, through these five doors only.

    Its class tells the script-visible type by ``type_name``.
    """

    __slots__ = ()

    type_name = "object"

    def get_property(self, name: str) -> Value:
        """``object.name``"""
        raise errors.unknown_getter(name, self.type_name)

    def set_property(self, name: str, value: Value) -> None:
        """``object.name = value``"""
        raise errors.unknown_setter(name, self.type_name, type_name(value))

    def get_index(self, key: Value) -> Value:
        """``object[key]``"""
        raise errors.not_indexable(self.type_name, type_name(key))

    def set_index(self, key: Value, value: Value) -> None:
        """``object[key] = value``"""
        raise errors.not_index_assignable(self.type_name, type_name(key), type_name(value))


class _Unbound:
    """The type of ``UNBOUND``."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNBOUND"


UNBOUND: Final = _Unbound()
"""Stands for ``this`` in a call without one."""

_TYPE_NAMES: Final[dict[type, str]] = {
    type(None): "()",
    bool: "bool",
    int: "i64",
    float: "f64",
    str: "string",
    Char: "char",
    list: "array",
    dict: "map",
    bytearray: "blob",
    ExclusiveRange: "range",
    InclusiveRange: "range=",
    FnPtr: "Fn",
    Timestamp: "timestamp",
    Iterator: "range",
}


def is_number(value: Value) -> TypeGuard[float]:
    """Whether it is an integer or a float."""
    return type(value) is float or type(value) is int


def type_name(value: Value) -> str:
    """The value's type as ``type_of`` names it."""
    name = _TYPE_NAMES.get(type(value))
    if name is not None:
        return name
    if isinstance(value, HostObject):
        return value.type_name
    raise errors.InternalError(f"no run-time value: {type(value)}")


def dispatch_name(value: Value) -> str:
    """The type by which overloads are looked for: like ``type_name``, but iterators aren't ranges."""
    return value.kind if type(value) is Iterator else type_name(value)


_RUST_NAMES: Final[dict[type, str]] = {
    ExclusiveRange: "core::ops::range::Range<i64>",
    InclusiveRange: "core::ops::range::RangeInclusive<i64>",
}


def rust_type_name(value: Value) -> str:
    """The value's type as those messages show it that Rhai doesn't translate: ranges by their Rust names."""
    if type(value) is Iterator:
        return value.shown
    return _RUST_NAMES.get(type(value)) or type_name(value)
