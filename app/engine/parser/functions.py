"""Function definitions and closures."""

from __future__ import annotations

from typing import Final

from app.engine import tree
from app.engine.lexer.tokens import IDENTIFIER, KEYWORDS, RESERVED, STRING
from app.engine.parser import statements
from app.engine.parser.state import CLOSURE, FUNCTION, GLOBAL, HARD_DEPTH, Frame, ParseFault, Parser

_TYPE_ALIASES: Final = {"int": "i64", "float": "f64"}


def function(p: Parser, flags: int) -> tree.Noop:
    """``private fn type.name(params) { }``: goes into the script's functions and leaves nothing in its place."""
    start = p.start
    is_private = p.accept("private")
    if p.kind != "fn":
        raise p.missing("fn", "following 'private'")
    at = p.take()
    if not flags & GLOBAL:
        message = "Function definitions must be at global level and cannot be inside a block or another function"
        raise ParseFault("WrongFnDefinition", message, start)
    _check_count(p, at)
    outer, depth = p.frame, p.max_depth
    p.frame, p.max_depth = Frame(), min(p.limits.max_function_expr_depth or HARD_DEPTH, HARD_DEPTH)
    made = _definition(p, start, at, is_private=is_private)
    p.frame, p.max_depth = outer, depth
    key = (made.name, len(made.params), made.receiver)
    if key in p.function_keys:
        raise ParseFault("FnDuplicatedDefinition", f"Function {made.name} with {_counted(len(made.params))} already exists", at)
    p.function_keys.add(key)
    p.function_names.add(made.name)
    p.functions.append(made)
    return tree.Noop(start, made.end, at)


def _counted(params: int) -> str:
    return {0: "no parameters", 1: "1 parameter"}.get(params, f"{params} parameters")


def _check_count(p: Parser, at: int) -> None:
    limit = p.limits.max_functions
    if limit and len(p.functions) + p.closures >= limit:
        raise ParseFault("TooManyFunctions", "Number of functions defined exceeds maximum limit", at)


def _definition(p: Parser, start: int, at: int, *, is_private: bool) -> tree.Function:
    level = p.deeper(0, at)
    receiver = _receiver(p)
    name, name_at = _function_name(p)
    params = _parameters(p, name)
    if p.kind != "{":
        raise ParseFault("FnMissingBody", f"Expecting body statement block for function {name}", p.start)
    body = statements.block(p, level, FUNCTION, at)
    return tree.Function(start, p.last_end, name_at, name, params, body, receiver, is_private, _doc_before(p, start))


def _doc_before(p: Parser, start: int) -> tuple[str, ...]:
    """The doc comments that stand directly before a function."""
    docs = p.tokens.docs
    if not docs:
        return ()
    index = next((index for index in range(p.at, -1, -1) if p.starts[index] == start), -1)
    return tuple(text for before, text in docs if before == index)


def _receiver(p: Parser) -> str | None:
    kind, value = p.kind, p.values[p.at]
    if kind == STRING and p.kinds[p.at + 1] != ".":
        p.take()
        raise p.missing(".", "after the type name for 'this'")
    if kind in (STRING, IDENTIFIER) and p.kinds[p.at + 1] == ".":
        p.at += 2
        return _TYPE_ALIASES.get(str(value), str(value))
    return None


def _function_name(p: Parser) -> tuple[str, int]:
    at = p.at
    if p.kinds[at] == IDENTIFIER:
        p.at += 1
        return str(p.values[at]), p.starts[at]
    if p.kinds[at] == RESERVED:
        raise p.reserved(at)
    raise ParseFault("FnMissingName", "Expecting function name in function declaration", p.starts[at])


def _parameters(p: Parser, name: str) -> list[tree.Name]:
    if p.accept("()"):
        return []
    if not p.accept("("):
        raise ParseFault("FnMissingParams", f"Expecting parameters for function {name}", p.start)
    if p.accept(")"):
        return []
    params: list[tree.Name] = []
    while not p.accept(")"):
        params.append(_parameter(p, name, ")"))
        if not p.accept(",") and p.kind != ")":
            raise p.lex_fault() or p.missing(",", f"to separate the parameters of function '{name}'")
    return params


def _parameter(p: Parser, name: str, closer: str) -> tree.Name:
    at = p.at
    kind = p.kinds[at]
    if kind == IDENTIFIER:
        text = str(p.values[at])
        if text in p.frame.constness:
            raise ParseFault("FnDuplicatedParam", f"Duplicated parameter {text} for function {name}", p.starts[at])
        p.at += 1
        p.declare(text)
        return tree.Name(p.starts[at], p.ends[at], p.starts[at], text)
    if kind == RESERVED:
        raise p.reserved(at)
    if kind in KEYWORDS and kind != "switch":
        raise ParseFault("VariableExpected", "Expecting name of a variable", p.starts[at])
    whose = f"function '{name}'" if name else "anonymous function or closure"
    raise p.lex_fault() or p.missing(closer, f"to close the parameters list of {whose}")


def closure(p: Parser, level: int, flags: int) -> tree.Closure:
    """``|a, b| body``; its body is a statement."""
    start = p.start
    _check_count(p, start)
    outer = p.frame
    pipe = p.stops_at_pipe
    p.frame, p.stops_at_pipe = Frame(), False
    params = [] if p.accept("||") else _closure_parameters(p)
    body_start = p.start
    stmt = statements.statement(p, p.deeper(level, start), FUNCTION | CLOSURE)
    captures = p.frame.captures
    p.frame, p.stops_at_pipe = outer, pipe
    body = stmt if type(stmt) is tree.Block else tree.Block(body_start, p.last_end, stmt.pos, [] if type(stmt) is tree.Noop else [stmt])
    for capture in captures:
        p.note_use(capture.text, capture.pos)
    p.closures += 1
    name = f"anon${start:08x}{p.closures:08x}"
    return tree.Closure(start, p.last_end, start, name, params, captures, body)


def _closure_parameters(p: Parser) -> list[tree.Name]:
    p.take()
    params: list[tree.Name] = []
    while not p.accept("|"):
        params.append(_parameter(p, "", "|"))
        if not p.accept(",") and p.kind != "|":
            raise p.lex_fault() or p.missing(",", "to separate the parameters of anonymous function")
    return params
