"""The types that inference tells apart, and how two of them join.

A type says what a value certainly is. Arrays have one type for all elements, maps one for each key that is written down somewhere,
one for all other keys, and the set of keys that are certainly there. Types are immutable and joined upwards only; depth and the
number of keys are bounded, so that every chain of joins ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar, Final

from app.engine.members import Member
from app.engine.resolve.telling import NOT_UNIT
from app.engine.values import Char, ExclusiveRange, InclusiveRange


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

    __slots__ = ("bits", "depth", "element", "fields", "kind", "maybe", "required", "targets", "value")

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
        if element is None:
            self.depth: int = 0 if value is None else value.depth
        else:
            self.depth = 1 + max(element.depth, *[inner.depth for inner in fields.values()], 0)


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

_OPTIONAL: Final = {id(each): Type(Kind.ATOM, value=each) for each in (*_BY_SIZE.values(), FLOAT, BOOL, TEXT, CHAR)}

_DEEPEST: Final = 5
_MOST_FIELDS: Final = 48
_MOST_TARGETS: Final = 8


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


def array_of(element: Type) -> Type:
    """An array's type."""
    return Type(Kind.ARRAY, element if element.depth < _DEEPEST else ANY)


def tuple_of(items: Sequence[Type]) -> Type:
    """The type of an array as it is written, of whose few elements each may be of another type."""
    element = NEVER
    for item in items:
        element = join(element, item)
    if not 1 < len(items) <= _MOST_POSITIONS:
        return array_of(element)
    return _positioned(element, dict(zip(_POSITIONS, items, strict=False)))


def without_positions(of: Type) -> Type:
    """The type of an array whose elements may have been moved."""
    return array_of(of.element) if of.fields else of


def _positioned(element: Type, fields: Mapping[str, Type]) -> Type:
    if element.depth >= _DEEPEST or not fields or any(inner.depth >= _DEEPEST for inner in fields.values()):
        return array_of(element)
    return Type(Kind.ARRAY, element, fields)


def _joined_positions(first: Type, second: Type) -> Mapping[str, Type]:
    """What is known of the positions of either array; of one that is empty, nothing has to be known."""
    if second.element is NEVER:
        return first.fields
    if first.element is NEVER:
        return second.fields
    joined = {key: join(inner, second.fields[key]) for key, inner in first.fields.items() if key in second.fields}
    is_same = len(joined) == len(first.fields) and all(joined[key] is inner for key, inner in first.fields.items())
    return first.fields if is_same else joined


_MOST_POSITIONS: Final = 6
_POSITIONS: Final = tuple(map(str, range(_MOST_POSITIONS)))


def map_of(fields: Mapping[str, Type], rest: Type, required: frozenset[str]) -> Type:
    """A map's type."""
    if len(fields) > _MOST_FIELDS:
        return Type(Kind.MAP, ANY)
    if rest.depth >= _DEEPEST:
        return Type(Kind.MAP, ANY)
    for inner in fields.values():
        if inner.depth >= _DEEPEST:
            # A tree of maps, by all likelihood: what else is in each is known all the same.
            fields = {key: ANY if inner.depth >= _DEEPEST else inner for key, inner in fields.items()}
            break
    return Type(Kind.MAP, rest, fields, required)


def entry(of: Type, key: str) -> Type:
    """The type of a map's entry, if it is there."""
    return of.fields.get(key, of.element)


def read(of: Type, key: str) -> Type:
    """What reading a map's entry gives: () if it isn't there."""
    found = entry(of, key)
    return found if key in of.required else join(found, UNIT)


def entries(of: Type) -> Type:
    """The type of all of a map's entries together."""
    found = of.element
    for inner in of.fields.values():
        found = join(found, inner)
    return found


def join(first: Type, second: Type) -> Type:
    """The type of what may be either; ``first`` itself if it says that already."""
    if first is second or second is NEVER or first is ANY:
        return first
    if first is NEVER:
        return second
    if first.kind is not second.kind or first.kind is Kind.UNKNOWN:
        return _joined_atoms(first, second) if first.kind in ATOMS and second.kind in ATOMS else _joined_optional(first, second)
    if first.kind is Kind.ARRAY:
        element = join(first.element, second.element)
        fields = _joined_positions(first, second) if first.fields or second.fields else first.fields
        return first if element is first.element and fields is first.fields else _positioned(element, fields)
    if first.kind is Kind.MAP:
        return _joined_maps(first, second)
    if first.kind is Kind.ATOM:
        return _joined_atoms(first, second)
    if first.kind is Kind.INT:
        return first if first.bits >= second.bits else second
    return first


def _joined_optional(first: Type, second: Type) -> Type:
    """Of what may be an array or a map, or (), and something of another kind."""
    one, other = held(first), held(second)
    inner = join(one, other) if NEVER in (one, other) or one.kind is other.kind else ANY
    if inner.kind not in CONTAINERS:
        return ANY
    return first if inner is first.value else optional(inner)


def _joined_atoms(first: Type, second: Type) -> Type:
    """Of two different atoms, at least one of which is none of the kinds that are told apart, or of two different kinds."""
    one, other = present(first), present(second)
    if one is UNIT:
        return optional(other)
    if other is UNIT:
        return optional(one)
    if one.targets is not None and other.targets is not None:
        both = _joined_pointers(one, one.targets, other.targets)
        return both if first is one and second is other else optional(both)
    if one.kind is Kind.ATOM or one.kind is not other.kind:
        return ATOM
    return optional(join(one, other))


def _joined_pointers(first: Type, one: frozenset[int], other: frozenset[int]) -> Type:
    if not one or (other and other <= one):
        return first
    both = one | other
    return Type(Kind.ATOM, targets=both) if other and len(both) <= _MOST_TARGETS else POINTER


def _joined_maps(first: Type, second: Type) -> Type:
    rest = join(first.element, second.element)
    required = first.required & second.required
    is_same = rest is first.element and required == first.required
    fields: dict[str, Type] = {}
    for key, inner in first.fields.items():
        fields[key] = joined = join(inner, entry(second, key))
        is_same = is_same and joined is inner
    for key, inner in second.fields.items():
        if key not in fields:
            fields[key] = join(first.element, inner)
            is_same = False
    return first if is_same else map_of(fields, rest, required)


CONTAINERS: Final = frozenset({Kind.ARRAY, Kind.MAP})
ATOMS: Final = frozenset({Kind.INT, Kind.FLOAT, Kind.BOOL, Kind.TEXT, Kind.CHAR, Kind.ATOM})


def changed(of: Type, path: list[str | None], change: Callable[[Type], Type]) -> Type:
    """The type after something at the end of a path is changed: keys, or None for an index. Everything else may have stayed."""
    if not path:
        return join(of, change(of))
    if may_be_container(of):
        # () has no parts.
        return join(of, changed(held(of), path, change))
    key, rest = path[0], path[1:]
    if of.kind is Kind.ARRAY:
        element = changed(of.element, rest, change)
        fields = {at: changed(inner, rest, change) for at, inner in of.fields.items()}
        if element is of.element and all(fields[at] is inner for at, inner in of.fields.items()):
            return of
        return join(of, _positioned(element, fields))
    if of.kind is not Kind.MAP:
        # Nothing in an atom can be anything but an atom, though an integer's bits can be set; what isn't known stays so.
        return any_bits(of)
    if key is not None:
        before = entry(of, key)
        after = changed(before, rest, change)
        # A new entry must be noted even if nothing is known of it.
        return of if after is before else map_of({**of.fields, key: after}, of.element, of.required)
    fields = {name: changed(inner, rest, change) for name, inner in of.fields.items()}
    element = changed(of.element, rest, change)
    if element is of.element and all(fields[name] is inner for name, inner in of.fields.items()):
        return of
    return map_of(fields, element, of.required)


def any_bits(of: Type) -> Type:
    """The type of an atom some of whose bits may have been set, if it is an integer."""
    if present(of).kind is not Kind.INT:
        return of
    return INT if of.value is None else optional(INT)


def narrowed(of: Type, name: str) -> Type:
    """The type of a value of which ``type_of`` has told the name, or that it isn't ()."""
    if name == NOT_UNIT or of is NEVER:
        return held(of)
    told = _BY_NAME.get(name)
    if told is None or told is UNIT:
        return told or of
    known = held(of)
    if known.kind is told.kind:
        return known
    # Of another kind it can't be: code that isn't reached.
    return told if known.kind in (Kind.UNKNOWN, Kind.ATOM) and known is not NEVER else NEVER


_BY_NAME: Final = {
    "i64": INT,
    "f64": FLOAT,
    "bool": BOOL,
    "string": TEXT,
    "char": CHAR,
    "()": UNIT,
    "array": Type(Kind.ARRAY, ANY),
    "map": Type(Kind.MAP, ANY),
}

_VALUES: Final[dict[type, Type]] = {
    float: FLOAT,
    bool: BOOL,
    str: TEXT,
    Char: CHAR,
    type(None): UNIT,
    ExclusiveRange: ATOM,
    InclusiveRange: ATOM,
}
_MOST_LOOKED_AT: Final = 64


def of_value(value: Any) -> Type:
    """The type of a constant."""
    if type(value) is int:
        return integer(abs(value).bit_length())
    if type(value) is list:
        if len(value) > _MOST_LOOKED_AT:
            return array_of(ANY)
        return tuple_of([of_value(item) for item in value])
    if type(value) is dict:
        return map_of({key: of_value(item) for key, item in value.items()}, NEVER, frozenset(value))
    return _VALUES.get(type(value), ANY)
