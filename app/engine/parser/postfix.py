"""What may follow an operand: calls, paths, properties, methods and indices."""

from __future__ import annotations

from typing import Final

from app.engine import tree
from app.engine.lexer.tokens import IDENTIFIER, METHOD_WORDS, RESERVED
from app.engine.parser import containers, expressions
from app.engine.parser.positions import start_position
from app.engine.parser.state import ParseFault, Parser

_CHAIN: Final = frozenset({".", "?.", "[", "?["})
_CALL: Final = frozenset({"(", "()", "!"})
_PATH: Final = _CALL | {"::"}
POSTFIXES: Final = _CHAIN | _PATH
"""What an operand may go on with; of these, names alone go on with calls and paths."""


def postfix(p: Parser, level: int, flags: int, root: tree.Expr) -> tree.Expr:
    """Continues an operand with everything that belongs to it.

    Raises:
        ParseFault: something is begun that doesn't end well.
    """
    expr = _path_and_call(p, level, flags, root) if type(root) is tree.Variable and p.kinds[p.at] in _PATH else root
    if p.kinds[p.at] not in _CHAIN:
        return expr
    start = p.starts[p.at]
    steps: list[tree.Step] = []
    _steps(p, level, flags, expr, steps)
    end = p.ends[p.at - 1]
    if type(expr) is tree.Chain:
        # A chain in parentheses goes on as if it had none.
        return tree.Chain(expr.start, end, expr.pos, expr.root, [*expr.steps, *steps])
    return tree.Chain(expr.start, end, start, expr, steps)


def _path_and_call(p: Parser, level: int, flags: int, variable: tree.Variable) -> tree.Expr:
    namespace: list[str] = []
    start, name, name_at = variable.start, variable.name, variable.start
    while p.kinds[p.at] == "::":
        p.take()
        namespace.append(name)
        following = p.variable_name()
        name, name_at = following.text, following.start
    kind = p.kinds[p.at]
    if kind == "!" and namespace:
        at = p.take()
        if p.kind in ("(", "()"):
            raise ParseFault("BadInput.UnexpectedInput", "Unexpected '!'", at)
        raise ParseFault("BadInput.ImproperSymbol", "'!' cannot be used to call module functions", at)
    if kind in _CALL:
        return _call(p, level, flags, start, name, name_at, tuple(namespace))
    if not namespace:
        return variable
    return tree.Variable(start, p.last_end, start, name, tuple(namespace))


def _call(p: Parser, level: int, flags: int, start: int, name: str, name_at: int, namespace: tuple[str, ...]) -> tree.Call:
    is_in_caller_scope = p.kinds[p.at] == "!" and p.accept("!")
    if is_in_caller_scope and p.kind not in ("(", "()"):
        raise p.missing("(", "to start arguments list of function call")
    args = containers.arguments(p, level, flags, name, name_at)
    return tree.Call(start, p.ends[p.at - 1], name_at, name, args, namespace, is_in_caller_scope)


def _steps(p: Parser, level: int, flags: int, root: tree.Expr, steps: list[tree.Step]) -> None:
    while True:
        kind = p.kinds[p.at]
        if kind == "." or kind == "?.":
            level = level + 1 if level < p.max_depth else p.deeper(level, p.starts[p.at])
            steps.append(_member(p, level, flags, is_safe=kind == "?."))
        elif kind in ("[", "?["):
            steps.extend(_indices(p, p.deeper(level, p.start), flags, None if steps else root))
        else:
            return


def _member(p: Parser, level: int, flags: int, *, is_safe: bool) -> tree.Step:
    start = p.starts[p.at]
    at = p.at = p.at + 1
    kind = p.kinds[at]
    if kind == RESERVED:
        if str(p.values[at]) not in METHOD_WORDS:
            raise p.reserved(at)
        expressions.reserved_word(p, flags, is_method=True)
    elif kind == IDENTIFIER:
        p.at += 1
    else:
        raise ParseFault("PropertyExpected", "Expecting name of a property", p.start)
    name, name_at = str(p.values[at]), p.starts[at]
    following = p.kinds[p.at]
    if following == "::":
        raise ParseFault("BadInput.ImproperSymbol", "Invalid symbol encountered: '::'", p.start)
    if following not in _CALL:
        return tree.PropertyStep(start, p.ends[at], name_at, name, is_safe)
    call = _call(p, level, flags, name_at, name, name_at, ())
    if call.in_caller_scope:
        message = "method-call style does not support running within the caller's scope"
        raise ParseFault("MalformedCapture", message, name_at)
    return tree.MethodStep(start, call.end, name_at, name, call.args, is_safe)


def _indices(p: Parser, level: int, flags: int, root: tree.Expr | None) -> list[tree.Step]:
    """One index and all that follow it directly; only the very first is checked against a literal root."""
    found: list[tree.Step] = []
    place = p.start
    while True:
        is_safe = p.kind == "?["
        start = p.take()
        index = expressions.expression(p, p.deeper(level, place), flags)
        if root is not None:
            _check_index(root, index)
            root = None
        p.expect("]", "for a matching [ in this index expression")
        found.append(tree.IndexStep(start, p.last_end, start_position(index), index, is_safe))
        if p.kind not in ("[", "?["):
            return found
        place = p.start
        level = p.deeper(level, place)


_INDEX_WORDS: Final[dict[type[tree.Node], str]] = {
    tree.Int: "a number",
    tree.Float: "a float",
    tree.Char: "a character",
    tree.Unit: "()",
    tree.And: "a boolean",
    tree.Or: "a boolean",
    tree.Bool: "a boolean",
    tree.String: "a string",
    tree.Interpolated: "a string",
}


def _check_index(root: tree.Expr, index: tree.Expr) -> None:
    """Refuses a literal index that can't fit a literal container."""
    word = _INDEX_WORDS.get(type(index))
    if type(root) is tree.Map:
        if word is not None and word != "a string":
            raise ParseFault("MalformedIndexExpr", f"Object map expects string index, not {word}", start_position(index))
    elif isinstance(root, tree.Int | tree.Array | tree.String | tree.Interpolated) and word is not None and word != "a number":
        wanted = "numeric" if word == "a string" else "integer"
        message = f"Array, string or bit-field expects {wanted} index, not {word}"
        raise ParseFault("MalformedIndexExpr", message, start_position(index))
