"""Statements, blocks and the script itself; the place where parsing goes on after a fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from app.engine import tree
from app.engine.lexer.tokens import END, IDENTIFIER
from app.engine.parser import expressions, flow, functions
from app.engine.parser.positions import is_constant, start_position
from app.engine.parser.state import BREAKABLE, GLOBAL, Frame, ParseFault, Parser

_ASSIGNMENTS: Final = {op + "=": op for op in ("+", "-", "*", "/", "%", "**", "<<", ">>", "&", "|", "^")}
_SELF_TERMINATED: Final = frozenset({tree.If, tree.Switch, tree.While, tree.For, tree.Block, tree.Try})
_OPENERS: Final = frozenset({"{", "#{", "(", "["})
_CLOSERS: Final = frozenset({"}", ")", "]"})
_STARTERS: Final = frozenset(
    {"let", "const", "fn", "private", "if", "switch", "while", "loop", "for", "return", "throw", "try", "import", "export"}
)


def script(p: Parser, flags: int) -> list[tree.Stmt]:
    """All statements up to the end of the text."""
    found: list[tree.Stmt] = []
    while p.kind != END:
        before = p.at
        frame, depth = p.frame, p.max_depth
        try:
            _terminated(p, 0, flags, found, is_global=True)
        except ParseFault as fault:
            _recover(p, fault, frame, depth, found)
            if p.at == before or p.kind == "}":
                p.take()
    return found


def block(p: Parser, level: int, flags: int, place: int) -> tree.Block:
    """``{ ... }``; ``place`` is the construct it belongs to, which is blamed when it is too deep.

    Raises:
        ParseFault: it doesn't begin, or never ends. Faults inside are recovered from here.
    """
    start = p.expect("{", "to start a statement block")
    level = p.deeper(level, place)
    names = len(p.frame.names)
    found: list[tree.Stmt] = []
    kinds = p.kinds
    while kinds[p.at] != "}":
        if kinds[p.at] == END:
            raise p.missing("}", "to terminate this block")
        before = p.at
        frame, depth = p.frame, p.max_depth
        try:
            _terminated(p, level, flags & ~GLOBAL, found, is_global=False)
        except ParseFault as fault:
            _recover(p, fault, frame, depth, found)
            if p.at == before and p.kind != "}":
                p.take()
    p.at += 1
    p.frame.leave(names)
    return tree.Block(start, p.ends[p.at - 1], start, found)


def _recover(p: Parser, fault: ParseFault, frame: Frame, depth: int, found: list[tree.Stmt]) -> None:
    """Notes a fault and skips to where a statement may begin or a block may end."""
    p.report(fault)
    p.frame = frame
    p.max_depth = depth
    p.is_capturing = True
    p.stops_at_pipe = False
    start = p.start
    open_brackets = 0
    kinds = p.kinds
    while kinds[p.at] != END:
        kind = kinds[p.at]
        if kind in _OPENERS:
            open_brackets += 1
        elif kind in _CLOSERS:
            if not open_brackets and kind == "}":
                break
            open_brackets = max(open_brackets - 1, 0)
        elif not open_brackets and (kind == ";" or (kind in _STARTERS and _begins_line(p))):
            break
        p.at += 1
    p.accept(";")
    found.append(tree.Missing(start, max(p.last_end, start), start))


def _begins_line(p: Parser) -> bool:
    """Whether the next token is the first of its line, and not where the fault itself is."""
    line = p.text.rfind("\n", 0, p.start) + 1
    return not p.text[line : p.start].strip()


def _terminated(p: Parser, level: int, flags: int, found: list[tree.Stmt], *, is_global: bool) -> None:
    """One statement with what ends it, appended unless it is empty."""
    stmt = statement(p, level, flags)
    if type(stmt) is tree.Noop:
        return
    found.append(stmt)
    kind = p.kinds[p.at]
    if kind == ";":
        if type(stmt) is tree.ExprStmt:
            stmt.has_semicolon = True
        if not (is_global and type(stmt) in _SELF_TERMINATED):
            p.at += 1
    elif type(stmt) not in _SELF_TERMINATED and kind != ("}" if not is_global else END):
        raise p.lex_fault() or p.missing(";", "to terminate this statement")


def statement(p: Parser, level: int, flags: int) -> tree.Stmt:
    """One statement without its semicolon.

    Raises:
        ParseFault: it is malformed.
    """
    kind = p.kinds[p.at]
    if kind == IDENTIFIER:
        return _expression_statement(p, level + 1 if level < p.max_depth else p.deeper(level, p.starts[p.at]), flags)
    parse = _STATEMENTS.get(kind)
    if parse is not None:
        return parse(p, p.deeper(level, p.starts[p.at]), flags)
    if kind == END or kind == ";":
        start = p.take()
        return tree.Noop(start, p.last_end if kind == ";" else start, start)
    if kind in ("fn", "private"):
        return functions.function(p, flags)
    if kind in ("break", "continue"):
        return _loop_jump(p, level, flags)
    if kind in ("return", "throw"):
        return _jump(p, level, flags)
    if kind == "export" and not flags & GLOBAL:
        raise ParseFault("WrongExport", "Export statement can only appear at global level", p.start)
    if kind == "export":
        return _export(p, p.deeper(level, p.start), flags)
    return _expression_statement(p, p.deeper(level, p.start), flags)


def _expression_statement(p: Parser, level: int, flags: int) -> tree.Stmt:
    start = p.starts[p.at]
    target = expressions.expression(p, level, flags)
    kind = p.kinds[p.at]
    if kind != "=" and kind not in _ASSIGNMENTS:
        return tree.ExprStmt(start, target.end, target.pos, target)
    at = p.take()
    value = expressions.expression(p, level, flags)
    op = _ASSIGNMENTS.get(kind, "=")
    _check_target(p, target, op, at)
    return tree.Assign(start, value.end, at, op, target, value)


def _check_target(p: Parser, target: tree.Expr, op: str, at: int) -> None:
    """Refuses what can't be assigned to."""
    if type(target) is tree.This or (type(target) is tree.Variable and target.namespace):
        return
    if type(target) is tree.Variable:
        if p.constness(target.name):
            raise ParseFault("AssignmentToConstant", f"Cannot assign to constant {target.name}", target.pos)
        return
    invalid = "Expression cannot be assigned to"
    if type(target) is tree.Chain:
        method = next((step for step in target.steps if type(step) is tree.MethodStep), None)
        if method is not None:
            raise ParseFault("AssignmentToInvalidLHS", invalid, method.pos)
        if type(target.root) is not tree.Variable and type(target.root) is not tree.This:
            raise ParseFault("AssignmentToInvalidLHS", invalid, target.root.pos)
        return
    if is_constant(target):
        raise ParseFault("AssignmentToConstant", "Cannot assign to a constant value", start_position(target))
    if isinstance(target, tree.And | tree.Or | tree.Coalesce) and op == "=":
        raise ParseFault("BadInput.ImproperSymbol", "Possibly a typo of '=='?", at)
    raise ParseFault("AssignmentToInvalidLHS", invalid, target.pos)


def _optional_value(p: Parser, level: int, flags: int) -> tree.Expr | None:
    """An expression, if one begins here."""
    before = p.at
    try:
        return expressions.expression(p, p.deeper(level, p.start), flags)
    except ParseFault:
        if p.at != before:
            raise
        return None


def _loop_jump(p: Parser, level: int, flags: int) -> tree.Stmt:
    if not flags & BREAKABLE:
        raise ParseFault("LoopBreak", "Break statement should only be used inside a loop", p.start)
    is_break = p.kind == "break"
    start = p.take()
    if not is_break:
        return tree.Continue(start, p.last_end, start)
    value = _optional_value(p, level, flags)
    return tree.Break(start, p.last_end, start, value)


def _jump(p: Parser, level: int, flags: int) -> tree.Stmt:
    kind = tree.Return if p.kind == "return" else tree.Throw
    start = p.take()
    value = _optional_value(p, level, flags)
    return kind(start, p.last_end, start, value)


def _let(p: Parser, level: int, flags: int) -> tree.Let:
    is_const = p.kinds[p.at] == "const"
    start = p.take()
    name = p.variable_name()
    value = expressions.expression(p, p.deeper(level, start), flags) if p.accept("=") else None
    p.frame.declare(name.text, is_const=is_const)
    return tree.Let(start, p.ends[p.at - 1], name.start, name, value, is_const)


def _import(p: Parser, level: int, flags: int) -> tree.Stmt:
    start = p.take()
    level = p.deeper(level, start)
    path = expressions.expression(p, level, flags)
    alias = p.variable_name() if p.accept("as") else None
    return tree.Import(start, p.last_end, start, path, alias)


def _export(p: Parser, level: int, flags: int) -> tree.Stmt:
    start = p.take()
    if p.kind in ("let", "const"):
        declared = _let(p, p.deeper(level, start), flags)
        declared.is_exported = True
        declared.start = start
        return declared
    name = p.variable_name()
    alias = p.variable_name() if p.accept("as") else None
    return tree.Export(start, p.last_end, start, name, alias)


_STATEMENTS: Final[dict[str, Callable[[Parser, int, int], tree.Stmt]]] = {
    "{": lambda p, level, flags: block(p, level, flags, p.start),
    "if": flow.if_statement,
    "switch": flow.switch,
    "while": flow.while_loop,
    "loop": flow.while_loop,
    "do": flow.do_loop,
    "for": flow.for_loop,
    "try": flow.try_catch,
    "let": _let,
    "const": _let,
    "import": _import,
}
