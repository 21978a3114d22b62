"""Literals, variables, operators, closures."""

from __future__ import annotations

from app.engine import errors, ops, sizes, tree
from app.engine.display import display
from app.engine.runtime.scopes import require_shared_bool
from app.engine.values import UNBOUND, Char, FnPtr, Value
from tests.engine.walker.frame import Entry, Frame, NotCovered, means
from tests.engine.walker.machine import Function


def start_of(node: tree.Expr) -> int:
    """Where errors about a node as an argument are reported: its left-most part."""
    match node:
        case tree.Chain(root=root):
            return start_of(root)
        case tree.And(items=items) | tree.Or(items=items) | tree.Coalesce(items=items):
            return start_of(items[0])
        case _:
            return node.pos


def condition(frame: Frame, node: tree.Expr) -> bool:
    """The node's value, which must be a bool."""
    value = frame.evaluate(node)
    entry = frame.find(node.name) if isinstance(node, tree.Variable) and not node.namespace else None
    with frame.blamed(node.pos):
        return ops.require_bool(value) if entry is None else require_shared_bool(value, [value, True] if entry.is_shared else [value])


# --- literals ----------------------------------------------------------------------------------------------------


@means(tree.Unit)
def unit(_frame: Frame, _node: tree.Unit) -> Value:
    """``()``"""
    return None


@means(tree.Bool, tree.Int, tree.Float, tree.String)
def plain(_frame: Frame, node: tree.Int) -> Value:
    """A literal whose value is Python's."""
    return node.value


@means(tree.Char)
def char(_frame: Frame, node: tree.Char) -> Value:
    """A character."""
    return Char(node.value)


@means(tree.Constant)
def constant(_frame: Frame, node: tree.Constant) -> Value:
    """What folding has computed."""
    return ops.copied(node.value)


@means(tree.Interpolated)
def text(frame: Frame, node: tree.Interpolated) -> Value:
    """Text with values in it."""
    parts = [frame.evaluate(part) for part in node.parts]
    joined = "".join([part if type(part) is str else display(part) for part in parts])
    with frame.blamed(node.pos):
        sizes.allow_text(frame.machine, sizes.byte_length(joined))
    return joined


@means(tree.Array)
def array(frame: Frame, node: tree.Array) -> Value:
    """A new array."""
    items = [frame.evaluate(item) for item in node.items]
    with frame.blamed(node.items[-1].pos if node.items else node.pos):
        sizes.check(frame.machine, items)
    return items


@means(tree.Map)
def mapping(frame: Frame, node: tree.Map) -> Value:
    """A new map."""
    entries = {name.text: frame.evaluate(value) for name, value in node.entries}
    with frame.blamed(node.entries[-1][1].pos if node.entries else node.pos):
        sizes.check(frame.machine, entries)
    return entries


@means(tree.Closure)
def closure(frame: Frame, node: tree.Closure) -> Value:
    """A function pointer; captured variables become shared, captured constants are copied."""
    captured: list[Value] = []
    for name in node.captures:
        with frame.blamed(name.pos):
            entry = frame.find(name.text)
            if entry is None:
                raise errors.variable_not_found(name.text)
        entry.is_shared = entry.is_shared or not entry.is_const
        captured.append(ops.copied(entry.value) if entry.is_const else entry)
    params = tuple(name.text for name in [*node.captures, *node.params])
    cells = tuple(at for at, value in enumerate(captured) if isinstance(value, Entry))
    return FnPtr(node.name, tuple(captured), Function(node.name, params, node.body.statements), cells)


# --- variables ---------------------------------------------------------------------------------------------------


@means(tree.Variable)
def variable(frame: Frame, node: tree.Variable) -> Value:
    """A copy of the variable's value."""
    if node.namespace:
        return _qualified(frame, node)
    with frame.blamed(node.pos):
        found = located(frame, node.name)
    return ops.copied(found.value)


def located(frame: Frame, name: str) -> Entry:
    """The variable of that name, or a function's name as a constant of its own.

    Raises:
        ScriptError: there is neither.
    """
    entry = frame.find(name)
    if entry is not None:
        return entry
    function = frame.machine.function_named(name)
    if function is None:
        raise errors.variable_not_found(name)
    return Entry(name, FnPtr(name, (), function), is_const=True)


def _qualified(frame: Frame, node: tree.Variable) -> Value:
    if node.namespace != ("global",):
        raise NotCovered("modules")
    with frame.blamed(node.start):
        if node.name not in frame.machine.constants:
            raise errors.variable_not_found(f"global::{node.name}")
    return ops.copied(frame.machine.constants[node.name])


@means(tree.This)
def this(frame: Frame, node: tree.This) -> Value:
    """A copy of ``this``."""
    return ops.copied(bound(frame, node))


def bound(frame: Frame, node: tree.This) -> Value:
    """``this`` itself.

    Raises:
        ScriptError: the function wasn't called as a method.
    """
    with frame.blamed(node.pos):
        if frame.this is UNBOUND:
            raise errors.unbound_this()
    return frame.this


# --- operators ---------------------------------------------------------------------------------------------------


@means(tree.Unary)
def unary(frame: Frame, node: tree.Unary) -> Value:
    """``-x``, ``+x``, ``!x``"""
    value = frame.evaluate(node.operand)
    with frame.blamed(node.pos):
        return ops.UNARY[node.op].function(value)


@means(tree.Binary)
def binary(frame: Frame, node: tree.Binary) -> Value:
    """Both operands, left first, then the operator. ``in`` is a call of ``contains``, and ``!in`` begins with the right side."""
    if node.op in ("in", "!in") and ("contains", 2) in frame.machine.untyped:
        found = frame.evaluate(tree.Call(node.start, node.end, node.pos, "contains", [node.right, node.left]))
        with frame.blamed(node.pos):
            return found if node.op == "in" else ops.UNARY["!"].function(found)
    if node.op == "!in" or (node.op == "in" and not isinstance(node.right, tree.Variable | tree.This)):
        right = frame.evaluate(node.right)
        left = frame.evaluate(node.left)
    else:
        left = frame.evaluate(node.left)
        right = frame.evaluate(node.right)
    operator = ops.BINARY[node.op]
    with frame.blamed(node.pos):
        return operator.function(frame.machine, left, right) if operator.context else operator.function(left, right)


@means(tree.And)
def all_of(frame: Frame, node: tree.And) -> Value:
    """``&&``: up to the first that is false."""
    return all(condition(frame, item) for item in node.items)


@means(tree.Or)
def any_of(frame: Frame, node: tree.Or) -> Value:
    """``||``: up to the first that is true."""
    return any(condition(frame, item) for item in node.items)


@means(tree.Coalesce)
def coalesce(frame: Frame, node: tree.Coalesce) -> Value:
    """``??``: the first that isn't ()."""
    for item in node.items:
        value = frame.evaluate(item)
        if value is not None:
            return value
    return None
