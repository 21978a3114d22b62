"""Reading JSON as Rhai does: with its own grammar for literals, a map where JSON has an object, and its own errors.

So comments, trailing commas, hexadecimal numbers, characters, ranges and arithmetic are accepted, unquoted names and escapes
that Rhai doesn't know aren't. Values are made while reading; what goes wrong in *evaluating* (an unknown name, an overflow)
is kept until the text is known to be well-formed. Source: Rhai 1.26 ``api/json.rs``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from app.engine import errors, ops, sizes
from app.engine.running import Runtime
from app.engine.source import Source
from app.engine.values import INT_MAX, INT_MIN, Char, Value

_TOKEN: Final = re.compile(
    r"""
    (?P<space>(?:\s+|//[^\n]*|/\*.*?\*/)+)
    |(?P<number>0[xX][0-9a-fA-F_]*|0[oO][0-7_]*|0[bB][01_]*|[0-9][0-9_]*(?:\.[0-9][0-9_]*)?(?:[eE][+-]?[0-9][0-9_]*)?)
    |(?P<string>"(?:[^"\\\n]|\\.|"")*")
    |(?P<char>'(?:[^'\\\n]|\\.)*')
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<symbol>\.\.=|\.\.|\*\*|<<|>>|<=|>=|==|!=|&&|\|\||\?\?|\#\{|\(\)|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE: Final = re.compile(r'\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.)(\{?))|""', re.DOTALL)
_SIMPLE_ESCAPES: Final = {"\\": "\\", "t": "\t", "n": "\n", "r": "\r"}
_CONSTANTS: Final[dict[str, Value]] = {"true": True, "false": False, "null": None}
_LEVELS: Final = {"..": 140, "..=": 140, "+": 150, "-": 150, "*": 180, "/": 180, "%": 180, "**": 190, "<<": 210, ">>": 210}
_LEVELS_OF_COMPARISONS: Final = {"==": 90, "!=": 90, "<": 130, "<=": 130, ">": 130, ">=": 130}
_SYMBOLS: Final = frozenset("[]{}(),:;+-*/%=<>!&|^.?~@#$")
_BINARY_LEVELS: Final = _LEVELS | _LEVELS_OF_COMPARISONS


class Token(NamedTuple):
    """A token's kind (a group of the pattern, or ``end``), text and offset."""

    kind: str
    text: str
    start: int


class Reader:
    """Reads one text."""

    def __init__(self, rt: Runtime, text: str) -> None:
        self._rt = rt
        self._source = Source(text)
        self._tokens = self._split(text)
        self._at = 0
        self._depth = 0
        self._failure: errors.ScriptError | None = None

    def read(self) -> Value:
        """The value of the whole text.

        Raises:
            Stop: not well-formed, or too large.
            ScriptError: well-formed, but without value.
        """
        value = self._binary(0)
        token = self._peek()
        if token.kind != "end":
            raise self._behind(token)
        if self._failure is not None:
            raise self._failure
        return value

    # --- tokens

    @staticmethod
    def _split(text: str) -> list[Token]:
        tokens = [
            Token(match.lastgroup or "", match.group(), match.start()) for match in _TOKEN.finditer(text) if match.lastgroup != "space"
        ]
        tokens.append(Token("end", "", len(text)))
        return tokens

    def _peek(self) -> Token:
        return self._tokens[self._at]

    def _next(self) -> Token:
        token = self._tokens[self._at]
        self._at += token.kind != "end"
        return token

    def _takes(self, symbol: str) -> bool:
        token = self._tokens[self._at]
        if token.kind == "symbol" and token.text == symbol:
            self._at += 1
            return True
        return False

    # --- errors

    def _syntax(self, kind: str, text: str, offset: int) -> errors.Stop:
        return errors.parsing(kind, text, self._source.place(offset))

    def _missing(self, symbol: str, what: str) -> errors.Stop:
        token = self._peek()
        if token.kind == "symbol" and token.text[0] not in _SYMBOLS:
            return self._unexpected(token)
        return self._syntax("MissingToken", f"Expecting '{symbol}' {what}", self._peek().start)

    def _unexpected(self, token: Token) -> errors.Stop:
        if token.kind == "end":
            return self._syntax("UnexpectedEOF", "Script is incomplete", token.start)
        if token.text in ("()", "#{"):
            return self._syntax("BadInput.ImproperSymbol", f"Invalid symbol encountered: '{token.text}'", token.start)
        if token.text in ('"', "'"):
            return self._syntax("BadInput.UnterminatedString", "Open string is not terminated", token.start)
        return self._syntax("BadInput.UnexpectedInput", f"Unexpected '{token.text}'", token.start)

    def _behind(self, token: Token) -> errors.Stop:
        """Something after the value. What is no token at all, Rhai's lexer has reported already: its message is quoted."""
        if token.kind == "symbol" and not token.text.isascii():
            return self._syntax("BadInput.UnexpectedInput", f"Unexpected 'Unexpected '{token.text}''", token.start)
        return self._unexpected(token)

    def _fail(self, error: errors.ScriptError, offset: int) -> None:
        if self._failure is None:
            error.place = self._source.place(offset) if error.has_place else None
            self._failure = error

    # --- expressions

    def _binary(self, lowest: int) -> Value:
        self._enter(self._peek())
        left = self._unary()
        while True:
            token = self._peek()
            level = _BINARY_LEVELS.get(token.text, -1) if token.kind == "symbol" else -1
            if level < lowest:
                self._depth -= 1
                return left
            self._at += 1
            right = self._binary(level if token.text == "**" else level + 1)
            left = self._computed(ops.BINARY[token.text], token.start, left, right)

    def _unary(self) -> Value:
        token = self._peek()
        if token.kind != "symbol" or token.text not in ops.UNARY:
            return self._primary()
        self._enter(token)
        self._at += 1
        number = self._peek()
        if token.text == "-" and number.kind == "number":
            self._at += 1
            value = self._number(number, "-")
        else:
            value = self._computed(ops.UNARY[token.text], token.start, self._unary())
        self._depth -= 1
        return value

    def _computed(self, operator: ops.Operator, offset: int, *operands: Value) -> Value:
        if self._failure is not None:
            return None
        try:
            result: Value = operator.function(self._rt, *operands) if operator.context else operator.function(*operands)
        except errors.ScriptError as error:
            self._fail(error, offset)
            return None
        return result

    def _enter(self, token: Token) -> None:
        self._depth += 1
        if self._depth > min(self._rt.limits.max_expr_depth or _DEEPEST, _DEEPEST):
            raise self._syntax("ExprTooDeep", "Expression exceeds maximum complexity", token.start)

    def _primary(self) -> Value:
        token = self._next()
        read = _PRIMARIES.get(token.text if token.kind == "symbol" else token.kind)
        if read is None:
            raise self._unexpected(token)
        return read(self, token)

    def _name(self, token: Token) -> Value:
        if token.text not in _CONSTANTS:
            self._fail(errors.variable_not_found(token.text), token.start)
        return _CONSTANTS.get(token.text)

    def _number(self, token: Token, sign: str = "") -> Value:
        text = token.text.replace("_", "")
        base = {"x": 16, "o": 8, "b": 2}.get(text[1:2].lower())
        if base is None:
            return _decimal(sign + text)
        digits = text[2:]
        bits = int(digits, base) if digits and len(digits) <= 64 else 2**64
        if bits >= 2**64:
            raise self._syntax("BadInput.MalformedNumber", f"Invalid number: '{digits}'", token.start)
        bits -= 2**64 if bits > INT_MAX else 0
        return -bits if sign and bits != INT_MIN else bits

    def _string(self, token: Token) -> str:
        text = _ESCAPE.sub(lambda match: self._unescaped(match, token.start + 1, '"'), token.text[1:-1])
        maximum = self._rt.limits.max_string_size
        if maximum and sizes.text_exceeds(text, maximum):
            raise self._syntax("LiteralTooLarge", f"Length of string exceeds the maximum limit ({maximum})", token.start)
        return text

    def _char(self, token: Token) -> Char:
        text = _ESCAPE.sub(lambda match: self._unescaped(match, token.start + 1, "'"), token.text[1:-1])
        if len(text) != 1:
            raise self._syntax("BadInput.MalformedChar", f"Invalid character: '{text}'", token.start)
        return Char(text)

    def _unescaped(self, match: re.Match[str], offset: int, quote: str) -> str:
        whole = match.group()
        if whole == '""':
            return '"'
        code = match.group(1) or match.group(2) or match.group(3)
        if code is None:
            simple = quote if match.group(4) == quote else _SIMPLE_ESCAPES.get(match.group(4))
            if simple is not None:
                return simple + match.group(5)
        else:
            point = int(code, 16)
            if point < 0xD800 or 0xDFFF < point < 0x110000:
                return chr(point)
        last = offset + match.end() - 1
        raise self._syntax("BadInput.MalformedEscapeSequence", f"Invalid escape sequence: '{whole}'", last)

    def _group(self, _token: Token) -> Value:
        value = self._binary(0)
        if not self._takes(")"):
            raise self._missing(")", "for a matching ( in this expression")
        return value

    def _array(self, _token: Token) -> list[Value]:
        items: list[Value] = []
        maximum = self._rt.limits.max_array_size
        while True:
            if maximum and len(items) >= maximum:
                raise self._syntax("LiteralTooLarge", f"Size of array literal exceeds the maximum limit ({maximum})", self._peek().start)
            if self._takes("]"):
                return items
            if self._peek().kind == "end":
                raise self._missing("]", "to end this array literal")
            items.append(self._binary(0))
            if self._takes(","):
                continue
            if self._takes("]"):
                return items
            symbol, what = ("]", "to end") if self._peek().kind == "end" else (",", "to separate the items of")
            raise self._missing(symbol, f"{what} this array literal")

    def _map(self, _token: Token) -> dict[str, Value]:
        entries: dict[str, Value] = {}
        while not self._takes("}"):
            self._entry(entries)
            if self._takes(","):
                continue
            if self._takes("}"):
                break
            symbol, what = ("}", "to end") if self._peek().kind == "end" else (",", "to separate the items of")
            raise self._missing(symbol, f"{what} this object map literal")
        return entries

    def _entry(self, entries: dict[str, Value]) -> None:
        token = self._peek()
        if token.kind == "name":
            raise self._syntax("PropertyExpected", "Expecting name of a property", token.start)
        if token.kind != "string":
            raise self._missing("}", "to end this object map literal")
        self._at += 1
        key = self._string(token)
        if key in entries:
            raise self._syntax("DuplicatedProperty", f"Duplicated property for object map literal: {key}", token.start)
        if not self._takes(":"):
            raise self._missing(":", f"to follow the property '{key}' in this object map literal")
        maximum = self._rt.limits.max_map_size
        if maximum and len(entries) >= maximum:
            text = f"Number of properties in object map literal exceeds the maximum limit ({maximum})"
            raise self._syntax("LiteralTooLarge", text, self._peek().start)
        entries[key] = self._binary(0)


_DEEPEST: Final = 100
"""Nesting where the limits allow more: what Python's stack bears for sure."""

_PRIMARIES: Final[dict[str, Callable[[Reader, Token], Value]]] = {
    "[": Reader._array,
    "{": Reader._map,
    "(": Reader._group,
    "number": Reader._number,
    "string": Reader._string,
    "char": Reader._char,
    "name": Reader._name,
}


def _decimal(text: str) -> Value:
    """An integer; a float where it has a point or exponent, or is too large."""
    if len(text) <= 20 and text.lstrip("-").isdigit():
        number = int(text)
        if INT_MIN <= number <= INT_MAX:
            return number
    return float(text)
