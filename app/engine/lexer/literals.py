"""Numbers, strings and characters: from their spelling to their value, or to the fault in it.

Each function takes the text and the offset where the literal starts, and gives the token's kind, its value, where the
fault is (or the start), and the offset behind it. Source: the Book's "Literals", "Strings and Characters".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from app.engine.lexer.tokens import CHAR, ERROR, FLOAT, INT, STRING, TEXT, LexFault
from app.engine.values import INT_MAX, INT_MIN

_DECIMAL = re.compile(r"[0-9][0-9_]*(?:\.[0-9][0-9_]*|\.(?=[^0-9_.A-Za-z]))?(?:[eE][0-9+-][0-9_]*)?", re.DOTALL)
_RADIX = re.compile(r"0_*(?:[xX]([0-9a-fA-F_]*)|[oO]([0-7_]*)|[bB]([01_]*))")
_FLOAT = re.compile(r"-?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?\Z")
_BASES = (16, 8, 2)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}
_CODES = {"x": 2, "u": 4, "U": 8}
_U64 = 1 << 64


@dataclass(slots=True)
class Literal:
    """A literal token. ``place`` is what the real Rhai reports as its position."""

    kind: str
    value: object
    place: int
    end: int


def number(text: str, start: int, sign: str) -> Literal:
    """A number whose digits start at ``start``; ``sign`` is "-" if one stands directly before."""
    place = start - len(sign)
    radix = _RADIX.match(text, start)
    if radix is not None:
        digits = next(group for group in radix.groups() if group is not None)
        return _radix(
            radix.group(), digits.replace("_", ""), _BASES[radix.lastindex - 1] if radix.lastindex else 10, sign, place, radix.end()
        )
    found = _DECIMAL.match(text, start)
    spelled = found.group().replace("_", "") if found else ""
    end = found.end() if found else start
    if spelled.endswith("."):
        spelled += "0"
    spelled = sign + spelled
    if spelled.lstrip("-").isdigit():
        value = int(spelled) if len(spelled) < 25 else INT_MAX + 1
        if INT_MIN <= value <= INT_MAX:
            return Literal(INT, value, place, end)
    if _FLOAT.match(spelled):
        return Literal(FLOAT, float(spelled), place, end)
    return Literal(ERROR, LexFault("MalformedNumber", f"Invalid number: '{spelled.lower()}'"), place, end)


def _radix(spelled: str, digits: str, base: int, sign: str, place: int, end: int) -> Literal:
    if sign:
        # The real one cuts two characters off, sign included: a sign never goes together with a radix.
        shown = spelled.replace("_", "")[1:]
        return Literal(ERROR, LexFault("MalformedNumber", f"Invalid number: '{shown}'"), place, end)
    if not digits or len(digits.lstrip("0")) > 64 or int(digits, base) >= _U64:
        return Literal(ERROR, LexFault("MalformedNumber", f"Invalid number: '{digits}'"), place, end)
    value = int(digits, base)
    return Literal(INT, value - _U64 if value > INT_MAX else value, place, end)


def too_long(limit: int) -> LexFault:
    """The fault of a string literal over the limit."""
    return LexFault("LiteralTooLarge", f"Length of string exceeds the maximum limit ({limit})")


UNTERMINATED = LexFault("UnterminatedString", "Open string is not terminated")


def _fits(value: str, limit: int) -> bool:
    return not limit or len(value) * 4 <= limit or len(value.encode("utf-8", "surrogatepass")) <= limit


def quoted(text: str, start: int, limit: int) -> Literal:
    """A string in double quotes, or a character in single ones."""
    quote = text[start]
    if quote == "'" and text.startswith("''", start):
        return Literal(ERROR, LexFault("MalformedChar", "Invalid character: ''"), start, start + 1)
    outcome = _Escaped(text, start, quote).read()
    if isinstance(outcome, Literal):
        return outcome
    value, end = outcome
    if not _fits(value, limit):
        return Literal(ERROR, too_long(limit), start, end)
    if quote == '"':
        return Literal(STRING, value, start, end)
    if len(value) != 1:
        return Literal(ERROR, LexFault("MalformedChar", f"Invalid character: '{value}'"), start, end)
    return Literal(CHAR, value, start, end)


class _Escaped:
    """Reads a quoted literal with escapes, from behind its opening quote to behind its closing one."""

    def __init__(self, text: str, start: int, quote: str) -> None:
        self.text = text
        self.start = start
        self.quote = quote
        self.at = start + 1
        self.line_start = text.rfind("\n", 0, start) + 1
        self.parts: list[str] = []
        self._plain = re.compile(rf"[^\\\r\n{quote}]+")

    def read(self) -> Literal | tuple[str, int]:
        text, quote = self.text, self.quote
        while self.at < len(text):
            run = self._plain.match(text, self.at)
            if run is not None:
                self.parts.append(run.group())
                self.at = run.end()
                continue
            char = text[self.at]
            if char == quote:
                if not text.startswith(quote, self.at + 1):
                    return "".join(self.parts), self.at + 1
                self.parts.append(quote)
                self.at += 2
            elif char == "\\":
                fault = self._escape()
                if fault is not None:
                    return fault
            elif char == "\r":
                if not text.startswith("\n", self.at + 1):
                    self.parts.append(char)
                self.at += 1
            else:
                return Literal(ERROR, UNTERMINATED, self.start, self.at)
        return Literal(ERROR, UNTERMINATED, self.start, self.at)

    def _escape(self) -> Literal | None:
        text = self.text
        self.at += 1
        if self.quote == '"' and text.startswith("\r\n", self.at):
            self.at += 1
        char = text[self.at : self.at + 1]
        if char == "":
            return Literal(ERROR, UNTERMINATED, self.start, self.at)
        if char in _ESCAPES or char == self.quote:
            self.parts.append(_ESCAPES.get(char, char))
            self.at += 1
            return None
        if char in _CODES:
            return self._code(char)
        if char == "\n" and self.quote == '"':
            self._continue_line()
            return None
        if char == "\n":
            return Literal(ERROR, UNTERMINATED, self.start, self.at)
        return self._malformed(f"\\{char}", self.at)

    def _code(self, char: str) -> Literal | None:
        sequence = f"\\{char}"
        at = self.at
        code = 0
        for _ in range(_CODES[char]):
            at += 1
            digit = self.text[at : at + 1]
            if digit == "":
                return self._malformed(sequence, at - 1)
            sequence += digit
            if digit not in "0123456789abcdefABCDEF":
                return self._malformed(sequence, at)
            code = code * 16 + int(digit, 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            return self._malformed(sequence, at)
        self.parts.append(chr(code))
        self.at = at + 1
        return None

    def _continue_line(self) -> None:
        """Goes on in the next line, without its white space up to the column of the opening quote."""
        text = self.text
        self.at += 1
        until = self.at + self.start - self.line_start + 1
        while self.at < len(text) and self.at < until and text[self.at] not in "\n\r" and text[self.at].isspace():
            self.at += 1

    def _malformed(self, sequence: str, at: int) -> Literal:
        return Literal(ERROR, LexFault("MalformedEscapeSequence", f"Invalid escape sequence: '{sequence}'"), at, at + 1)


_RAW_OPENING = re.compile(r"#+")


def raw(text: str, start: int, limit: int) -> Literal:
    """A raw string: ``#"..."#`` with any number of ``#``."""
    opening = _RAW_OPENING.match(text, start)
    hashes = opening.group() if opening else "#"
    begin = start + len(hashes)
    if not text.startswith('"', begin):
        char = text[begin : begin + 1]
        fault = LexFault("UnexpectedInput", f"Unexpected '{char}'") if char else UNTERMINATED
        return Literal(ERROR, fault, start, begin + len(char))
    end = text.find('"' + hashes, begin + 1)
    if end < 0:
        whole = text[begin + 1 :]
        return Literal(ERROR, UNTERMINATED if _fits(whole, limit) else too_long(limit), start, len(text))
    value = text[begin + 1 : end]
    if not _fits(value, limit):
        return Literal(ERROR, too_long(limit), start, end)
    return Literal(STRING, value, start, end + 1 + len(hashes))


_TEXT_RUN = re.compile(r"[^`$\\\r]+")


def back_ticked(text: str, begin: int, place: int, limit: int) -> Literal:
    """A part of a back-tick string from ``begin`` to its end or to the next ``${``, whose brace is left for the next token."""
    if begin == len(text) and place == begin:
        # Nothing at all behind an interpolation: the real one knows no place for this.
        return Literal(ERROR, replace(UNTERMINATED, has_place=False), place, begin)
    parts: list[str] = []
    at = begin
    while at < len(text):
        run = _TEXT_RUN.match(text, at)
        if run is not None:
            parts.append(run.group())
            at = run.end()
        elif text.startswith("``", at):
            parts.append("`")
            at += 2
        elif text[at] == "`":
            return _text_part(STRING, parts, place, at + 1, limit)
        elif text.startswith("${", at):
            return _text_part(TEXT, parts, place, at + 1, limit)
        elif text.startswith("\\${", at):
            parts.append("$")
            at += 2
        else:
            if not text.startswith("\r\n", at):
                parts.append(text[at])
            at += 1
    return Literal(ERROR, UNTERMINATED if _fits("".join(parts), limit) else too_long(limit), place, at)


def _text_part(kind: str, parts: list[str], place: int, end: int, limit: int) -> Literal:
    value = "".join(parts)
    if not _fits(value, limit):
        return Literal(ERROR, too_long(limit), place, end)
    return Literal(kind, value, place, end)
