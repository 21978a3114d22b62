"""Random well-formed programs, for the fuzzer and Hypothesis: functions, closures, containers, loops, switches, errors thrown and caught.

A program is written by a series of choices, each a byte; when the bytes run out, every choice is the first and simplest. So making one
costs Hypothesis a single draw, and shrinking the bytes shrinks the program. Most expressions have the type that is wanted where they
stand, so that programs run some distance; now and then one doesn't (``_ODD``), which is the author's fault that the engine has to
report rightly. Loops are counted and functions call only those before them: programs end by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.engine.choices import Choices, uses, with_used
from tests.engine.grammar import COMPOUNDS, EVERYWHERE, EXPRESSIONS, LITERALS, LOCALS, PRELUDE, RULES, STATEMENTS, VARIABLES
from tests.engine.moving_programs import MovingWriter
from tests.engine.pointer_programs import PointerWriter

_ODD: Final = 40
"""One expression of so many has any type."""

_KINDS: Final = tuple(VARIABLES)
_HOLE: Final = re.compile(r"@([a-z_]+)")
_DEEPEST: Final = 3
_MOVING: Final = (1, 6, 9)
"""Of sixteen kinds, those about moving; every fourth is about pointers."""


class Writer(Choices):
    """Writes one program from its bytes."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._names: Mapping[str, tuple[str, ...]] = VARIABLES
        self._locals: tuple[str, ...] = ()
        """Integers that are there besides the usual variables."""
        self._nesting = 0
        """Statements within statements and expressions."""

    # --- templates ---

    def filled(self, template: str, depth: int, same: str = "int") -> str:
        """The template with its holes filled by expressions of that depth at most; ``same`` is the kind of ``@same``."""
        return _HOLE.sub(lambda hole: self.hole(same if hole[1] == "same" else hole[1], depth), template)

    def hole(self, name: str, depth: int) -> str:
        """What goes into a hole."""
        if name in EXPRESSIONS or name in ("some", "any"):
            return self.expr(self.one(_KINDS) if name == "some" else name, depth)
        if name.endswith("_name"):
            return self.name(name.removesuffix("_name"))
        if name.endswith("_closure"):
            return self.closure(name.removesuffix("_closure"), depth)
        if name in RULES:
            return self.filled(self.one(RULES[name]), depth)
        match name:
            case "truth":
                return self.truth(depth)
            case "index":
                return self.expr("int", depth) if self.below(6) == 5 else self.one(("0", "1", "-1", f"{self.name('int')} % 2"))
            case "statement":
                return self.statement(1)
            case "block":
                return self.block(1)
            case "declaration" | "assignment":
                kind = self.one(_KINDS)
                return f"{'let ' if name == 'declaration' else ''}{self.one(self._names[kind])} = {self.expr(kind, depth)};"
        raise ValueError(f"no rule for @{name}")

    # --- expressions ---

    def expr(self, kind: str, depth: int) -> str:
        """An expression, most likely of that kind."""
        if self.below(_ODD) == _ODD - 1 or kind == "any":
            kind = self.one((*_KINDS, "any"))
            if kind == "any":
                return self.one(LITERALS["any"])
        choice = self.below(8)
        if choice < 3 or depth <= 0:
            return self.one(LITERALS[kind]) if choice == 2 else self.name(kind)
        if choice == 3:
            return self.filled(self.one(EVERYWHERE), depth - 1, kind)
        return self.filled(self.one(EXPRESSIONS[kind]), depth - 1)

    def name(self, kind: str) -> str:
        """A variable that has the kind, unless the program has changed that."""
        if kind == "some":
            kind = self.one(_KINDS)
        return self.one((*self._names[kind], *self._locals) if kind == "int" else self._names[kind])

    def truth(self, depth: int) -> str:
        """A condition: a bool, or a variable that isn't one (a literal that isn't would be a syntax error)."""
        if self.below(_ODD) == _ODD - 1:
            return self.name("some")
        if self.below(3) == 0:
            return self.one(("p == true", "true", "false", self.name("bool")))
        return self.filled(self.one(EXPRESSIONS["bool"]), depth - 1)

    def closure(self, kind: str, depth: int) -> str:
        """A closure: of an integer, or of none with ``this``."""
        if kind == "this":
            return "|| " + self.one(("this", "{ this += 1; }", "[this, a]"))
        outer, self._locals = self._locals, (*self._locals, "v")
        text = f"|v| {self.expr(self.one(_KINDS) if kind == 'some' else kind, depth)}"
        self._locals = outer
        return text

    # --- statements ---

    def statement(self, depth: int) -> str:
        """One statement with its end."""
        if self._nesting >= _DEEPEST:
            return "print(a);"
        self._nesting += 1
        is_compound = self.below(5) > 2 and depth > 0
        text = self.filled(self.one(COMPOUNDS if is_compound else STATEMENTS), 2 if self._nesting < 3 else 1)
        self._nesting -= 1
        return text

    def block(self, depth: int) -> str:
        """Up to three statements."""
        return "{ " + " ".join(self.statement(depth) for _ in range(self.below(4))) + " }"

    def attempt(self, statement: str) -> str:
        """The statement, perhaps with its errors caught and shown."""
        return f"try {{ {statement} }} catch (e) {{ print(e); }}" if self.below(5) else statement

    def function(self, name: str, params: str) -> str:
        """A function that may change ``this`` and sees its parameters only."""
        self._names = LOCALS
        changes = "if x > 1 { this += x; }" if name == "h" else ""
        end = self.one(("a", f"return {self.expr('int', 1)};", self.expr("int", 2), "[a, s, xs, m]", "throw x;"))
        body = f"{self.block(1)} {changes} {end}"
        return f"fn {name}({params}) {{ {with_used(PRELUDE, body, ' ')} }}"

    def program(self) -> str:
        """A whole program: a variable of each kind, statements, a last expression that shows the state, and the functions it calls."""
        if self.below(4) == 3:
            self._names = {**VARIABLES, "map": ("m", "order")}
        variables = [f"let {name} = {self.one(LITERALS[kind])};" for kind, names in VARIABLES.items() for name in names]
        closure = f"let c = {self.closure('int', 2)};"
        parts = [self.attempt(self.statement(2)) for _ in range(2 + self.below(8))]
        parts.append(self.one(("[a, b, n, u, p, s, t, xs, ys, m]", self.expr("int", 2), "xs")))
        main = with_used({"c": closure, "K": "const K = 5;", "L": "const L = [1, 2];"}, "\n".join(parts), "\n")
        return self.functions("\n".join((*variables, main)))

    def functions(self, text: str) -> str:
        """The text behind the functions that it calls, directly or by each other: what nothing calls would be compiled for nothing."""
        methods = ("fn i64.tm(x) { this += x; [this, x] }", "fn map.tm(x) { this.a = x; x }", "fn tm(x) { type_of(this) }")
        written: set[str] = set()
        while missing := [name for name in ("f", "g", "h", "tm", "r") if name not in written and uses(text, name)]:
            name = missing[0]
            written.add(name)
            match name:
                case "r":
                    made = "fn r(n) { if n > 0 { 1 + r(n - 1) } else { n } }"
                case "tm":
                    made = self.one(methods)
                case _:
                    made = self.function(name, "x, y" if name == "g" else "x")
            text = f"{made}\n{text}"
        return text


def written(data: bytes) -> str:
    """The program that these bytes stand for; the first says whether it is about pointers or moving (``pointer_programs`` and so on)."""
    kind, rest = data[0] % 16 if data else 0, data[1:]
    if kind % 4 == 3:
        return PointerWriter(rest).program()
    return MovingWriter(rest).program() if kind in _MOVING else Writer(rest).program()


def programs() -> SearchStrategy[str]:
    """Whole programs."""
    return st.binary(min_size=80, max_size=700).map(written)
