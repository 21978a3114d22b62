"""The types that inference tells apart, and how two of them join.

Arrays have one type for all elements, maps one for each key that is written down somewhere, one for all other keys, and the set of keys
that are certainly there. Types are joined upwards only; depth and the number of keys are bounded, so that every chain of joins ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from typing import Final

from app.engine.infer.atoms import (
    ANY,
    ATOM,
    ATOMS,
    CONTAINERS,
    NEVER,
    POINTER,
    SELF,
    UNIT,
    Kind,
    Type,
    held,
    optional,
    present,
)

_DEEPEST: Final = 8
"""Records that hold lists of records that hold lists, three times over, still have a type all the way down."""
_MOST_FIELDS: Final = 48
_MOST_TARGETS: Final = 8


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
