"""Ordinary tokens, many at a time: words, most symbols, plain numbers and strings, which are all that most lines consist of.

One search gives all pieces of text up to the first token that isn't ordinary, and tables say what each piece is, so that no Python
code runs for a single token. Everything else is for ``scan``, which looks at one token after the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import accumulate, compress, count
from operator import sub
from typing import Any, Final

from app.engine.lexer.symbols import BRACES, ODD, SYMBOLS
from app.engine.lexer.tokens import (
    FLOAT,
    IDENTIFIER,
    INT,
    KEYWORDS,
    RESERVED,
    RESERVED_WORDS,
    STRING,
    UNARY_MINUS,
    UNARY_NEXT,
    UNARY_PLUS,
    Tokens,
)

LONGEST: Final = 200
"""No ordinary token has more characters."""

_AT_ONCE: Final = 1_024
"""So many characters are searched at once: what stands behind a token that isn't ordinary is copied in vain."""
_FARTHEST: Final = 4
"""So many characters behind a token decide at most whether it is one."""

_SIGNS: Final = frozenset({"+", "-"})
_GUARDS: Final = {"!": ["in(?![A-Za-z0-9_])"], "/": ["/", r"\*"], "-": ["[0-9]"]}
"""What else may not follow a symbol: the rest of ``!in`` or of a comment's opening, the digits of what may be a negative number."""


def _pattern_of(symbols: frozenset[str]) -> str:
    """A pattern of these symbols where they aren't the beginning of an odd one; the longest first, by their first characters."""
    tails: dict[str, list[str]] = {}
    for symbol in sorted(symbols, key=lambda symbol: (-len(symbol), symbol)):
        others = [re.escape(odd[len(symbol) :]) for odd in ODD if odd.startswith(symbol) and odd != symbol] + _GUARDS.get(symbol, [])
        guard = f"(?!{'|'.join(others)})" if others else ""
        tails.setdefault(symbol[0], []).append(re.escape(symbol[1:]) + guard)
    alone = "".join(re.escape(first) for first, rest in tails.items() if rest == [""])
    longer = [f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in tails.items() if rest != [""]]
    return "|".join([f"[{alone}]", *longer])


def _finder(symbols: frozenset[str]) -> Callable[[str, int, int], list[Any]]:
    """A search for pieces, each with the white space before it; the last one may be anything."""
    return re.compile(
        r"[ \t\n\r\f]*(?:"
        rf"[A-Za-z][A-Za-z0-9_]{{,{LONGEST - 1}}}(?![A-Za-z0-9_])"
        rf"|{_pattern_of(symbols)}"
        r"|(?:0|[1-9][0-9]{,17})(?:\.[0-9]{1,17})?(?![0-9A-Za-z_]|\.(?!\.))"
        rf'|"[^"\\\n\r]{{,{LONGEST - 2}}}"(?!")'
        rf"|`[^`$\\\n\r]{{,{LONGEST - 2}}}`(?!`)"
        r"|_(?![A-Za-z0-9_])"
        r")|(?s:.+)"
    ).findall


_ORDINARY: Final = frozenset(SYMBOLS) - (ODD - _SIGNS)
_find: Final = _finder(_ORDINARY)
_find_inside: Final = _finder(_ORDINARY - BRACES)
"""Within an interpolation, whose end is a brace."""

_PLAIN: Final = {text: text for text in _ORDINARY | {"_"} | KEYWORDS}
_KINDS: Final = {**_PLAIN, **dict.fromkeys(RESERVED_WORDS, RESERVED)}
_VALUES: Final[dict[str, object]] = dict.fromkeys(_PLAIN)


class _Kinds(dict[str, str]):
    """Kinds of tokens by their text. Those of words, numbers and strings are found when they are asked for, and values with them."""

    def __init__(self) -> None:
        super().__init__(_KINDS)
        self.values_by_text: dict[str, object] = dict(_VALUES)
        """Of all but words, which are their own values."""

    def __missing__(self, text: str) -> str:
        first = text[0]
        kind = IDENTIFIER
        if first == '"' or first == "`":
            kind = STRING
            self.values_by_text[text] = text[1:-1]
        elif first.isdigit():
            kind = FLOAT if "." in text else INT
            self.values_by_text[text] = float(text) if kind is FLOAT else int(text)
        self[text] = kind
        return kind


class Ordinary:
    """The ordinary tokens of one source."""

    def __init__(self, text: str, tokens: Tokens) -> None:
        self._text = text
        self._tokens = tokens
        kinds = _Kinds()
        self._kind = kinds.__getitem__
        self._value = kinds.values_by_text.get

    def take(self, at: int, *, is_inside: bool) -> int:
        """Adds the tokens from an offset on, until something else may come; gives the offset of that."""
        until = at + _AT_ONCE
        pieces = (_find_inside if is_inside else _find)(self._text, at, until)
        ends = [*accumulate(map(len, pieces[:-1]), initial=at)]
        if until < len(self._text):
            # What stands at the end of the search may go on behind it.
            while len(ends) > 1 and ends[-1] > until - _FARTHEST:
                ends.pop()
        if len(ends) == 1:
            return at
        words = [*map(str.lstrip, pieces[: len(ends) - 1])]
        tokens, first = self._tokens, len(self._tokens.kinds)
        tokens.kinds += map(self._kind, words)
        tokens.values += map(self._value, words, words)
        tokens.starts += map(sub, ends[1:], map(len, words))
        tokens.ends += ends[1:]
        self._sign(first)
        return ends[-1]

    def _sign(self, first: int) -> None:
        """Tells the signs that belong to what follows them from operators, in the tokens from this one on."""
        kinds = self._tokens.kinds
        for at in [*compress(count(first), map(_SIGNS.__contains__, kinds[first:]))]:
            if not at or kinds[at - 1] in UNARY_NEXT:
                kinds[at] = UNARY_MINUS if kinds[at] == "-" else UNARY_PLUS
