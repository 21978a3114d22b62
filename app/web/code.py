"""Rhai sources in colour, line by line, for versions and comparisons; and the same table of patterns for the editor in the browser."""

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from markupsafe import Markup, escape
from pygments.token import STANDARD_TYPES, Token

from app.ide.highlight import RhaiLexer, export_tokens

_LEXER: Final = RhaiLexer()
_UNCOLOURED: Final = frozenset({"", "n", "w"})
# What moves the text around it can make a reviewer read another source than the one that runs (CVE-2021-42574), so it is shown as a sign.
_UNSEEN: Final = str.maketrans(
    {"\r": "\N{SYMBOL FOR CARRIAGE RETURN}"}
    | dict.fromkeys(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))), "\N{REPLACEMENT CHARACTER}")
)


class Piece(NamedTuple):
    """Part of a line, with the class that the style sheet colours; empty for none."""

    colour: str
    text: str


def coloured_lines(source: str) -> tuple[Markup, ...]:
    """The source's lines without their line feeds, each token in an element with the class that the style sheet colours."""
    return _coloured(source)


def marked_line(source: str, number: int, spans: Sequence[tuple[int, int]]) -> Markup:
    """A line of a source in colour, counted from 1, with what stands in the spans marked."""
    if not spans:
        return _coloured(source)[number - 1]
    return Markup().join(_markup(piece.colour, _marked(piece.text, at, spans)) for at, piece in _placed(_pieces(source)[number - 1]))


@lru_cache(maxsize=64)
def _coloured(source: str) -> tuple[Markup, ...]:
    return tuple(Markup().join(_markup(piece.colour, escape(piece.text)) for piece in line) for line in _pieces(source))


@lru_cache(maxsize=16)
def _pieces(source: str) -> tuple[tuple[Piece, ...], ...]:
    lines: list[list[Piece]] = [[]]
    # Not get_tokens: it makes line feeds of carriage returns, and then the lines have other numbers than the engine's.
    for _, kind, text in _LEXER.get_tokens_unprocessed(source):
        name = STANDARD_TYPES.get(kind, "") if kind is not Token else ""
        for index, piece in enumerate(text.translate(_UNSEEN).split("\n")):
            if index:
                lines.append([])
            if piece:
                lines[-1].append(Piece("" if name in _UNCOLOURED else name, piece))
    return tuple(tuple(line) for line in lines)


def _placed(line: Sequence[Piece]) -> Iterator[tuple[int, Piece]]:
    at = 0
    for piece in line:
        yield at, piece
        at += len(piece.text)


def _marked(text: str, at: int, spans: Sequence[tuple[int, int]]) -> Markup:
    """A text that begins at a place of its line, with those parts of the spans marked that are in it."""
    found, done = Markup(), 0
    for start, end in spans:
        first, last = max(start - at, done), min(end - at, len(text))
        if first < last:
            found += escape(text[done:first]) + Markup("<mark>{}</mark>").format(text[first:last])
            done = last
    return found + escape(text[done:])


def _markup(colour: str, content: Markup) -> Markup:
    return Markup('<span class="tok-{}">{}</span>').format(colour, content) if colour else content


def editor_tokens() -> bytes:
    """The table of patterns as JSON, for the editor's highlighting."""
    return json.dumps(export_tokens(), ensure_ascii=False, separators=(",", ":")).encode()
