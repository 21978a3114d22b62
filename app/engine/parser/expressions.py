"""Operators and primary expressions. Precedence climbing; levels count as in the real Rhai, whose depth limit scripts can see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from app.engine import tree
from app.engine.lexer.tokens import (
    CALLABLE_WORDS,
    CHAR,
    END,
    FLOAT,
    IDENTIFIER,
    INT,
    METHOD_WORDS,
    RESERVED,
    STRING,
    TEXT,
    UNARY_MINUS,
    UNARY_PLUS,
    is_identifier,
)
from app.engine.parser import containers, flow, functions, postfix, statements
from app.engine.parser.positions import not_a_bool, start_position
from app.engine.parser.state import FUNCTION, ParseFault, Parser
from app.engine.values import INT_MIN

PRECEDENCE: Final = {
    **dict.fromkeys(("||", "^", "|"), 30),
    **dict.fromkeys(("&&", "&"), 60),
    **dict.fromkeys(("==", "!="), 90),
    **dict.fromkeys(("in", "!in"), 110),
    **dict.fromkeys(("<", "<=", ">", ">="), 130),
    "??": 135,
    **dict.fromkeys(("..", "..="), 140),
    **dict.fromkeys(("+", "-"), 150),
    **dict.fromkeys(("/", "*", "%"), 180),
    "**": 190,
    **dict.fromkeys(("<<", ">>"), 210),
}
"""How tightly binary operators bind. Only ``**`` groups to the right."""

_RANGE_STOPS: Final = frozenset({"]", ")", "}", ",", ";", "=>"})
_JUMPS: Final = frozenset({"break", "continue", "return", "throw"})
_ODD_RIGHT: Final = frozenset({"??", "..", "..="})
"""Operators whose right side may be something else than an operand."""
_LISTED: Final = frozenset({"&&", "||", "??"})
"""Operators of which a run is one node with all operands."""
_CALL_OPENERS: Final = frozenset({"(", "!", "()"})
_NAME_OPENERS: Final = _CALL_OPENERS | {"::"}
_ENDS: Final = frozenset({";", ",", ")", "]", "}", "{", "=>", "=", "+=", "-=", END})
"""What most expressions are followed by, none of which is an operator."""


def expression(p: Parser, level: int, flags: int) -> tree.Expr:
    """A whole expression.

    Raises:
        ParseFault: there is none.
    """
    if level >= p.max_depth:
        level = p.deeper(level, p.start)
    left = unary(p, level + 1, flags)
    return left if p.kinds[p.at] in _ENDS else _binary(p, level + 1, flags, 1, left)


def condition(p: Parser, level: int, flags: int) -> tree.Expr:
    """An expression that could be a bool.

    Raises:
        ParseFault: it can't, or an assignment stands there.
    """
    if p.kinds[p.at] == "{":
        raise ParseFault("ExprExpected", "Expecting a boolean expression", p.start)
    expr = ensure_bool(expression(p, level, flags))
    if p.kinds[p.at] == "=":
        raise ParseFault("BadInput.ImproperSymbol", "Possibly a typo of '=='?", p.start)
    return expr


def ensure_bool(expr: tree.Expr) -> tree.Expr:
    """The expression, unless it is a literal of another type.

    Raises:
        ParseFault: it is.
    """
    word = not_a_bool(expr)
    if word is not None:
        raise ParseFault("MismatchedType", f"Expecting a boolean expression, not {word}", start_position(expr))
    return expr


def unary(p: Parser, level: int, flags: int) -> tree.Expr:
    """An operand with its signs.

    Raises:
        ParseFault: there is none.
    """
    kind = p.kinds[p.at]
    if kind == IDENTIFIER:
        operand: tree.Expr = identifier(p)
    else:
        simple = _LITERALS.get(kind)
        if simple is None:
            return _signed(p, level, flags, kind)
        p.at += 1
        operand = simple(p, p.at - 1)
    return postfix.postfix(p, level, flags, operand) if p.kinds[p.at] in postfix.POSTFIXES else operand


def _signed(p: Parser, level: int, flags: int, kind: str) -> tree.Expr:
    if p.stops_at_pipe and kind == "|":
        raise p.unexpected()
    if kind in ("-", UNARY_MINUS):
        return _negation(p, level, flags)
    if kind in ("+", UNARY_PLUS):
        at = p.take()
        operand = unary(p, p.deeper(level, at), flags)
        return operand if isinstance(operand, tree.Int | tree.Float) else tree.Unary(at, operand.end, at, "+", operand)
    if kind == "!":
        at = p.take()
        operand = unary(p, p.deeper(level, at), flags)
        return tree.Unary(at, operand.end, at, "!", operand)
    return postfix.postfix(p, level, flags, primary(p, level, flags))


def _negation(p: Parser, level: int, flags: int) -> tree.Expr:
    at = p.take()
    operand = unary(p, p.deeper(level, at), flags)
    if type(operand) is tree.Int:
        if operand.value == INT_MIN:
            return tree.Float(at, operand.end, at, float(-operand.value))
        return tree.Int(at, operand.end, at, -operand.value)
    if type(operand) is tree.Float:
        return tree.Float(at, operand.end, at, -operand.value)
    return tree.Unary(at, operand.end, at, "-", operand)


def _precedence(p: Parser) -> int:
    kind = p.kinds[p.at]
    found = PRECEDENCE.get(kind, 0)
    if found or kind != RESERVED:
        return found
    if not is_identifier(str(p.values[p.at])):
        raise ParseFault("UnknownOperator", f"Unknown operator: '{p.values[p.at]}'", p.starts[p.at])
    return found


def _binary(p: Parser, level: int, flags: int, floor: int, left: tree.Expr) -> tree.Expr:
    """Continues an expression with operators that bind tighter than ``floor`` (or as tight, to the right)."""
    place = left.pos
    while True:
        op = p.kinds[p.at]
        if op == "|" and p.stops_at_pipe:
            return left
        tightness = PRECEDENCE.get(op) or _precedence(p)
        is_rightward = op == "**"
        if tightness < floor or (tightness == floor and not is_rightward):
            return left
        at = p.starts[p.at]
        p.at += 1
        right = _right_operand(p, op, level, flags)
        kind = p.kinds[p.at]
        following = 0 if kind in _ENDS else PRECEDENCE.get(kind) or _precedence(p)
        level = level + 1 if level < p.max_depth else p.deeper(level, place)
        if tightness < following or (tightness == following and is_rightward):
            right = _binary(p, level, flags, tightness, right)
        place = at
        left = tree.Binary(left.start, right.end, at, op, left, right) if op not in _LISTED else _listed(op, at, left, right)


def _right_operand(p: Parser, op: str, level: int, flags: int) -> tree.Expr:
    if op in _ODD_RIGHT:
        if op == "??" and p.kind in _JUMPS:
            start = p.start
            jump = statements.statement(p, level, flags)
            return tree.Block(start, p.last_end, start, [jump])
        if op != "??" and p.kind in _RANGE_STOPS:
            return tree.Unit(p.start, p.start, p.start)
    return unary(p, level, flags)


def _listed(op: str, at: int, left: tree.Expr, right: tree.Expr) -> tree.Expr:
    if op == "&&":
        return _flattened(tree.And, at, ensure_bool(left), ensure_bool(right))
    if op == "||":
        return _flattened(tree.Or, at, ensure_bool(left), ensure_bool(right))
    return _flattened(tree.Coalesce, at, left, right)


def _flattened(
    kind: type[tree.And] | type[tree.Or] | type[tree.Coalesce], at: int, left: tree.Expr, right: tree.Expr
) -> tree.And | tree.Or | tree.Coalesce:
    """Operands of the same lazy operator in one node."""
    before = left.items if type(left) is kind else [left]
    after = right.items if type(right) is kind else [right]
    place = left.pos if type(left) is kind else at
    return kind(left.start, right.end, place, [*before, *after])


def primary(p: Parser, level: int, flags: int) -> tree.Expr:
    """An operand without signs and postfixes that is neither a name nor a literal.

    Raises:
        ParseFault: there is none.
    """
    kind = p.kinds[p.at]
    compound = _COMPOUND.get(kind)
    if compound is not None:
        return compound(p, level, flags)
    if kind == RESERVED:
        return reserved_word(p, flags)
    if kind in ("..", "..="):
        return tree.Int(p.start, p.start, p.start, 0)
    if kind == END:
        raise ParseFault("UnexpectedEOF", "Script is incomplete", p.start)
    raise p.lex_fault() or p.unexpected()


def identifier(p: Parser) -> tree.Variable:
    """A name: a variable, or the beginning of a call or a path (then it isn't used as a variable)."""
    at = p.at
    p.at = at + 1
    start = p.starts[at]
    name = str(p.values[at])
    if p.kinds[at + 1] in _NAME_OPENERS:
        p.is_capturing = True
    elif name not in p.frame.constness or not p.is_capturing:
        p.note_use(name, start)
    return tree.Variable(start, p.ends[at], start, name)


def reserved_word(p: Parser, flags: int, *, is_method: bool = False) -> tree.Expr:
    """``this``, or a reserved word that may be called.

    Raises:
        ParseFault: it may not stand here.
    """
    at = p.at
    word = str(p.values[at])
    start = p.starts[at]
    if p.kinds[at + 1] in _CALL_OPENERS and word in (METHOD_WORDS if is_method else CALLABLE_WORDS):
        p.at += 1
        return tree.Variable(start, p.ends[at], start, word)
    if word != "this":
        raise p.reserved(at)
    if not flags & FUNCTION:
        raise ParseFault("BadInput.ImproperSymbol", "'this' can only be used in functions", start)
    p.at += 1
    return tree.This(start, p.ends[at], start)


def parenthesised(p: Parser, level: int, flags: int) -> tree.Expr:
    """``( expression )``"""
    at = p.take()
    expr = expression(p, p.deeper(level, at), flags)
    p.expect(")", "for a matching ( in this expression")
    return expr


def _int(p: Parser, at: int) -> tree.Expr:
    value = p.values[at]
    return tree.Int(p.starts[at], p.ends[at], p.starts[at], value if isinstance(value, int) else 0)


def _float(p: Parser, at: int) -> tree.Expr:
    value = p.values[at]
    return tree.Float(p.starts[at], p.ends[at], p.starts[at], value if isinstance(value, float) else 0.0)


_LITERALS: Final[dict[str, Callable[[Parser, int], tree.Expr]]] = {
    INT: _int,
    FLOAT: _float,
    CHAR: lambda p, at: tree.Char(p.starts[at], p.ends[at], p.starts[at], str(p.values[at])),
    STRING: lambda p, at: tree.String(p.starts[at], p.ends[at], p.starts[at], str(p.values[at])),
    "()": lambda p, at: tree.Unit(p.starts[at], p.ends[at], p.starts[at]),
    "true": lambda p, at: tree.Bool(p.starts[at], p.ends[at], p.starts[at], True),
    "false": lambda p, at: tree.Bool(p.starts[at], p.ends[at], p.starts[at], False),
}
_COMPOUND: Final[dict[str, Callable[[Parser, int, int], tree.Expr]]] = {
    "(": parenthesised,
    "[": lambda p, level, flags: containers.array(p, p.deeper(level, p.start), flags),
    "#{": lambda p, level, flags: containers.map_literal(p, p.deeper(level, p.start), flags),
    TEXT: lambda p, level, flags: containers.interpolated(p, level, flags),
    "{": lambda p, level, flags: statements.block(p, p.deeper(level, p.start), flags, p.start),
    "if": lambda p, level, flags: flow.if_statement(p, p.deeper(level, p.start), flags),
    "while": lambda p, level, flags: flow.while_loop(p, p.deeper(level, p.start), flags),
    "loop": lambda p, level, flags: flow.while_loop(p, p.deeper(level, p.start), flags),
    "do": lambda p, level, flags: flow.do_loop(p, p.deeper(level, p.start), flags),
    "for": lambda p, level, flags: flow.for_loop(p, p.deeper(level, p.start), flags),
    "switch": lambda p, level, flags: flow.switch(p, p.deeper(level, p.start), flags),
    "|": lambda p, level, flags: functions.closure(p, level, flags),
    "||": lambda p, level, flags: functions.closure(p, level, flags),
}
