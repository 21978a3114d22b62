"""What the grammar's functions share: the cursor over the tokens, the scopes, the limits and the faults."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from app.engine import tree
from app.engine.diagnostic import Diagnostic
from app.engine.lexer import is_identifier, scan
from app.engine.lexer.tokens import END, IDENTIFIER, RESERVED, LexFault
from app.engine.source import NO_POSITION

# What a statement or expression is inside of; handed down, never up.
GLOBAL: Final = 1
FUNCTION: Final = 2
CLOSURE: Final = 4
BREAKABLE: Final = 8

HARD_DEPTH: Final = 96
"""Deeper nesting is refused even when no limit is set: the parser and the compiler recurse, about five Python frames a level."""

_MOST_DIAGNOSTICS: Final = 100


@dataclass(frozen=True, slots=True)
class ParseLimits:
    """Bounds that hold while parsing; 0 is no bound. The defaults are those of the real Rhai's release build."""

    max_expr_depth: int = 64
    max_function_expr_depth: int = 32
    max_string_size: int = 0
    max_array_size: int = 0
    max_map_size: int = 0
    max_functions: int = 0


class ParseFault(Exception):
    """A syntax error on its way to the statement that recovers from it. ``kind`` is Rhai's name for it."""

    def __init__(self, kind: str, message: str, at: int) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.at = at


@dataclass(slots=True)
class Frame:
    """The names that a function, closure or the script itself can see, innermost last, and what a closure takes from outside."""

    names: list[str] = field(default_factory=list)
    captures: list[tree.Name] = field(default_factory=list)
    constness: dict[str, list[bool]] = field(default_factory=dict)
    """For each visible name, whether its variables are constant, innermost last: hostile sources have names by the ten thousand."""
    captured: set[str] = field(default_factory=set)

    def declare(self, name: str, *, is_const: bool) -> None:
        """Adds a variable, which hides one of the same name."""
        self.names.append(name)
        self.constness.setdefault(name, []).append(is_const)

    def leave(self, count: int) -> None:
        """Forgets all variables but the first ``count``."""
        for name in self.names[count:]:
            flags = self.constness[name]
            flags.pop()
            if not flags:
                del self.constness[name]
        del self.names[count:]


class Parser:
    """The cursor, the scopes and the findings of one parse."""

    def __init__(self, text: str, limits: ParseLimits) -> None:
        tokens = scan(text, limits.max_string_size)
        self.text = text
        self.tokens = tokens
        self.kinds = tokens.kinds
        self.values = tokens.values
        self.starts = tokens.starts
        self.ends = tokens.ends
        self.at = 0
        self.limits = limits
        self.max_depth = min(limits.max_expr_depth or HARD_DEPTH, HARD_DEPTH)
        self.frame = Frame()
        self.is_capturing = True
        self.stops_at_pipe = False
        self.functions: list[tree.Function] = []
        self.function_names: set[str] = set()
        self.function_keys: set[tuple[str, int, str | None]] = set()
        self.closures = 0
        self.diagnostics: list[Diagnostic] = []

    # --- cursor ---

    @property
    def kind(self) -> str:
        """The kind of the next token."""
        return self.kinds[self.at]

    @property
    def start(self) -> int:
        """Where the next token starts."""
        return self.starts[self.at]

    @property
    def last_end(self) -> int:
        """Where the last taken token ended."""
        return self.ends[self.at - 1] if self.at else 0

    def take(self) -> int:
        """Steps over the next token, whose start is given. The end is never stepped over."""
        start = self.starts[self.at]
        if self.kinds[self.at] != END:
            self.at += 1
        return start

    def accept(self, kind: str) -> bool:
        """Steps over the next token if it is of this kind."""
        if self.kinds[self.at] != kind:
            return False
        self.at += 1
        return True

    def expect(self, kind: str, purpose: str) -> int:
        """Steps over a token that must be there; its start.

        Raises:
            ParseFault: something else is.
        """
        if self.kinds[self.at] == kind:
            return self.take()
        raise self.lex_fault() or self.missing(kind, purpose)

    # --- faults ---

    def lex_fault(self) -> ParseFault | None:
        """The fault of the next token, if it is no token."""
        value = self.values[self.at]
        if not isinstance(value, LexFault):
            return None
        kind = value.kind if value.kind == "LiteralTooLarge" else f"BadInput.{value.kind}"
        return ParseFault(kind, value.message, self.starts[self.at] if value.has_place else NO_POSITION)

    def missing(self, kind: str, purpose: str) -> ParseFault:
        """The fault that a token isn't there."""
        return ParseFault("MissingToken", f"Expecting '{kind}' {purpose}", self.starts[self.at])

    def unexpected(self) -> ParseFault:
        """The fault that the next token can't stand here."""
        return ParseFault("BadInput.UnexpectedInput", f"Unexpected '{self.tokens.shown(self.at)}'", self.starts[self.at])

    def reserved(self, index: int) -> ParseFault:
        """The fault that a word or symbol is kept for the future."""
        text = str(self.values[index])
        what = "keyword" if is_identifier(text) else "symbol"
        return ParseFault("Reserved", f"'{text}' is a reserved {what}", self.starts[index])

    def deeper(self, level: int, at: int) -> int:
        """One level more.

        Raises:
            ParseFault: that is too deep.
        """
        if level >= self.max_depth:
            raise ParseFault("ExprTooDeep", "Expression exceeds maximum complexity", at)
        return level + 1

    def report(self, fault: ParseFault) -> None:
        """Notes a fault, unless there are plenty already."""
        if len(self.diagnostics) >= _MOST_DIAGNOSTICS:
            return
        at = min(max(fault.at, 0), len(self.text))
        index = self._token_at(at)
        end = self.ends[index] if index is not None else at
        self.diagnostics.append(Diagnostic("syntax", "error", fault.at, max(end, at), fault.message, None, fault.kind))

    def _token_at(self, offset: int) -> int | None:
        """The token that starts at an offset; near the cursor, for that is where faults are."""
        for index in range(min(self.at, len(self.starts) - 1), -1, -1):
            if self.starts[index] == offset:
                return index
            if self.starts[index] < offset:
                return None
        return None

    # --- names ---

    def variable_name(self) -> tree.Name:
        """An identifier that a variable may have.

        Raises:
            ParseFault: something else stands there.
        """
        at = self.at
        kind = self.kinds[at]
        if kind == IDENTIFIER:
            self.at += 1
            start = self.starts[at]
            return tree.Name(start, self.ends[at], start, str(self.values[at]))
        if kind == RESERVED and is_identifier(str(self.values[at])):
            raise self.reserved(at)
        raise self.lex_fault() or ParseFault("VariableExpected", "Expecting name of a variable", self.starts[at])

    def declare(self, name: str, *, is_const: bool = False) -> None:
        """Puts a variable into the current scope."""
        self.frame.declare(name, is_const=is_const)

    def constness(self, name: str) -> bool | None:
        """Whether a visible variable is constant; None if no such variable is known here."""
        flags = self.frame.constness.get(name)
        return flags[-1] if flags else None

    def note_use(self, name: str, at: int) -> None:
        """A variable's name is read or written: one that is unknown here is captured, if this is a closure."""
        if not self.is_capturing:
            self.is_capturing = True
            return
        frame = self.frame
        if name in frame.constness or name in self.function_names:
            return
        if name not in frame.captured:
            frame.captured.add(name)
            frame.captures.append(tree.Name(at, at + len(name), at, name))
