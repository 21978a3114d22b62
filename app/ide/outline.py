"""``outline``: what a script consists of, for the symbol list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.engine import tree
from app.engine.source import Span
from app.ide.children import descendants
from app.ide.context import Context
from app.ide.fold import fold
from app.ide.reading import read


class SymbolKind(StrEnum):
    """What a symbol is."""

    FUNCTION = "function"
    CLOSURE = "closure"
    CONSTANT = "constant"


@dataclass(frozen=True, slots=True)
class Symbol:
    """A named part of a script: its whole text, and its name's place in it. ``detail`` are the parameters."""

    name: str
    kind: SymbolKind
    span: Span
    name_span: Span
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """Symbols in order of place, and the spans that can be folded: bodies and literals over several lines, block comments."""

    symbols: tuple[Symbol, ...]
    folds: tuple[Span, ...]


def outline(text: str, context: Context | None = None) -> Outline:
    """The outline of a script, as far as it can be parsed."""
    script = read(text, context).script
    symbols = sorted([*_functions(script), *_named_values(script)], key=lambda symbol: symbol.span.start)
    return Outline(tuple(symbols), fold(text, context))


def _functions(script: tree.Script) -> Iterator[Symbol]:
    for function in script.functions:
        name = f"{function.receiver}.{function.name}" if function.receiver else function.name
        name_span = Span(function.pos, function.pos + len(function.name))
        yield Symbol(name, SymbolKind.FUNCTION, Span(function.start, function.end), name_span, _parameters(function.params))


def _named_values(script: tree.Script) -> Iterator[Symbol]:
    """Closures given to a name anywhere, constants at the top level."""
    top = {id(statement) for statement in script.statements}
    for node in descendants(script):
        if not isinstance(node, tree.Let):
            continue
        span, name_span = Span(node.start, node.end), Span(node.name.start, node.name.end)
        if isinstance(node.value, tree.Closure):
            yield Symbol(node.name.text, SymbolKind.CLOSURE, span, name_span, _parameters(node.value.params))
        elif node.is_const and id(node) in top:
            yield Symbol(node.name.text, SymbolKind.CONSTANT, span, name_span)


def _parameters(params: list[tree.Name]) -> str:
    return f"({', '.join(param.text for param in params)})"
