"""Conditions, switches, loops and try."""

from __future__ import annotations

from typing import Final

from app.engine import tree
from app.engine.lexer.tokens import END
from app.engine.parser import expressions, statements
from app.engine.parser.positions import is_literal, not_iterable, range_bounds, start_position
from app.engine.parser.state import BREAKABLE, ParseFault, Parser


def if_statement(p: Parser, level: int, flags: int) -> tree.If:
    """``if c { } else if d { } else { }``"""
    start = p.take()
    level = p.deeper(level, start)
    condition = expressions.condition(p, level, flags)
    then = statements.block(p, level, flags, start)
    otherwise: tree.Block | None = None
    if p.kinds[p.at] == "else":
        p.at += 1
        if p.kinds[p.at] == "if":
            following = if_statement(p, level, flags)
            otherwise = tree.Block(following.start, following.end, following.pos, [following])
        else:
            otherwise = statements.block(p, level, flags, start)
    return tree.If(start, p.ends[p.at - 1], start, condition, then, otherwise)


def while_loop(p: Parser, level: int, flags: int) -> tree.While:
    """``while c { }`` and ``loop { }``"""
    level = p.deeper(level, p.start)
    is_endless = p.kind == "loop"
    start = p.take()
    condition = None if is_endless else expressions.condition(p, level, flags)
    body = statements.block(p, level, flags | BREAKABLE, start)
    return tree.While(start, p.last_end, start, condition, body)


def do_loop(p: Parser, level: int, flags: int) -> tree.Do:
    """``do { } while c`` and ``do { } until c``"""
    start = p.take()
    level = p.deeper(level, start)
    body = statements.block(p, level, flags | BREAKABLE, start)
    if p.kind not in ("while", "until"):
        raise p.missing("while", "for the do statement")
    is_until = p.kind == "until"
    p.take()
    condition = expressions.condition(p, level, flags)
    return tree.Do(start, p.last_end, start, body, condition, is_until)


def for_loop(p: Parser, level: int, flags: int) -> tree.For:
    """``for x in xs { }`` and ``for (x, i) in xs { }``"""
    start = p.take()
    level = p.deeper(level, start)
    variable, counter = _loop_variables(p)
    p.expect("in", "after the iteration variable")
    if p.kind == "{":
        raise ParseFault("ExprExpected", "Expecting a boolean expression", p.start)
    iterable = expressions.expression(p, level, flags)
    word = not_iterable(iterable)
    if word is not None:
        raise ParseFault("MismatchedType", f"Expecting an iterable value, not {word}", start_position(iterable))
    names = len(p.frame.names)
    if counter is not None:
        p.declare(counter.text)
    p.declare(variable.text)
    body = statements.block(p, level, flags | BREAKABLE, start)
    p.frame.leave(names)
    return tree.For(start, p.last_end, start, variable, counter, iterable, body)


def _loop_variables(p: Parser) -> tuple[tree.Name, tree.Name | None]:
    if not p.accept("("):
        return p.variable_name(), None
    variable = p.variable_name()
    if not p.accept(","):
        raise p.missing(",", "after the iteration variable name")
    counter = p.variable_name()
    if counter.text == variable.text:
        raise ParseFault("DuplicatedVariable", f"Duplicated variable name: {counter.text}", counter.start)
    if not p.accept(")"):
        raise p.missing(")", "to close the iteration variable")
    return variable, counter


def try_catch(p: Parser, level: int, flags: int) -> tree.Try:
    """``try { } catch (e) { }``"""
    start = p.take()
    level = p.deeper(level, start)
    body = statements.block(p, level, flags, start)
    if not p.accept("catch"):
        raise p.missing("catch", "for the 'try' statement")
    variable: tree.Name | None = None
    names = len(p.frame.names)
    if p.accept("("):
        variable = p.variable_name()
        if not p.accept(")"):
            raise p.missing(")", "to enclose the catch variable")
        p.declare(variable.text)
    handler = statements.block(p, level, flags, start)
    p.frame.leave(names)
    return tree.Try(start, p.last_end, start, body, variable, handler)


def switch(p: Parser, level: int, flags: int) -> tree.Switch:
    """``switch x { patterns if guard => body, _ => body }``"""
    start = p.take()
    level = p.deeper(level, start)
    subject = expressions.expression(p, level, flags)
    p.expect("{", "to start a switch block")
    arms: list[tree.SwitchArm] = []
    default_at: int | None = None
    has_range = False
    while not p.accept("}"):
        if p.kind == END:
            raise p.missing("}", "to end this switch block")
        if default_at is not None:
            raise ParseFault("WrongSwitchDefaultCase", "Default switch case must be the last", default_at)
        if p.kind == "_":
            default_at = p.start
        arm, has_range = _arm(p, level, flags, has_range)
        arms.append(arm)
    return tree.Switch(start, p.last_end, start, subject, arms)


def _arm(p: Parser, level: int, flags: int, has_range: bool) -> tuple[tree.SwitchArm, bool]:
    start = p.starts[p.at]
    expressions_before: list[tree.Expr] = []
    guard: tree.Expr | None = None
    if p.kinds[p.at] == "_":
        p.at += 1
        if p.kinds[p.at] == "if":
            raise ParseFault("WrongSwitchCaseCondition", "This switch case cannot have a condition", p.start)
    else:
        expressions_before = _cases(p, level, flags)
        guard = _guard(p, level, flags)
    p.expect("=>", "in this switch case")
    body_start = p.starts[p.at]
    stmt = statements.statement(p, level, flags)
    patterns: list[tree.Expr | tree.RangePattern] = []
    for expr in expressions_before:
        pattern, has_range = _pattern(expr, has_range)
        patterns.append(pattern)
    _separator(p, stmt)
    if type(stmt) is tree.Block:
        body = stmt
    else:
        body = tree.Block(body_start, p.ends[p.at - 1], stmt.pos, [] if type(stmt) is tree.Noop else [stmt])
    return tree.SwitchArm(start, body.end, start, patterns, guard, body), has_range


_ENDED: Final = frozenset({tree.If, tree.Switch, tree.While, tree.For, tree.Block, tree.Try})
"""Statements that end themselves."""


def _separator(p: Parser, stmt: tree.Stmt) -> None:
    """What stands between two arms; statements that end themselves need nothing."""
    if p.accept(",") or p.kind == "}":
        return
    if p.kind == END:
        raise p.missing(")", "to end this switch block")
    fault = p.lex_fault()
    if fault is not None:
        raise fault
    if type(stmt) not in _ENDED:
        raise p.missing(",", "to separate the items in this switch block")


def _cases(p: Parser, level: int, flags: int) -> list[tree.Expr]:
    """``1 | 2 | 3``: here the bar separates instead of being an operator."""
    found: list[tree.Expr] = []
    while True:
        outer = p.stops_at_pipe
        p.stops_at_pipe = True
        known = len(p.diagnostics)
        try:
            found.append(expressions.expression(p, level, flags))
        except ParseFault as fault:
            raise _no_literal(fault.at) from None
        finally:
            p.stops_at_pipe = outer
        if len(p.diagnostics) > known:
            # A block among the cases has recovered from a fault of its own, which counts as the case's.
            fault_at = p.diagnostics[known].start
            del p.diagnostics[known:]
            raise _no_literal(fault_at)
        if not p.accept("|"):
            return found


def _no_literal(at: int) -> ParseFault:
    return ParseFault("ExprExpected", "Expecting literal expression", at)


def _guard(p: Parser, level: int, flags: int) -> tree.Expr | None:
    return expressions.condition(p, level, flags) if p.accept("if") else None


def _pattern(expr: tree.Expr, has_range: bool) -> tuple[tree.Expr | tree.RangePattern, bool]:
    if not is_literal(expr):
        raise ParseFault("ExprExpected", "Expecting a literal expression", start_position(expr))
    bounds = range_bounds(expr)
    if bounds is None:
        if has_range and isinstance(expr, tree.Int | tree.Float):
            raise ParseFault("WrongSwitchIntegerCase", "Numeric switch case cannot follow a range case", start_position(expr))
        return expr, has_range
    is_inclusive = type(expr) is tree.Binary and expr.op == "..="
    low, high = bounds
    is_empty = low > high or (low == high and not is_inclusive)
    return tree.RangePattern(expr.start, expr.end, expr.pos, low, high, is_inclusive), has_range or not is_empty
