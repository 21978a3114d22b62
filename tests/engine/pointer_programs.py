"""Random programs about function pointers: closures that capture, return and call each other, methods of maps, ``this``, currying.

Four variables hold anything, most of them pointers or what holds some, and each is called, changed and replaced in every way there is.
Many of these calls are errors, which the programs catch and show.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from tests.engine.choices import Choices

_NAMES: Final = ("a", "b", "c", "d")
_PARAMS: Final = ("x", "y", "z")
_DEEPEST: Final = 3
_HOLE: Final = re.compile(r"@([a-z]+)")

_LITERALS: Final = (
    *("1", "2", "-3", "9223372036854775807", "1.5", '"a"', '"xyz"', "'c'", "true", "()", "[]", "[1, 2]", '["p"]', "#{n: 1}"),
    *('#{n: "s"}', "K", 'Fn("f")', 'Fn("len")', 'Fn("g").curry(2)'),
)

_RULES: Final[Mapping[str, Sequence[str]]] = {
    "value": ("@literal", "@literal", "@literal", "@name", "@closure", "#{n: @value, up: @closure}", "[@value, @value]", "@call"),
    "given": ("@literal", "@name"),
    "args": ("", "@given", "@given", "@given, @given"),
    "more": ("", ", @given", ", @given, @given"),
    "call": (
        *("@name.call(@args)", "@name.up(@args)", "call(@name@more)", "@name.call(@name@more)", "@name[0].call(@args)"),
        *("@name.n.up(@args)", "@name.curry(@given).call(@args)", "[1, 2, 3].map(@name)", "[@given, @given].filter(@name)"),
        *("@name.reduce(@name, @given)", "@name.map(@name)", "[3, 1].sort(@name)", "f(@given)", 'Fn("f").call(@args)', "@name.f(@args)"),
    ),
    "step": (
        *("print(@part);", "this.n = @part;", "this.n += @part;", "this = @part;", "@param += @part;", "let t = @part;"),
        *("@name = @part;", "@name.n = @part;", "if type_of(@part) == @type { return @part; }", "throw @part;", "K[0] += 1;"),
    ),
    "type": ('"i64"', '"string"', '"map"', '"array"', '"Fn"'),
    "part": ("1", "2", '"q"', "@param", "@param", "@param", "this", "this.n", "@name"),
    "result": ("@part", "@part + @part", "@part * 2", "@part == @part", "[@part, @part]", "`${@part}!`", "@part.call(@part)", "@closure"),
    "held": ("@literal", "@closure", "@closure", "#{n: @literal, up: @closure}", "#{n: @literal, up: @closure}", "[@closure, @closure]"),
    "statement": (
        *("print(@name);", "print(@call);", "print(@call);", "print(@call);", "@name = @value;", "@name.n = @value;"),
        *("@name.up = @closure;", "let w = @call; print(w);", "for i in 0..3 { @name = @call; }", "for i in 0..3 { print(@call); }"),
        *(
            "if @name.n != () { print(@call); print(@name.n); }",
            "if type_of(@name.n) == @type { print(@name.n); @name.n += 1; print(@name.n); }",
        ),
        'if type_of(@name.n) == "map" { @name.n.up(); print(@name.n.n); @name = @value; print(@name.n.n); }',
    ),
    "function": ("x + 1", "x.n", "x.call(1)", "x.up()", "[x]", 'if x == 1 { return "s"; } x', "x.n = 2; [this, x]"),
    "second": ("x + y", "x.call(y)", "x.n = y; x", "y", "[this, x, y]"),
}
"""What each hole may be; the first form is the simplest."""


class PointerWriter(Choices):
    """Writes one such program."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._names: list[str] = []
        """The variables that are there."""
        self._params: tuple[str, ...] = ()
        self._nesting = 0
        """Closures within closures."""

    def filled(self, template: str) -> str:
        """The template with its holes filled."""
        return _HOLE.sub(lambda hole: self.hole(hole[1]), template)

    def hole(self, name: str) -> str:
        """What goes into a hole."""
        match name:
            case "literal":
                return self.one(_LITERALS)
            case "name":
                return self.one(self._names)
            case "param":
                return self.one(self._params or self._names)
            case "closure":
                return self.closure()
            case "body":
                steps = [self.filled(self.one(_RULES["step"])) for _ in range(self.below(3))]
                return "{ " + " ".join([*steps, self.filled(self.one(_RULES["result"]))]) + " }"
        # What is written may hold what it stands in: without end if it went on with every choice.
        return self.filled(self.one(_RULES[name]) if self._nesting < _DEEPEST else _RULES[name][0])

    def closure(self) -> str:
        """A closure of up to three parameters."""
        if self._nesting >= _DEEPEST:
            return "|| 1"
        outer, count = self._params, (0, 1, 1, 2, 3)[self.below(5)]
        self._params, self._nesting = _PARAMS[:count], self._nesting + 1
        text = f"|{', '.join(self._params)}| {self.hole('body')}"
        self._params, self._nesting = outer, self._nesting - 1
        return text

    def program(self) -> str:
        """A whole program, some of whose statements run several times."""
        first = f"fn f(x) {{ {self.one(_RULES['function'])} }}\nfn g(x, y) {{ {self.one(_RULES['second'])} }}\nconst K = [1, [2]];"
        variables = self.variables()
        statements = [self.attempt(self.filled(self.one(_RULES["statement"]))) for _ in range(3 + self.below(7))]
        if self.below(2):
            at = self.below(len(statements))
            statements[at:] = ["for rounds in 0..3 {", *statements[at:], "}"]
        return "\n".join([first, *variables, *statements, "[a, b, c, d]"])

    def variables(self) -> list[str]:
        """The variables: later ones know those before them, or all are there before any holds a function."""
        self._names = list(_NAMES) if self.below(2) else []
        first = [f"let {name} = {at};" for at, name in enumerate(self._names)]
        for name in _NAMES:
            held = self.filled(self.one(_RULES["held"])) if self._names else self.one(_LITERALS)
            first.append(f"{name} = {held};" if name in self._names else f"let {name} = {held};")
            self._names += [] if name in self._names else [name]
        return first

    def attempt(self, statement: str) -> str:
        """The statement, most often with its errors caught and shown."""
        return f"try {{ {statement} }} catch (e) {{ print(e); }}" if self.below(8) else statement
