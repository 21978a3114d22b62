"""The types that inference tells apart, and how two of them join.

A type says what a value certainly is. Arrays have one type for all elements, maps one for each key that is written down somewhere,
one for all other keys, and the set of keys that are certainly there. Types are immutable and joined upwards only; depth and the
number of keys are bounded, so that every chain of joins ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
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

_DEEPEST: Final = 8
"""Records that hold lists of records that hold lists, three times over, still have a type all the way down."""
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
    return positioned(element, dict(zip(_POSITIONS, items, strict=False)))


def without_positions(of: Type) -> Type:
    """The type of an array whose elements may have been moved."""
    return array_of(of.element) if of.fields else of


def positioned(element: Type, fields: Mapping[str, Type]) -> Type:
    """An array's type, given what is at each position, if that is known."""
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
    if rest is NEVER and _holds_itself(fields):
        return _folded([(fields, required)])
    for inner in fields.values():
        if inner.depth >= _DEEPEST:
            # A tree of maps, by all likelihood: what else is in each is known all the same.
            fields = {key: ANY if inner.depth >= _DEEPEST else inner for key, inner in fields.items()}
            break
    return Type(Kind.MAP, rest, fields, required)


def with_entries(of: Type, added: Mapping[str, Type]) -> Type:
    """The type of a map that has gotten these entries, too."""
    if of.kind is not Kind.MAP or of.body is not None:
        return of
    return map_of({**of.fields, **added}, of.element, of.required | added.keys())


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
        return first if element is first.element and fields is first.fields else positioned(element, fields)
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
    if SELF in (first, second):
        return ANY
    if first.body is not None or second.body is not None:
        if first.body is None and _says_entries(first, second):
            return first
        base, other = (first, second) if first.body is not None else (second, first)
        if NEVER is first.element is second.element and other.fields.keys() <= base.fields.keys():
            return _joined_folded(first, second)
        if _holds_folded(first if first.body is None else second):
            # Both lead on without end, and perhaps never to the same.
            return Type(Kind.MAP, ANY)
    rest = join(first.element, second.element)
    required = first.required & second.required
    is_same = rest is first.element and required == first.required
    fields: dict[str, Type] = {}
    for key, inner in first.fields.items():
        fields[key] = joined = join(inner, entry(second, key))
        is_same = is_same and joined is inner
    for key, inner in second.fields.items():
        if key not in fields:
            joined = join(first.element, inner)
            if joined is not first.element or joined is NEVER:
                fields[key] = joined
                is_same = False
    return first if is_same else map_of(fields, rest, required)


def _says_entries(first: Type, second: Type) -> bool:
    """Whether one type of maps, which isn't folded itself, says already all that another does."""
    if not first.required <= second.required or join(first.element, second.element) is not first.element:
        return False
    return all([join(entry(first, key), inner) is entry(first, key) for key, inner in second.fields.items()])


def _holds_folded(of: Type) -> bool:
    """Whether a type is one of maps that hold each other to any depth, or has such a type in it."""
    if of.body is not None or not of.depth:
        return of.body is not None
    parts = [of.value] if of.value is not None else [of.element, *of.fields.values()]
    return any(map(_holds_folded, parts))


def _holds_itself(fields: Mapping[str, Type]) -> bool:
    """Whether a map with these entries holds a map with the same keys, in arrays or under any keys, as the nodes of trees and lists do."""
    for inner in fields.values():
        if not inner.depth or inner.is_open:
            continue
        part = held(inner)
        while part.kind is Kind.ARRAY or (part.kind is Kind.MAP and part.element is not NEVER):
            part = held(part.element)
        if part.kind is Kind.MAP and part.fields.keys() == fields.keys():
            return not any([each.is_open for each in fields.values()])
    return False


def _folded(parts: list[tuple[Mapping[str, Type], frozenset[str]]], base: Type | None = None) -> Type:
    """The type of maps with the same keys, or some of them, that hold each other to any depth: what any of them holds under a key, all may.

    ``base`` is the type of some of them, and is given back if it says all that already. The type's ``fields`` lead back to it, so
    whoever walks them without end has to ask for ``body``.
    """
    body: dict[str, Type] = dict.fromkeys(parts[0][0], NEVER) if base is None or base.body is None else {**base.body}
    keys = frozenset(body)
    required = parts[0][1] if base is None else base.required
    for fields, there in parts:  # grows while it is walked
        required &= there
        for key, inner in fields.items():
            joined = _joined_within(body[key], _opened(inner, keys, parts), parts, keys)
            body[key] = joined if joined.depth < _DEEPEST else ANY
    if base is not None and base.body is not None and required == base.required and all(body[key] is base.body[key] for key in keys):
        return base
    made = Type(Kind.MAP, NEVER, body, required)
    made.body, made.is_open = body, False
    made.fields = {key: _closed(inner, made) for key, inner in body.items()}
    return made


def _joined_within(first: Type, second: Type, parts: list[tuple[Mapping[str, Type], frozenset[str]]], keys: Set[str]) -> Type:
    """``join`` of parts of a body: a map with some of the keys, in the place of such a map, is one too, such as a leaf of a tree."""
    if first.kind is second.kind is Kind.ARRAY:
        element = _joined_within(first.element, second.element, parts, keys)
        return first if element is first.element and not first.fields else array_of(element)
    if SELF in (first, second) and first is not second:
        other = second if first is SELF else first
        if other.kind is Kind.MAP and other.element is NEVER and other.body is None and not other.is_open and other.fields.keys() <= keys:
            parts.append((other.fields, other.required))
            return SELF
    if first.value is not None or second.value is not None:
        one, other = held(first), held(second)
        if one.kind is other.kind and one.kind in CONTAINERS:
            inner = _joined_within(one, other, parts, keys)
            if inner.kind not in CONTAINERS:
                return ANY
            return first if inner is first.value else optional(inner)
    return join(first, second)


def _joined_folded(first: Type, second: Type) -> Type:
    """Of maps of which at least one is folded, and the other has no other keys."""
    if first.is_open or second.is_open:
        return ANY
    base, other = (first, second) if first.body is not None else (second, first)
    return _folded([(other.body or other.fields, other.required)], base)


def _opened(of: Type, keys: Set[str], parts: list[tuple[Mapping[str, Type], frozenset[str]]]) -> Type:
    """A type with ``SELF`` in the place of maps with these keys, which become further parts."""
    if not of.depth:
        return of
    if of.kind is Kind.MAP and of.element is NEVER and of.fields.keys() == keys:
        parts.append((of.body or of.fields, of.required))
        return SELF
    return of if of.body is not None else _with_parts(of, lambda inner: _opened(inner, keys, parts))


def _closed(of: Type, whole: Type) -> Type:
    """A part of a body with the whole in the place of ``SELF``."""
    if of is SELF:
        return whole
    return _with_parts(of, lambda inner: _closed(inner, whole)) if of.is_open else of


def _with_parts(of: Type, change: Callable[[Type], Type]) -> Type:
    """A type with each of its parts changed."""
    if of.value is not None:
        inner = change(of.value)
        return of if inner is of.value else optional(inner)
    if of.kind not in CONTAINERS:
        return of
    element, fields = change(of.element), {key: change(part) for key, part in of.fields.items()}
    if element is of.element and all(fields[key] is part for key, part in of.fields.items()):
        return of
    return Type(of.kind, element, fields, of.required)


CONTAINERS: Final = frozenset({Kind.ARRAY, Kind.MAP})
ATOMS: Final = frozenset({Kind.INT, Kind.FLOAT, Kind.BOOL, Kind.TEXT, Kind.CHAR, Kind.ATOM})
