"""What a type is, and the types of values that hold nothing.

A type says what a value certainly is. Types are immutable; those of atoms, and a few others, are there once and compared by identity.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Final

from app.engine.members import Member


class Kind(Member):
    """What lowering can use of a type."""

    UNKNOWN: ClassVar[Kind]
    INT: ClassVar[Kind]
    FLOAT: ClassVar[Kind]
    BOOL: ClassVar[Kind]
    TEXT: ClassVar[Kind]
    ATOM: ClassVar[Kind]
    """Something that can't change in place, of whatever type."""
    ARRAY: ClassVar[Kind]
    MAP: ClassVar[Kind]
    CHAR: ClassVar[Kind]


_NO_FIELDS: Final[Mapping[str, Any]] = MappingProxyType({})


class Type:
    """One type. Compare by identity for atoms; ``join`` gives its first argument back if the second adds nothing."""

    __slots__ = ("bits", "body", "depth", "element", "fields", "is_open", "kind", "maybe", "required", "targets", "value")

    def __init__(
        self,
        kind: Kind,
        element: Type | None = None,
        fields: Mapping[str, Type] = _NO_FIELDS,
        required: frozenset[str] = frozenset(),
        bits: int = 63,
        value: Type | None = None,
        targets: frozenset[int] | None = None,
    ) -> None:
        self.kind = kind
        self.value = value
        """Of what may be () instead, such as an entry that may not be there: the type of everything else that it may be."""
        self.maybe: Type | None = None
        """Of what is this or (), if it is a pointer's; made when it is first asked for."""
        self.targets = targets
        """Of a pointer to a closure of the script that isn't curried: the ``id`` of each closure that it may be to, or none for any."""
        self.bits = bits
        """An integer's distance from 0 is 2 ** bits at most."""
        self.element: Type = element or (self if kind is Kind.UNKNOWN and value is None else ANY)
        """Of an array's elements, or of a map's entries under keys that aren't in ``fields``."""
        self.fields = fields
        """A map's entries by key; of an array, whose elements are all in ``element`` too, those by position, as text, if that is known."""
        self.required = required
        """Keys that are certainly there."""
        self.body: Mapping[str, Type] | None = None
        """Of maps that hold maps with the same keys, and so on: ``fields`` with ``SELF`` in the place of such a map (``_folded``)."""
        if element is None:
            self.depth: int = 0 if value is None else value.depth
            self.is_open: bool = value is not None and value.is_open
            """Whether there is ``SELF`` in it, so that it is only a part of a body."""
        else:
            self.depth = 1 + max(element.depth, *[inner.depth for inner in fields.values()], 0)
            self.is_open = element.is_open or True in [inner.is_open for inner in fields.values()]


NEVER: Final = Type(Kind.UNKNOWN)
"""Of what never has a value: code that isn't reached, the elements of an array that stays empty."""
ANY: Final = Type(Kind.UNKNOWN)
INT: Final = Type(Kind.INT)
_SIZES: Final = (4, 8, 15, 20, 25, 30, 46)
LARGEST: Final = _SIZES[-1]
"""The largest size: what is larger is counted, or any integer."""
_INTEGERS: Final = tuple(next((size for size in _SIZES if bits <= size), 63) for bits in range(64))
COUNTED: Final = Type(Kind.INT, bits=62)
"""Of integers of at most 46 bits, and of what becomes of them by adding or subtracting steps, half an operation each at least."""
_BY_SIZE: Final = {63: INT, 62: COUNTED, **{size: Type(Kind.INT, bits=size) for size in _SIZES}}
FLOAT: Final = Type(Kind.FLOAT)
BOOL: Final = Type(Kind.BOOL)
TEXT: Final = Type(Kind.TEXT)
CHAR: Final = Type(Kind.CHAR)
UNIT: Final = Type(Kind.ATOM)
ATOM: Final = Type(Kind.ATOM)
POINTER: Final = Type(Kind.ATOM, targets=frozenset())
"""Of pointers to any closure of the script."""

SELF: Final = Type(Kind.MAP, NEVER)
"""Stands for the whole in the body of a map that holds maps with the same keys."""
SELF.is_open, SELF.depth = True, 0

_OPTIONAL: Final = {id(each): Type(Kind.ATOM, value=each) for each in (*_BY_SIZE.values(), FLOAT, BOOL, TEXT, CHAR)}


def integer(bits: int) -> Type:
    """The type of integers whose distance from 0 is 2 ** bits at most. There are few sizes, so that growing ones soon end."""
    return _BY_SIZE[_INTEGERS[bits]] if bits < 63 else INT


def like(bits: int) -> Type:
    """The type of integers that are no larger than those of another type, which has so many bits."""
    return _BY_SIZE[bits]


def pointer_to(closure: int) -> Type:
    """The type of pointers to one closure, given its ``id``."""
    return Type(Kind.ATOM, targets=frozenset({closure}))


def is_pointer(of: Type) -> bool:
    """Whether something is certainly a pointer to a closure, as it was made."""
    return of.targets is not None


def targets(of: Type) -> frozenset[int] | None:
    """The closures of which something is certainly a pointer to one, if it is a pointer at all; None if that isn't known."""
    inner = present(of)
    return inner.targets or None


def optional(of: Type) -> Type:
    """The type of what is of that type, or ()."""
    if of.kind in CONTAINERS:
        return Type(Kind.UNKNOWN, value=of)
    if of.targets is None:
        return _OPTIONAL.get(id(of), ATOM)
    if of.maybe is None:
        of.maybe = Type(Kind.ATOM, value=of)
    return of.maybe


def present(of: Type) -> Type:
    """The type of an atom that isn't ()."""
    return of if of.value is None or of.kind is not Kind.ATOM else of.value


def held(of: Type) -> Type:
    """The type of a value that isn't ()."""
    return of.value or (NEVER if of is UNIT else of)


def may_be_container(of: Type) -> bool:
    """Whether a value is an array or a map, or (), and which of them isn't known."""
    return of.value is not None and of.kind is Kind.UNKNOWN


CONTAINERS: Final = frozenset({Kind.ARRAY, Kind.MAP})
ATOMS: Final = frozenset({Kind.INT, Kind.FLOAT, Kind.BOOL, Kind.TEXT, Kind.CHAR, Kind.ATOM})
