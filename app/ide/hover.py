"""``hover``: what the name at a place is."""

from __future__ import annotations

from dataclasses import dataclass

from app.engine.natives import ANY
from app.engine.source import Span
from app.ide.callables import Way, ways_to_call
from app.ide.context import Context
from app.ide.facts import Declaration, Kind
from app.ide.keywords import KEYWORD_FUNCTIONS
from app.ide.occurrences import declaration_at
from app.ide.reading import Reading, read
from app.ide.receivers import DOTS, of_field, receiver_before
from app.ide.types import variable_kinds

_MOST_WAYS = 8


@dataclass(frozen=True, slots=True)
class Hover:
    """The name, what it is in a line or a few (``code``), and what there is to say about it."""

    span: Span
    code: tuple[str, ...]
    doc: str


def hover(text: str, offset: int, context: Context | None = None) -> Hover | None:
    """What stands at an offset; None where there is nothing to say."""
    reading = read(text, context)
    at = None if reading.is_in_comment(offset) else reading.name_at(offset)
    if at is None:
        return None
    name = str(reading.tokens.values[at])
    told = _told(reading, at, name)
    return None if told is None else Hover(Span(reading.tokens.starts[at], reading.tokens.ends[at]), *told)


def _told(reading: Reading, at: int, name: str) -> tuple[tuple[str, ...], str] | None:
    is_member = at > 0 and reading.tokens.kinds[at - 1] in DOTS
    is_call = reading.tokens.kinds[at + 1] in ("(", "()")
    if is_member:
        return _method(reading, at, name) if is_call else _field(reading, at, name)
    declaration = declaration_at(reading, reading.tokens.starts[at])
    if declaration is not None:
        return _variable(reading, declaration)
    ways = ways_to_call(reading, name, is_method=False)
    if ways:
        return _callable(ways)
    return ((KEYWORD_FUNCTIONS[name][0],), KEYWORD_FUNCTIONS[name][1]) if name in KEYWORD_FUNCTIONS else None


def _method(reading: Reading, at: int, name: str) -> tuple[tuple[str, ...], str] | None:
    ways = ways_to_call(reading, name, is_method=True, kinds=receiver_before(reading, at - 1).kinds)
    return _callable(ways) if ways else None


def _callable(ways: list[Way]) -> tuple[tuple[str, ...], str]:
    labels = tuple(dict.fromkeys(f"{way.receiver}.{way.label}" if way.receiver not in (None, ANY) else way.label for way in ways))
    return labels[:_MOST_WAYS], "\n\n".join(dict.fromkeys(way.doc for way in ways if way.doc))


def _field(reading: Reading, at: int, name: str) -> tuple[tuple[str, ...], str] | None:
    owner = receiver_before(reading, at - 1)
    field = None if owner.fields is None else owner.fields.get(name)
    if field is not None:
        kinds = of_field(field).kinds
        return (f"field {name}: {_kinds(kinds)}",), field.doc
    getter = reading.context.natives.getter(name)
    ways = [] if getter is None else [way for way in getter.overloads if owner.kinds is None or way.params[0] in owner.kinds]
    if not ways:
        return None
    return (f"property {name}: {ways[0].returns}",), ways[0].doc


def _variable(reading: Reading, declaration: Declaration) -> tuple[tuple[str, ...], str]:
    kinds = variable_kinds(reading.facts, declaration)
    doc = ""
    if declaration.kind is Kind.HOST and declaration.name in reading.context.table.variables:
        doc = reading.context.table.variables[declaration.name].doc
    return (f"{declaration.kind} {declaration.name}: {_kinds(kinds)}",), doc


def _kinds(kinds: frozenset[str] | None) -> str:
    return "any" if kinds is None else " or ".join(sorted(kinds, key=lambda kind: (kind == "()", kind)))
