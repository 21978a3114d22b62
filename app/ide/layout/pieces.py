"""A script as the pieces that a formatter moves about: tokens and comments; strings whole, interpolation included.

Made from the highlighter's tokens, which lose nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from pygments.token import Comment, Error, Keyword, Name, Operator, Punctuation, String, Whitespace, _TokenType, is_token_subtype

from app.ide.highlight import RhaiLexer


class Kind(Enum):
    """What matters of a piece for the white space around it."""

    WORD = auto()
    """A name."""
    KEYWORD = auto()
    VALUE = auto()
    """A literal, or a name that stands for one (``true``, ``this``)."""
    OPERATOR = auto()
    OPEN = auto()
    CLOSE = auto()
    COMMA = auto()
    SEMICOLON = auto()
    COLON = auto()
    LINE_COMMENT = auto()
    BLOCK_COMMENT = auto()


@dataclass(slots=True, eq=False)
class Piece:
    """A token or comment. ``newlines`` are the line breaks before it in the author's text."""

    kind: Kind
    text: str
    start: int
    newlines: int

    @property
    def is_comment(self) -> bool:
        return self.kind in (Kind.LINE_COMMENT, Kind.BLOCK_COMMENT)


_OPENING = frozenset({"(", "[", "{", "#{", "?["})
_CLOSING = frozenset({")", "]", "}"})
_PUNCTUATION = {",": Kind.COMMA, ";": Kind.SEMICOLON, ":": Kind.COLON}


def split(text: str) -> list[Piece] | None:
    """The pieces of a script, or None if something in it is no token at all."""
    pieces: list[Piece] = []
    newlines = 0
    for start, kind, value in _joined(RhaiLexer().get_tokens_unprocessed(text)):
        if is_token_subtype(kind, Whitespace):
            newlines += value.count("\n")
        elif is_token_subtype(kind, Error):
            return None
        else:
            pieces.append(Piece(_kind(kind, value), _trimmed(kind, value), start, newlines))
            newlines = 0
    return pieces


def _trimmed(kind: _TokenType, value: str) -> str:
    """A line comment without trailing blanks; those of a documentation comment are part of it."""
    if is_token_subtype(kind, Comment.Special):
        return value.rstrip("\r")
    return value.rstrip() if is_token_subtype(kind, Comment.Single) else value


def _kind(kind: _TokenType, value: str) -> Kind:
    if value in _OPENING:
        return Kind.OPEN
    if value in _CLOSING:
        return Kind.CLOSE
    if is_token_subtype(kind, Comment):
        return Kind.BLOCK_COMMENT if value.startswith("/*") else Kind.LINE_COMMENT
    if is_token_subtype(kind, Punctuation):
        return _PUNCTUATION[value]
    if is_token_subtype(kind, Operator):
        return Kind.KEYWORD if is_token_subtype(kind, Operator.Word) and value == "in" else Kind.OPERATOR
    if is_token_subtype(kind, Keyword) and not is_token_subtype(kind, Keyword.Constant):
        return Kind.KEYWORD
    if is_token_subtype(kind, Name) and value != "this":
        return Kind.WORD
    return Kind.VALUE


def _joined(tokens: Iterator[tuple[int, _TokenType, str]]) -> Iterator[tuple[int, _TokenType, str]]:
    """The tokens with those of one string or one block comment joined to one."""
    for start, kind, value in tokens:
        if is_token_subtype(kind, Comment.Multiline):
            yield start, kind, value + _comment_rest(tokens)
        elif is_token_subtype(kind, String.Double):
            yield start, kind, value + _string_rest(tokens)
        elif is_token_subtype(kind, String.Backtick):
            yield start, kind, value + _backtick_rest(tokens)
        elif kind is String and not _is_whole_raw(value):
            yield start, kind, value + _raw_rest(tokens, value)
        else:
            yield start, kind, value


def _comment_rest(tokens: Iterator[tuple[int, _TokenType, str]]) -> str:
    parts: list[str] = []
    depth = 1
    while depth:
        _, _, value = next(tokens, (0, Error, "*/"))
        depth += (value == "/*") - (value == "*/")
        parts.append(value)
    return "".join(parts)


def _string_rest(tokens: Iterator[tuple[int, _TokenType, str]]) -> str:
    parts: list[str] = []
    for _, kind, value in tokens:
        parts.append(value)
        if kind is String.Double and value == '"':
            break
    return "".join(parts)


def _backtick_rest(tokens: Iterator[tuple[int, _TokenType, str]]) -> str:
    """Up to the closing back-tick; strings inside interpolations have back-ticks of their own."""
    parts: list[str] = []
    inside = ["`"]
    for _, kind, value in tokens:
        parts.append(value)
        if kind is String.Interpol:
            if value == "${":
                inside.append("$")
            else:
                inside.pop()
        elif kind is String.Backtick and value == "`":
            if inside[-1] == "`":
                inside.pop()
            else:
                inside.append("`")
        if not inside:
            break
    return "".join(parts)


def _is_whole_raw(value: str) -> bool:
    hashes = len(value) - len(value.lstrip("#"))
    return len(value) > hashes + 1 and value.endswith('"' + "#" * hashes)


def _raw_rest(tokens: Iterator[tuple[int, _TokenType, str]], opening: str) -> str:
    closing = opening[::-1]
    parts: list[str] = []
    for _, _, value in tokens:
        parts.append(value)
        if value == closing:
            break
    return "".join(parts)
