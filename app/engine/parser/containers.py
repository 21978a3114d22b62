"""Array and map literals, interpolated strings and the arguments of calls."""

from __future__ import annotations

from typing import Final

from app.engine import tree
from app.engine.lexer.tokens import END, ERROR, IDENTIFIER, RESERVED, STRING, TEXT, is_identifier
from app.engine.parser import expressions, statements
from app.engine.parser.state import ParseFault, Parser


def array(p: Parser, level: int, flags: int) -> tree.Array:
    """``[a, b]``"""
    start = p.take()
    limit = p.limits.max_array_size
    items: list[tree.Expr] = []
    closing = "to end this array literal"
    while True:
        if limit and len(items) >= limit:
            raise ParseFault("LiteralTooLarge", f"Size of array literal exceeds the maximum limit ({limit})", p.start)
        if p.accept("]"):
            break
        if p.kind == END:
            raise p.missing("]", closing)
        items.append(expressions.expression(p, p.deeper(level, start), flags))
        if p.kind == END:
            raise p.missing("]", closing)
        if not p.accept(",") and p.kind != "]":
            raise p.lex_fault() or p.missing(",", "to separate the items of this array literal")
    return tree.Array(start, p.last_end, start, items)


def map_literal(p: Parser, level: int, flags: int) -> tree.Map:
    """``#{k: v}``"""
    start = p.take()
    limit = p.limits.max_map_size
    entries: list[tuple[tree.Name, tree.Expr]] = []
    names: set[str] = set()
    while not p.accept("}"):
        name = _key(p, names)
        if p.kind != ":":
            raise p.lex_fault() or p.missing(":", f"to follow the property '{name.text}' in this object map literal")
        p.take()
        if limit and len(entries) >= limit:
            message = f"Number of properties in object map literal exceeds the maximum limit ({limit})"
            raise ParseFault("LiteralTooLarge", message, p.start)
        entries.append((name, expressions.expression(p, p.deeper(level, start), flags)))
        names.add(name.text)
        if not p.accept(",") and p.kind != "}":
            if p.kind == IDENTIFIER:
                raise p.missing(",", "to separate the items of this object map literal")
            raise p.lex_fault() or p.missing("}", "to end this object map literal")
    return tree.Map(start, p.last_end, start, entries)


def _key(p: Parser, names: set[str]) -> tree.Name:
    at = p.at
    kind = p.kinds[at]
    if kind in (IDENTIFIER, STRING):
        text = str(p.values[at])
        if text in names:
            raise ParseFault("DuplicatedProperty", f"Duplicated property for object map literal: {text}", p.starts[at])
        p.at += 1
        return tree.Name(p.starts[at], p.ends[at], p.starts[at], text)
    if kind == RESERVED and is_identifier(str(p.values[at])):
        raise p.reserved(at)
    fault = p.lex_fault()
    if fault is not None:
        raise fault
    if kind != TEXT and (kind == END or not names):
        raise p.missing("}", "to end this object map literal")
    raise ParseFault("PropertyExpected", "Expecting name of a property", p.starts[at])


def interpolated(p: Parser, level: int, flags: int) -> tree.Expr:
    """A back-tick string with ``${...}``."""
    start = p.start
    level = p.deeper(level, start)
    parts: list[tree.Expr] = []
    while True:
        at = p.at
        kind = p.kinds[at]
        if kind not in (TEXT, STRING):
            raise p.lex_fault() or p.unexpected()
        p.at += 1
        if p.values[at]:
            parts.append(tree.String(p.starts[at], p.ends[at], p.starts[at], str(p.values[at])))
        if kind == STRING:
            return tree.Interpolated(start, p.last_end, start, parts)
        parts.append(statements.block(p, level, flags, start))


_CLOSING: Final = "to close the arguments list of this function call '{}'"


def arguments(p: Parser, level: int, flags: int, name: str, name_at: int) -> list[tree.Expr]:
    """The arguments of a call, parentheses included."""
    kinds = p.kinds
    if kinds[p.at] == "()":
        p.at += 1
        return []
    p.at += 1
    kind = kinds[p.at]
    if kind == END:
        raise p.missing(")", _CLOSING.format(name))
    if kind == ERROR:
        raise p.lex_fault() or p.unexpected()
    if kind == ")":
        p.at += 1
        return []
    level = p.deeper(level, name_at)
    args: list[tree.Expr] = []
    while True:
        if kinds[p.at] != ")":
            args.append(expressions.expression(p, level, flags))
        if kinds[p.at] == ")":
            p.at += 1
            return args
        if not p.accept(","):
            if p.kind == END:
                raise p.missing(")", _CLOSING.format(name))
            raise p.lex_fault() or p.missing(",", f"to separate the arguments to function call '{name}'")
