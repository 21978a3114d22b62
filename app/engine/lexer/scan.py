"""The one pass over the text.

A back-tick string's interpolations nest, so the scanner counts braces: the brace that closes an interpolation brings it back
into the string. Reserved symbols of other languages are told apart here, with the advice that Rhai gives.
"""

from __future__ import annotations

import re
from typing import Final

from app.engine.lexer import literals
from app.engine.lexer.ordinary import LONGEST, Ordinary
from app.engine.lexer.symbols import ADVICE, BRACES, ODD, RESERVED_SYMBOLS, SYMBOLS
from app.engine.lexer.tokens import (
    END,
    ERROR,
    IDENTIFIER,
    INT,
    KEYWORDS,
    RESERVED,
    RESERVED_WORDS,
    STRING,
    TEXT,
    UNARY_MINUS,
    UNARY_NEXT,
    UNARY_PLUS,
    LexFault,
    Tokens,
)


def _pattern_of(symbols: list[str]) -> str:
    """A pattern that takes the longest symbol: those of one character first, then by their first characters, of which few are tried."""
    tails: dict[str, list[str]] = {}
    for symbol in sorted(symbols, key=len, reverse=True):
        tails.setdefault(symbol[0], []).append(re.escape(symbol[1:]))
    alone = "".join(re.escape(first) for first, rest in tails.items() if rest == [""])
    longer = [f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in tails.items() if rest != [""]]
    return "|".join([f"[{alone}]", *longer])


# What stands in no longer group matches alone. Words and white space come first: they are the most frequent.
_TOKEN: Final = re.compile(
    r"[ \t\n\r\f]*(?:"
    r"(?P<word>[A-Za-z][A-Za-z0-9_]*)"
    r"|(?P<notin>!in(?![A-Za-z0-9_]))"
    r"|(?P<comment>//[^\n\r]*|/\*)"
    rf"|(?P<symbol>{_pattern_of(SYMBOLS)})"
    r"|(?P<decimal>(?:0|[1-9][0-9]{0,17})(?![0-9A-Za-z_.]))"
    r"|(?P<digit>[0-9])"
    r"|(?P<underscore>_[A-Za-z0-9_]*)"
    r'|(?P<plain>"[^"\\\n\r]*"(?!"))'
    r"|(?P<quote>[\"'])"
    r"|(?P<tick>`)"
    r"|(?P<hash>#)"
    r"|(?P<other>[\s\S])"
    r"|(?P<end>\Z))"
)
_NAMES: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)*\}")
_BLOCK_EDGE: Final = re.compile(r"/\*|\*/")

_WORDS: Final = dict.fromkeys(RESERVED_WORDS, RESERVED) | {word: word for word in KEYWORDS}


def scan(text: str, max_string_bytes: int = 0) -> Tokens:
    """All tokens of a source; never raises. What is no token becomes an ERROR token, and the scan goes on behind it.

    ``max_string_bytes`` bounds string literals (0: no bound).
    """
    return _Scanner(text, max_string_bytes).run()


class _Scanner:
    def __init__(self, text: str, limit: int) -> None:
        self.text = text
        self.limit = limit
        self.tokens = Tokens()
        self.at = 0
        self.depths: list[int] = []
        """For each open interpolation, how many braces are open inside it."""

    def run(self) -> Tokens:
        """Scans to the end: ordinary tokens in one go, then one token of any kind, and so on."""
        text, tokens = self.text, self.tokens
        ordinary = None if self.limit and self.limit // 4 < LONGEST else Ordinary(text, tokens)
        while self.at < len(text):
            if ordinary is not None:
                self.at = ordinary.take(self.at, is_inside=bool(self.depths))
            self._one()
        tokens.add(END, None, len(text), len(text))
        return tokens

    def _one(self) -> None:
        """One token, or a comment."""
        found = next(_TOKEN.finditer(self.text, self.at))  # there is one: the last alternatives take anything
        group, spelled = found.lastgroup or "", found[found.lastindex or 0]
        end = self.at = found.end()
        start = end - len(spelled)
        if group == "word":
            kind = _WORDS.get(spelled, IDENTIFIER)
            self.tokens.add(kind, spelled if kind is IDENTIFIER or kind is RESERVED else None, start, end)
        elif group == "symbol" and spelled not in ODD and not (self.depths and spelled in BRACES):
            self.tokens.add(spelled, None, start, end)
        elif group == "decimal":
            self.tokens.add(INT, int(spelled), start, end)
        elif group == "plain" and (not self.limit or len(spelled) <= self.limit // 4):
            self.tokens.add(STRING, spelled[1:-1], start, end)
        else:
            self._rare(group, start, end)

    def _underscore(self, word: str, start: int, end: int) -> None:
        """A word that begins with an underscore is no identifier; one alone is a symbol."""
        if word == "_":
            self.tokens.add("_", None, start, end)
        else:
            self.tokens.add(ERROR, LexFault("MalformedIdentifier", f"Variable name is not proper: '{word}'"), start, end)

    def _special_symbol(self, symbol: str, start: int, end: int) -> None:
        tokens = self.tokens
        if symbol in ("+", "-"):
            self._sign(symbol, start, end)
        elif symbol in ADVICE:
            tokens.add(ERROR, LexFault("ImproperSymbol", ADVICE[symbol]), start, end)
        elif symbol in RESERVED_SYMBOLS:
            tokens.add(RESERVED, symbol, start, end)
        else:
            tokens.add(symbol, None, start, end)
            if symbol != "}":
                self.depths[-1] += 1
            elif self.depths[-1] > 1:
                self.depths[-1] -= 1
            else:
                self.depths.pop()
                self._text(end, end)

    def _sign(self, symbol: str, start: int, end: int) -> None:
        is_unary = not self.tokens.kinds or self.tokens.kinds[-1] in UNARY_NEXT
        if not is_unary:
            self.tokens.add(symbol, None, start, end)
        elif symbol == "-" and self.text[end : end + 1] in _DIGITS:
            self._literal(literals.number(self.text, end, "-"))
        else:
            self.tokens.add(UNARY_MINUS if symbol == "-" else UNARY_PLUS, None, start, end)

    def _rare(self, group: str, start: int, end: int) -> None:
        if group == "symbol":
            self._special_symbol(self.text[start:end], start, end)
        elif group == "digit":
            self._literal(literals.number(self.text, start, ""))
        elif group == "comment":
            self._comment(start, end)
        elif group in ("quote", "plain"):
            self._literal(literals.quoted(self.text, start, self.limit))
        elif group == "tick":
            self._tick(start)
        elif group != "end":
            self._odd(group, start, end)

    def _odd(self, group: str, start: int, end: int) -> None:
        if group == "underscore":
            self._underscore(self.text[start:end], start, end)
        elif group == "notin":
            self.tokens.add("!in", None, start, end)
        elif group == "hash":
            self._hash(start)
        else:
            self.tokens.add(ERROR, LexFault("UnexpectedInput", f"Unexpected '{self.text[start]}'"), start, end)

    def _tick(self, start: int) -> None:
        begin = start + 1
        if self.text.startswith("\r\n", begin):
            begin += 2
        elif self.text[begin : begin + 1] in ("\n", "\r"):
            begin += 1
        self._text(begin, start)

    def _literal(self, literal: literals.Literal) -> None:
        start = literal.place
        self.tokens.add(literal.kind, literal.value, start, max(literal.end, start))
        self.at = max(literal.end, self.at)

    def _text(self, begin: int, place: int) -> None:
        while True:
            literal = literals.back_ticked(self.text, begin, place, self.limit)
            self._literal(literal)
            if literal.kind != TEXT:
                return
            # What follows is the brace that opens the interpolation.
            self.tokens.add("{", None, self.at, self.at + 1)
            self.at += 1
            names = _NAMES.match(self.text, self.at)
            if names is None:
                self.depths.append(1)
                return
            self._names(names.end() - 1)
            begin = place = self.at

    def _names(self, end: int) -> None:
        """An interpolation that is just a name, or a property of one: most are, and it needs no search. It ends with a brace."""
        for word in self.text[self.at : end].split("."):
            if self.tokens.kinds[-1] != "{":
                self.tokens.add(".", None, self.at, self.at + 1)
                self.at += 1
            kind = _WORDS.get(word, IDENTIFIER)
            self.tokens.add(kind, word if kind is IDENTIFIER or kind is RESERVED else None, self.at, self.at + len(word))
            self.at += len(word)
        self.tokens.add("}", None, end, end + 1)
        self.at = end + 1

    def _hash(self, start: int) -> None:
        text = self.text
        following = text[start + 1 : start + 2]
        if following and following in '"#':
            self._literal(literals.raw(text, start, self.limit))
        elif text.startswith("# {", start):
            self.tokens.add(ERROR, LexFault("ImproperSymbol", "'#' is not a valid symbol. Should it be '#{'?"), start, start + 3)
            self.at = start + 3
        elif following == "!":
            self.tokens.add(RESERVED, "#!", start, start + 1)
        else:
            self.tokens.add(RESERVED, "#", start, start + 1)

    def _comment(self, start: int, end: int) -> None:
        text, tokens = self.text, self.tokens
        if text.startswith("/*", start):
            depth = 1
            while depth:
                edge = _BLOCK_EDGE.search(text, end)
                if edge is None:
                    end = len(text)
                    break
                depth += 1 if edge.group() == "/*" else -1
                end = edge.end()
        self.at = end
        tokens.comments.append((start, end))
        body = text[start:end]
        if (body.startswith("///") and not body.startswith("////")) or (body.startswith("/**") and not body.startswith("/***")):
            tokens.docs.append((len(tokens.kinds), body))


_DIGITS: Final = frozenset("0123456789")
