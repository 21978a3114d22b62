"""``complete``: what an author may want to write at a place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.engine.lexer.tokens import ERROR, STRING, TEXT
from app.engine.natives import ANY, GETTER_PREFIX
from app.ide.callables import Way, fits, library, own_functions
from app.ide.context import Context, Field
from app.ide.facts import Kind
from app.ide.keywords import KEYWORD_FUNCTIONS, KEYWORDS_IN_EXPRESSIONS, STATEMENT_KEYWORDS
from app.ide.reading import Reading, read
from app.ide.receivers import DOTS, Receiver, entity_index_before, receiver_before
from app.ide.scopes import visible_at
from app.ide.snippets import SNIPPETS

MAX_COMPLETIONS: Final = 300
_WORD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_INTRODUCERS: Final = frozenset({"let", "const", "fn", "as", "for"})
"""After these an author makes up a name."""
_METHODS_WITH_FIELD: Final = frozenset({"is_changed", "original", "remove"})
_QUOTE: Final = '"'


class CompletionKind(StrEnum):
    """What a completion stands for."""

    FIELD = "field"
    METHOD = "method"
    PROPERTY = "property"
    FUNCTION = "function"
    HELPER = "helper"
    LIBRARY = "library"
    VARIABLE = "variable"
    CONSTANT = "constant"
    KEYWORD = "keyword"
    SNIPPET = "snippet"


@dataclass(frozen=True, slots=True)
class Completion:
    """One offer. ``insert`` is what to write; in a snippet ``${name}`` are places to fill in."""

    label: str
    kind: CompletionKind
    detail: str = ""
    doc: str = ""
    insert: str = ""
    is_snippet: bool = False


@dataclass(frozen=True, slots=True)
class Completions:
    """Offers that replace the text from ``start`` up to the cursor, the most likely kinds first."""

    start: int
    items: tuple[Completion, ...]


def complete(text: str, offset: int, context: Context | None = None) -> Completions:
    """What may be written at an offset, all of it whatever is typed already: the editor narrows it down."""
    reading = read(text, context)
    offset = min(max(offset, 0), len(text))
    word = _WORD.search(text, max(0, offset - 100), offset)
    start = word.start() if word else offset
    return Completions(start, tuple(_offers(reading, start, offset))[:MAX_COMPLETIONS])


def _offers(reading: Reading, start: int, offset: int) -> Iterator[Completion]:
    if reading.is_in_comment(offset):
        return
    inside = _string_around(reading, offset)
    if inside is not None:
        yield from _in_string(reading, inside)
        return
    before = reading.before(start)
    kind = reading.tokens.kinds[before] if before >= 0 else ";"
    if kind in DOTS:
        yield from _members(reading, receiver_before(reading, before))
    elif kind not in _INTRODUCERS and kind != "::" and not reading.text[start - 1 : start].isdigit():
        yield from _names(reading, start, is_statement=kind in (";", "{", "}"))


def _string_around(reading: Reading, offset: int) -> int | None:
    """The index of the string that an offset is in; of one that never ends, too."""
    index = reading.before(offset)
    if index < 0:
        return None
    kind, end = reading.tokens.kinds[index], reading.tokens.ends[index]
    if kind in (STRING, TEXT) and offset < end:
        return index
    is_open = kind == ERROR and reading.text[reading.tokens.starts[index]] in "\"'`"
    return index if is_open and offset <= end else None


def _in_string(reading: Reading, index: int) -> Iterator[Completion]:
    """Fields, where a string names one: ``entity["..."]``, ``entity.is_changed("...")``."""
    tokens = reading.tokens
    if index < 1 or reading.text[tokens.starts[index]] != _QUOTE:
        return
    if tokens.kinds[index - 1] in ("[", "?["):
        owner = entity_index_before(reading, index - 1)
    elif _is_field_argument(reading, index):
        owner = receiver_before(reading, index - 3)
    else:
        return
    yield from _fields(owner.fields or {})


def _is_field_argument(reading: Reading, index: int) -> bool:
    kinds, values = reading.tokens.kinds, reading.tokens.values
    return index > 3 and kinds[index - 1] == "(" and values[index - 2] in _METHODS_WITH_FIELD and kinds[index - 3] in DOTS


def _members(reading: Reading, receiver: Receiver) -> Iterator[Completion]:
    yield from _fields(receiver.fields or {})
    natives = reading.context.natives
    for overload in natives.overloads():
        if overload.name.startswith(GETTER_PREFIX) and (receiver.kinds is None or overload.params[0] in receiver.kinds):
            yield Completion(overload.name.removeprefix(GETTER_PREFIX), CompletionKind.PROPERTY, overload.returns, overload.doc)
    for way in own_functions(reading):
        if way.receiver is not None and (receiver.kinds is None or way.receiver in receiver.kinds):
            yield _call([way], CompletionKind.METHOD)
    for ways in library(natives).methods.values():
        fitting = [way for way in ways if fits(way, receiver.kinds)]
        if fitting:
            yield _call(fitting, CompletionKind.METHOD)


def _fields(fields: Mapping[str, Field]) -> Iterator[Completion]:
    for name, field in fields.items():
        yield Completion(name, CompletionKind.FIELD, "" if field.type == ANY else field.type, field.doc)


def _names(reading: Reading, offset: int, *, is_statement: bool) -> Iterator[Completion]:
    visible = visible_at(reading, offset)
    for name, kind in visible.names.items():
        yield Completion(name, CompletionKind.CONSTANT if kind is Kind.CONST else CompletionKind.VARIABLE, kind)
    yield from _host_variables(reading, hidden=visible.names, exist=visible.sees_globals)
    own = [way for way in own_functions(reading) if way.receiver is None]
    yield from (_call([way], CompletionKind.FUNCTION) for way in own)
    hidden = visible.names.keys() | {way.name for way in own}
    table = library(reading.context.natives)
    for name in table.offered:
        ways = table.functions[name]
        if name not in hidden and name not in KEYWORD_FUNCTIONS:
            yield _call(ways, CompletionKind.HELPER if ways[0].origin == "host" else CompletionKind.LIBRARY)
    for name, (detail, doc) in KEYWORD_FUNCTIONS.items():
        yield Completion(name, CompletionKind.LIBRARY, detail, doc, f"{name}(${{}})", is_snippet=True)
    if is_statement:
        yield from (Completion(each.name, CompletionKind.SNIPPET, each.title, each.doc, each.text, is_snippet=True) for each in SNIPPETS)
    for word in STATEMENT_KEYWORDS if is_statement else KEYWORDS_IN_EXPRESSIONS:
        yield Completion(word, CompletionKind.KEYWORD)


def _host_variables(reading: Reading, hidden: Mapping[str, Kind], *, exist: bool) -> Iterator[Completion]:
    context = reading.context
    if not exist:
        return
    docs = {} if context.phase is None else {each.name: each.doc for each in context.table.variables_of(context.phase)}
    for name, kind in context.variables().items():
        if name not in hidden:
            yield Completion(name, CompletionKind.VARIABLE, "" if kind == ANY else kind, docs.get(name, ""))


def _call(ways: Sequence[Way], kind: CompletionKind) -> Completion:
    """A call with places for its arguments; for one place only when they can be given in several ways."""
    first = ways[0]
    names = [parameter.partition(":")[0] for parameter in first.parameters]
    if any(len(way.parameters) != len(names) for way in ways):
        names = [""]
    arguments = ", ".join(f"${{{name}}}" for name in names)
    more = f"  (+{len(ways) - 1})" if len(ways) > 1 else ""
    return Completion(first.name, kind, first.label + more, first.doc, f"{first.name}({arguments})", is_snippet=True)
