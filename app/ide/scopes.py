"""Which local names are visible at a place, told from the tokens before it: that works in a text which is being typed and has no tree.

A function sees its own parameters and variables only, a closure what surrounds it as well. What is declared further down is not visible.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from app.engine.lexer.tokens import IDENTIFIER, UNARY_NEXT
from app.ide.facts import Kind
from app.ide.reading import Reading

_OPENERS: Final = frozenset({"{", "#{", "(", "["})
_CLOSERS: Final = frozenset({"}", ")", "]"})


@dataclass(slots=True)
class _Scope:
    """Names of one bracket, or of a closure, which ends where the bracket around it does, or at the next comma or semicolon in it."""

    names: dict[str, Kind] = field(default_factory=dict)
    is_closure: bool = False
    hides_outer: bool = False


@dataclass(frozen=True, slots=True)
class Visible:
    """The local names at a place. ``sees_globals`` is false in a function: there the host's variables do not exist."""

    names: dict[str, Kind]
    sees_globals: bool


def visible_at(reading: Reading, offset: int) -> Visible:
    """The local names that an expression at an offset could read."""
    walker = _Walker(reading)
    walker.walk(reading.before(offset) + 1)
    names: dict[str, Kind] = {}
    for scope in reversed(walker.scopes):
        names = {**scope.names, **names}
        if scope.hides_outer:
            return Visible(names, sees_globals=False)
    return Visible(names, sees_globals=True)


class _Walker:
    """Walks tokens forward. ``pending`` are names that the next ``{`` brings into scope: parameters, loop variables, a caught error."""

    def __init__(self, reading: Reading) -> None:
        self.kinds = reading.tokens.kinds
        self.values = reading.tokens.values
        self.scopes = [_Scope()]
        self.pending = _Scope()
        self.at = 0
        self.steps: dict[str, Callable[[], None]] = {
            "let": lambda: self._declared(Kind.LET),
            "const": lambda: self._declared(Kind.CONST),
            "fn": self._function,
            "for": self._loop,
            "catch": self._caught,
            "as": lambda: self._declared(Kind.MODULE),
            "|": self._closure,
            "||": self._closure_without_parameters,
            ",": self._leave_closures,
            ";": self._leave_closures,
        }

    def walk(self, end: int) -> None:
        """Take in the tokens before the index ``end``."""
        self.end = end
        while self.at < end:
            kind = self.kinds[self.at]
            if kind in _OPENERS:
                self._open(kind)
            elif kind in _CLOSERS:
                self._close()
            elif kind in self.steps:
                self.steps[kind]()
            self.at += 1

    def _open(self, kind: str) -> None:
        self.scopes.append(self.pending if kind == "{" else _Scope())
        if kind == "{":
            self.pending = _Scope()

    def _close(self) -> None:
        self._leave_closures()
        if len(self.scopes) > 1:
            self.scopes.pop()

    def _leave_closures(self) -> None:
        while self.scopes[-1].is_closure:
            self.scopes.pop()

    def _name(self, index: int) -> str | None:
        return str(self.values[index]) if index < self.end and self.kinds[index] == IDENTIFIER else None

    def _declared(self, kind: Kind) -> None:
        """A variable exists behind its statement; in its own value it is not visible, which nobody misses."""
        name = self._name(self.at + 1)
        if name is not None:
            self.scopes[-1].names[name] = kind
            self.at += 1

    def _function(self) -> None:
        self.pending = _Scope(hides_outer=True)
        self._list_until("{", Kind.PARAMETER, skip=2)

    def _loop(self) -> None:
        self.pending = _Scope()
        self._list_until("in", Kind.LOOP, skip=1)

    def _caught(self) -> None:
        self.pending = _Scope()
        self._list_until("{", Kind.CAUGHT, skip=1)

    def _list_until(self, stop: str, kind: Kind, skip: int) -> None:
        """Names up to a token, at most as many as a list that is being typed may have before something else begins."""
        index = self.at + skip
        while index < self.end and self.kinds[index] in (IDENTIFIER, "(", ")", "()", ",", "."):
            name = self._name(index)
            if name is not None:
                self.pending.names[name] = kind
            index += 1
        if index < self.end and self.kinds[index] == stop:
            self.at = index - 1

    def _closure(self) -> None:
        if self.at and self.kinds[self.at - 1] not in UNARY_NEXT:
            return
        scope = _Scope(is_closure=True)
        index = self.at + 1
        while index < self.end and self.kinds[index] in (IDENTIFIER, ","):
            name = self._name(index)
            if name is not None:
                scope.names[name] = Kind.PARAMETER
            index += 1
        if index < self.end and self.kinds[index] == "|":
            self.scopes.append(scope)
            self.at = index

    def _closure_without_parameters(self) -> None:
        if self.at and self.kinds[self.at - 1] not in UNARY_NEXT:
            return
        self.scopes.append(_Scope(is_closure=True))
