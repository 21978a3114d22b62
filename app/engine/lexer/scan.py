"""The one pass over the text.

A back-tick string's interpolations nest, so the scanner counts braces: the brace that closes an interpolation brings it back
into the string. Reserved symbols of other languages are told apart here, with the advice that Rhai gives.
"""

from __future__ import annotations

import re
from typing import Final

from app.engine.lexer import literals
from app.engine.lexer.tokens import (
    END,
    ERROR,
    IDENTIFIER,
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

# Longest first; what stands in no longer group matches alone. Words and white space come first: they are the most frequent.
_SYMBOLS: Final = sorted(
    """**= <<= >>= ..= ... === !== ::< () (* *) #{ += ++ -= -> -- *= ** /= .. == => :: := :; <= <- << <| >= >> != !.
    || |= |> && &= ^= %= ?. ?? ?[ { } ( ) [ ] + - * / ; , . = : < > ! | & ^ ~ % @ $ ?""".split(),
    key=len,
    reverse=True,
)
_TOKEN: Final = re.compile(
    r"[ \t\n\r\f]*(?:"
    r"(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<notin>!in(?![A-Za-z0-9_]))"
    r"|(?P<comment>//[^\n\r]*|/\*)"
    rf"|(?P<symbol>{'|'.join(map(re.escape, _SYMBOLS))})"
    r"|(?P<digit>[0-9])"
    r'|(?P<plain>"[^"\\\n\r]*"(?!"))'
    r"|(?P<quote>[\"'])"
    r"|(?P<tick>`)"
    r"|(?P<hash>#)"
    r"|(?P<other>[\s\S])"
    r"|(?P<end>\Z))"
)
_BLOCK_EDGE: Final = re.compile(r"/\*|\*/")

_ADVICE: Final = {
    "===": "'===' is not a valid operator. This is not JavaScript! Should it be '=='?",
    "!==": "'!==' is not a valid operator. This is not JavaScript! Should it be '!='?",
    "->": "'->' is not a valid symbol. This is not C or C++!",
    "<-": "'<-' is not a valid symbol. This is not Go! Should it be '<='?",
    ":=": "':=' is not a valid assignment operator. This is not Go or Pascal! Should it be simply '='?",
    ":;": "':;' is not a valid symbol. Should it be '::'?",
    "::<": "'::<>' is not a valid symbol. This is not Rust! Should it be '::'?",
    "(*": "'(* .. *)' is not a valid comment format. This is not Pascal! Should it be '/* .. */'?",
    "*)": "'(* .. *)' is not a valid comment format. This is not Pascal! Should it be '/* .. */'?",
}
_RESERVED_SYMBOLS: Final = frozenset("... ++ -- !. <| |> ~ @ $ ?".split())
_ODD_SYMBOLS: Final = _RESERVED_SYMBOLS | _ADVICE.keys()


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
        text, tokens, match = self.text, self.tokens, _TOKEN.match
        kinds, values, starts, ends = tokens.kinds, tokens.values, tokens.starts, tokens.ends
        keywords, odd, has_interpolation = KEYWORDS, _ODD_SYMBOLS, self.depths
        while True:
            found = match(text, self.at)
            assert found is not None  # noqa: S101 - the last alternatives take anything
            group = found.lastgroup
            start, end = found.span(group or 0)
            self.at = end
            if group == "word":
                word = text[start:end]
                if word in keywords:
                    kinds.append(word)
                    values.append(None)
                elif word in RESERVED_WORDS:
                    kinds.append(RESERVED)
                    values.append(word)
                else:
                    kinds.append(IDENTIFIER)
                    values.append(word)
                    if word[0] == "_":
                        self._underscore(word)
                starts.append(start)
                ends.append(end)
            elif group == "symbol":
                symbol = text[start:end]
                if symbol in odd or symbol == "-" or symbol == "+" or (has_interpolation and symbol in ("{", "}", "#{")):
                    self._special_symbol(symbol, start, end)
                else:
                    kinds.append(symbol)
                    values.append(None)
                    starts.append(start)
                    ends.append(end)
            elif group == "plain" and (not self.limit or (end - start) * 4 <= self.limit):
                tokens.add(STRING, text[start + 1 : end - 1], start, end)
            elif group == "end":
                tokens.add(END, None, len(text), len(text))
                return tokens
            else:
                self._rare(group or "other", start, end)

    def _underscore(self, word: str) -> None:
        """A word that begins with an underscore is no identifier; one alone is a symbol."""
        if word == "_":
            self.tokens.kinds[-1], self.tokens.values[-1] = "_", None
        else:
            self.tokens.kinds[-1] = ERROR
            self.tokens.values[-1] = LexFault("MalformedIdentifier", f"Variable name is not proper: '{word}'")

    def _special_symbol(self, symbol: str, start: int, end: int) -> None:
        tokens = self.tokens
        if symbol in ("+", "-"):
            self._sign(symbol, start, end)
        elif symbol in _ADVICE:
            tokens.add(ERROR, LexFault("ImproperSymbol", _ADVICE[symbol]), start, end)
        elif symbol in _RESERVED_SYMBOLS:
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
        text, tokens = self.text, self.tokens
        if group == "digit":
            self._literal(literals.number(text, start, ""))
        elif group == "comment":
            self._comment(start, end)
        elif group in ("quote", "plain"):
            self._literal(literals.quoted(text, start, self.limit))
        elif group == "tick":
            begin = start + 1
            if text.startswith("\r\n", begin):
                begin += 2
            elif text[begin : begin + 1] in ("\n", "\r"):
                begin += 1
            self._text(begin, start)
        elif group == "notin":
            tokens.add("!in", None, start, end)
        elif group == "hash":
            self._hash(start)
        else:
            tokens.add(ERROR, LexFault("UnexpectedInput", f"Unexpected '{text[start]}'"), start, end)

    def _literal(self, literal: literals.Literal) -> None:
        start = literal.place
        self.tokens.add(literal.kind, literal.value, start, max(literal.end, start))
        self.at = max(literal.end, self.at)

    def _text(self, begin: int, place: int) -> None:
        literal = literals.back_ticked(self.text, begin, place, self.limit)
        self._literal(literal)
        if literal.kind == TEXT:
            self.depths.append(0)

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
