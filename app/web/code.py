"""Rhai sources in colour, line by line, for versions and comparisons; and the same table of patterns for the editor in the browser."""

import json
from functools import lru_cache
from typing import Final

from markupsafe import Markup, escape
from pygments.token import STANDARD_TYPES, Token

from app.ide.highlight import RhaiLexer, export_tokens

_LEXER: Final = RhaiLexer()
_UNCOLOURED: Final = frozenset({"", "n", "w"})


def coloured_lines(source: str) -> tuple[Markup, ...]:
    """The source's lines without their line feeds, each token in an element with the class that the style sheet colours."""
    return _coloured(source)


@lru_cache(maxsize=64)
def _coloured(source: str) -> tuple[Markup, ...]:
    lines = [Markup()]
    for kind, text in _LEXER.get_tokens(source):
        name = STANDARD_TYPES.get(kind, "") if kind is not Token else ""
        for index, piece in enumerate(text.split("\n")):
            if index:
                lines.append(Markup())
            if piece:
                lines[-1] += escape(piece) if name in _UNCOLOURED else Markup('<span class="tok-{}">{}</span>').format(name, piece)
    return tuple(lines)


def editor_tokens() -> bytes:
    """The table of patterns as JSON, for the editor's highlighting."""
    return json.dumps(export_tokens(), ensure_ascii=False, separators=(",", ":")).encode()
