"""Python syntax tree nodes, made cheaply.

Nodes that can't fail carry no position of their own (their classes have a default) and are shared; the conversion that
``compile`` does copies them anyway. Only nodes whose instruction may raise are stamped with the author's line and column.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, TypeAlias

Place: TypeAlias = tuple[int, int]
"""Line (0: none) and column from 0, as Python's trees have them."""

_MOST_AT_ONCE: Final = 30
"""Beyond so many operands CPython builds with instructions that unpack, which the verifier refuses for their other uses."""

_LONG: Final = 64
"""Longer texts aren't kept for the next script."""

_NOWHERE: Final = (1, 0)
_NONE: Final[list[Any]] = []

LOAD: Final = ast.Load()
STORE: Final = ast.Store()


def _placed(base: Any) -> Any:
    """The node class with a default position, so that instances needn't have one; slots are quicker to make than a dictionary."""
    slots = [field for field in base._fields if not hasattr(base, field)]
    return type(base.__name__, (base,), {"lineno": 1, "col_offset": 0, "__slots__": slots})


def _required(base: Any, *more: str) -> Any:
    """The node class of which making a node takes all that it must have, and more, in slots: so it never gets a dictionary."""
    fields = (*[field for field in base._fields if not hasattr(base, field)], *more)
    return type(base.__name__, (base,), {"_fields": fields, "__slots__": fields})


def _stamped(base: Any) -> Any:
    """The same with the position."""
    return _required(base, "lineno", "col_offset")


def _sited(base: Any) -> Any:
    """The same with the position and its end, which numbers the place."""
    return _required(base, "lineno", "col_offset", "end_lineno", "end_col_offset")


_Name = _placed(ast.Name)
_Constant = _placed(ast.Constant)
Tuple = _placed(ast.Tuple)
List = _placed(ast.List)
_Dict = _placed(ast.Dict)
_Set = _placed(ast.Set)
_Subscript = _placed(ast.Subscript)
_SubscriptAt = _stamped(ast.Subscript)
_SubscriptSite = _sited(ast.Subscript)
_Slice = _placed(ast.Slice)
_Call = _stamped(ast.Call)
_CallSite = _sited(ast.Call)
_Compare = _placed(ast.Compare)
_BoolOp = _placed(ast.BoolOp)
_BinOp = _placed(ast.BinOp)
_UnaryOp = _placed(ast.UnaryOp)
_IfExp = _placed(ast.IfExp)
_NamedExpr = _placed(ast.NamedExpr)
_Assign = _placed(ast.Assign)
_Expr = _placed(ast.Expr)
_If = _placed(ast.If)
_For = _stamped(ast.For)
_Return = _placed(ast.Return)
_Raise = _placed(ast.Raise)
_Try = _placed(ast.Try)
_Handler = _placed(ast.ExceptHandler)
_FunctionDef = _stamped(ast.FunctionDef)
_arguments = _required(ast.arguments)
_Break = _placed(ast.Break)
_Continue = _placed(ast.Continue)
_Pass = _placed(ast.Pass)
_arg = _placed(ast.arg)

ENDS: Final = (_Return, _Raise, _Break, _Continue)
CONSTANT: Final = _Constant
NAME: Final = _Name
CALL: Final = _Call
_LITERAL: Final = {_Constant}
BREAK: Final = _Break()
CONTINUE: Final = _Continue()
PASS: Final = _Pass()

_AND: Final = ast.And()
_OR: Final = ast.Or()
_NOT: Final = ast.Not()
_OPERATORS: Final[dict[str, Any]] = {
    "+": ast.Add(),
    "-": ast.Sub(),
    "*": ast.Mult(),
    "//": ast.FloorDiv(),
    "/": ast.Div(),
    "%": ast.Mod(),
    ">>": ast.RShift(),
    "&": ast.BitAnd(),
    "|": ast.BitOr(),
    "^": ast.BitXor(),
    "==": ast.Eq(),
    "!=": ast.NotEq(),
    "<": ast.Lt(),
    "<=": ast.LtE(),
    ">": ast.Gt(),
    ">=": ast.GtE(),
    "is": ast.Is(),
    "is not": ast.IsNot(),
    "in": ast.In(),
    "not in": ast.NotIn(),
}


@lru_cache(8_192)
def name(identifier: str) -> Any:
    """A name read."""
    return _Name(identifier, LOAD)


@lru_cache(8_192)
def target(identifier: str) -> Any:
    """A name written."""
    return _Name(identifier, STORE)


@lru_cache(8_192)
def _text(value: str) -> Any:
    return _Constant(value)


@lru_cache(8_192)
def _integer(value: int) -> Any:
    return _Constant(value)


_SINGLE: Final = {value: _Constant(value) for value in (None, False, True)}


def constant(value: Any) -> Any:
    """A literal; those that occur often are shared. (Each type has its own table: 1, 1.0 and True are equal, so are 0.0 and -0.0.)"""
    kind = type(value)
    if kind is str:
        return _text(value) if len(value) <= _LONG else _Constant(value)
    if kind is int:
        return _integer(value)
    return _Constant(value) if kind is float else _SINGLE[value]


def stamped(node: Any, at: Place | None) -> Any:
    """The node with the author's position on it."""
    if at is not None:
        node.lineno, node.col_offset = at
    return node


def call(function: str, args: Sequence[Any], at: Place | None = None) -> Any:
    """A call of a global of the program's namespace."""
    line, column = at or _NOWHERE
    if len(args) > _MOST_AT_ONCE:
        return _Call(name("call_many"), [name(function), array(args)], _NONE, line, column)
    return _Call(name(function), list(args), _NONE, line, column)


def call_site(function: str, args: Sequence[Any], at: Place, site: int) -> Any:
    """A call at a numbered place."""
    return _CallSite(name(function), list(args), _NONE, *at, at[0], at[1] + site)


def item(container: Any, key: Any, at: Place | None = None, site: int = 0) -> Any:
    """``container[key]``; ``site`` numbers the place, so that a failure finds its operands' names."""
    return _subscript(container, key, LOAD, at, site)


def part(text: Any, start: Any, end: Any) -> Any:
    """``text[start:end]``; without an end to the end."""
    return _Subscript(text, _Slice(start, end), LOAD)


def item_target(container: Any, key: Any, at: Place | None = None, site: int = 0) -> Any:
    """``container[key]`` to be stored into."""
    return _subscript(container, key, STORE, at, site)


def _subscript(container: Any, key: Any, context: Any, at: Place | None, site: int) -> Any:
    if at is None:
        return _Subscript(container, key, context)
    line, column = at
    if not site:
        return _SubscriptAt(container, key, context, line, column)
    return _SubscriptSite(container, key, context, line, column, line, column + site)


def operation(left: Any, op: str, right: Any) -> Any:
    """``left op right`` in Python's own arithmetic."""
    return _BinOp(left, _OPERATORS[op], right)


def compare(left: Any, op: str, right: Any) -> Any:
    """A comparison."""
    return _Compare(left, [_OPERATORS[op]], [right])


def chained(low: Any, first: str, middle: Any, second: str, high: Any) -> Any:
    """``low first middle second high``"""
    return _Compare(low, [_OPERATORS[first], _OPERATORS[second]], [middle, high])


def both(tests: Sequence[Any]) -> Any:
    """All of the tests, in order."""
    return tests[0] if len(tests) == 1 else _BoolOp(_AND, list(tests))


def either(tests: Sequence[Any]) -> Any:
    """Any of the tests, in order."""
    return tests[0] if len(tests) == 1 else _BoolOp(_OR, list(tests))


def negated(test: Any) -> Any:
    """``not test``"""
    return _UnaryOp(_NOT, test)


def choice(test: Any, then: Any, otherwise: Any) -> Any:
    """``then if test else otherwise``"""
    return _IfExp(test, then, otherwise)


def guarded(tests: Sequence[Any], fast: Any, slow: Any) -> Any:
    """The quick value if all of the tests hold, should there be any."""
    return choice(both(tests), fast, slow) if tests else fast


def walrus(identifier: str, value: Any) -> Any:
    """``(identifier := value)``"""
    return _NamedExpr(target(identifier), value)


def is_type(value: Any, kind: str) -> Any:
    """``type(value) is kind``; those of locals are shared."""
    if isinstance(value, _Name):
        return _is_named_type(value.id, kind)
    return _is_type(value, kind)


def _is_type(value: Any, kind: str) -> Any:
    return compare(_Call(name("type"), [value], _NONE, *_NOWHERE), "is", name(kind))


@lru_cache(8_192)
def _is_named_type(identifier: str, kind: str) -> Any:
    return _is_type(name(identifier), kind)


def array(items: Sequence[Any]) -> Any:
    """A list display."""
    return List(list(items), LOAD)


def pair(*items: Any) -> Any:
    """A tuple display; one of literals is a literal, as Python's compiler makes it anyway."""
    if set(map(type, items)) == _LITERAL:
        return _Constant(tuple([item.value for item in items]))
    return Tuple(list(items), LOAD) if len(items) <= _MOST_AT_ONCE else call("tuple_of", [array(items)])


def pair_target(*items: Any) -> Any:
    """A tuple to be unpacked into."""
    return Tuple(list(items), STORE)


def mapping(keys: Sequence[str], values: Sequence[Any]) -> Any:
    """A dict display."""
    if 2 * len(keys) > _MOST_AT_ONCE:
        return call("dict_of", [array([constant(key) for key in keys]), array(values)])
    return _Dict([constant(key) for key in keys], list(values))


def members(values: Sequence[Any]) -> Any:
    """A set display of constants."""
    return _Set([constant(value) for value in values])


def store(into: Any, value: Any, at: Place | None = None) -> Any:
    """``into = value``"""
    made = _Assign([into], value)
    return made if at is None else stamped(made, at)


def stores_into(statement: Any, identifier: str) -> bool:
    """Whether a statement does nothing but storing into this local."""
    return isinstance(statement, _Assign) and isinstance(statement.targets[0], _Name) and statement.targets[0].id == identifier


def is_sum(statement: Any, variable: Any, added: Any) -> bool:
    """Whether a statement adds a local to another, and does nothing else."""
    if not stores_into(statement, variable.id) or not isinstance(statement.value, _BinOp):
        return False
    value = statement.value
    return value.op is _OPERATORS["+"] and value.left is variable and value.right is added


def expression(value: Any) -> Any:
    """An expression as a statement."""
    return _Expr(value)


def if_(test: Any, then: list[Any], otherwise: list[Any]) -> Any:
    """An ``if`` statement; empty branches become ``pass``."""
    return _If(test, then or [PASS], otherwise)


def for_(into: Any, iterable: Any, body: list[Any], at: Place | None = None) -> Any:
    """A ``for`` loop. Advancing the iterator happens at the position of ``iterable``."""
    line, column = at or _NOWHERE
    return _For(into, stamped(iterable, at), body or [PASS], _NONE, line, column)


def return_(value: Any) -> Any:
    """A ``return`` statement."""
    return _Return(value)


def raise_(value: Any, at: Place | None = None) -> Any:
    """A ``raise`` statement."""
    return stamped(_Raise(value, None), at)


def try_(body: list[Any], error: str, handler: list[Any]) -> Any:
    """``try: ... except Exception as error: ...``"""
    return _Try(body or [PASS], [_Handler(name("Exception"), error, handler or [PASS])], [], [])


def function(identifier: str, params: Sequence[str], body: list[Any], at: Place | None = None) -> Any:
    """A function definition."""
    arguments = _arguments(_NONE, [_arg(param) for param in params], _NONE, _NONE, _NONE)
    line, column = at or _NOWHERE
    return _FunctionDef(identifier, arguments, body or [PASS], _NONE, line, column)


def module(body: list[Any]) -> ast.Module:
    """The whole tree."""
    return ast.Module(body, [])
