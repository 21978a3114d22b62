"""One expression at a time, and the operators on literals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from app.engine import errors, ops, tree
from app.engine.fold import blocks, statements
from app.engine.fold.constants import is_constant, literal, moved, value_of
from app.engine.fold.lookups import looked_up
from app.engine.fold.purity import is_pure
from app.engine.fold.state import UNKNOWN, State
from app.engine.values import Char, Value, type_name

_PLACES: Final = frozenset({tree.Variable, tree.This})
_NUMBERS: Final = frozenset({int, float})
_TEXTS: Final = frozenset({str, Char, type(None)})
_CONTAINERS: Final = frozenset({tree.Array, tree.Map, tree.Interpolated})
_KEPT_CALLS: Final = frozenset({"print", "debug"})


def fold_expression(expr: tree.Expr, state: State) -> tree.Expr:
    """The folded expression; changes the one given."""
    fold = _FOLDS.get(type(expr))
    return fold(expr, state) if fold is not None else expr


def _fold_variable(expr: tree.Variable, state: State) -> tree.Expr:
    if expr.namespace or not state.knows_constants:
        return expr
    value = state.constant(expr.name)
    if value is UNKNOWN:
        return expr
    state.is_changed = True
    return literal(ops.copied(value), expr, expr.pos)


def _fold_unary(expr: tree.Unary, state: State) -> tree.Expr:
    if expr.op == "!" and type(expr.operand) is tree.Bool:
        state.is_changed = True
        return tree.Bool(expr.start, expr.end, expr.operand.pos, not expr.operand.value)
    expr.operand = _folded_argument(expr.operand, state)
    return expr


def _fold_binary(expr: tree.Binary, state: State) -> tree.Expr:
    if is_constant(expr.left) and is_constant(expr.right):
        result = _computed(expr.op, value_of(expr.left), value_of(expr.right), state)
        if result is not UNKNOWN:
            state.is_changed = True
            return literal(result, expr, expr.pos)
    expr.left = _folded_argument(expr.left, state)
    expr.right = _folded_argument(expr.right, state)
    return expr


def _computed(op: str, left: Value, right: Value, state: State) -> Value:
    """An operator's result on literals, or ``UNKNOWN`` where it is left to run time: it fails, or isn't built in for these types."""
    if left is UNKNOWN or right is UNKNOWN or op in ("in", "!in") or not _is_built_in(op, left, right):
        return UNKNOWN
    operator = ops.BINARY[op]
    try:
        return operator.function(state.runtime, left, right) if operator.context else operator.function(left, right)
    except (errors.ScriptError, errors.Stop):
        return UNKNOWN


def _is_built_in(op: str, left: Value, right: Value) -> bool:
    kinds = {type(left), type(right)}
    if op in ("..", "..="):
        return kinds == {int}
    if kinds <= _NUMBERS or kinds == {bool}:
        return True
    if kinds <= _TEXTS and type(None) not in kinds:
        return True
    is_simple = kinds <= _NUMBERS | _TEXTS | {bool}
    return is_simple and op in ("==", "!=", "<", "<=", ">", ">=")


def _folded_argument(expr: tree.Expr, state: State) -> tree.Expr:
    """An operand or argument: containers of literals become constants."""
    folded = fold_expression(expr, state)
    if type(folded) in _CONTAINERS and is_constant(folded):
        value = value_of(folded)
        if value is not UNKNOWN:
            state.is_changed = True
            return literal(value, folded, folded.pos)
    return folded


def _fold_container(expr: tree.Array | tree.Map, state: State) -> tree.Expr:
    if is_constant(expr):
        value = value_of(expr)
        if value is not UNKNOWN:
            state.is_changed = True
            return literal(value, expr, expr.pos)
    if isinstance(expr, tree.Array):
        expr.items = [fold_expression(item, state) for item in expr.items]
    else:
        expr.entries = [(name, fold_expression(value, state)) for name, value in expr.entries]
    return expr


def _fold_interpolated(expr: tree.Interpolated, state: State) -> tree.Expr:
    if is_constant(expr):
        value = value_of(expr)
        if value is not UNKNOWN:
            state.is_changed = True
            return literal(value, expr, expr.pos)
    parts = [_fold_part(part, state) for part in expr.parts]
    joined: list[tree.Expr] = []
    for part in parts:
        last = joined[-1] if joined else None
        if type(part) is tree.Unit or (type(part) is tree.String and not part.value):
            state.is_changed = state.is_changed or len(parts) > 1
            if len(parts) == 1:
                joined.append(part)
        elif type(part) is tree.String and type(last) is tree.String:
            state.is_changed = True
            joined[-1] = tree.String(last.start, part.end, last.pos, last.value + part.value)
        else:
            joined.append(part)
    expr.parts = joined
    return expr


def _fold_part(part: tree.Expr, state: State) -> tree.Expr:
    """``${e}`` is a block of one expression, which is taken out. Only a literal is a reason to look at everything around it again."""
    only = part.statements[0] if type(part) is tree.Block and len(part.statements) == 1 else None
    if type(only) is not tree.ExprStmt:
        return fold_expression(part, state)
    folded = fold_expression(only.expr, state)
    if is_constant(folded):
        state.is_changed = True
    return folded


def _fold_logic(expr: tree.And | tree.Or, state: State) -> tree.Expr:
    """``true && x`` is x whatever it is; ``x && false`` is false if x is pure."""
    decisive = type(expr) is tree.Or
    items: list[tree.Expr] = []
    for index, item in enumerate(expr.items):
        if type(item) is not tree.Bool:
            items.append(fold_expression(item, state))
        elif item.value is decisive:
            if index + 1 < len(expr.items):
                state.is_changed = True
            if all(map(is_pure, items)):
                state.is_changed = True
                return tree.Bool(expr.start, expr.end, item.pos, decisive)
            items.append(item)
            break
        else:
            state.is_changed = True
    if not items:
        return tree.Bool(expr.start, expr.end, expr.pos, not decisive)
    if len(items) == 1:
        state.is_changed = True
        return items[0]
    expr.items = items
    return expr


def _fold_coalesce(expr: tree.Coalesce, state: State) -> tree.Expr:
    items: list[tree.Expr] = []
    for index, item in enumerate(expr.items):
        if type(item) is tree.Unit:
            state.is_changed = True
        elif is_constant(item):
            state.is_changed = state.is_changed or index + 1 < len(expr.items)
            items.append(item)
            break
        else:
            items.append(fold_expression(item, state))
    if not items:
        # Nothing but units: the real one answers false.
        state.is_changed = True
        return tree.Bool(expr.start, expr.end, expr.pos, False)
    if len(items) == 1:
        state.is_changed = True
        return items[0]
    expr.items = items
    return expr


def _fold_call(expr: tree.Call, state: State) -> tree.Expr:
    if not expr.namespace:
        if expr.name == "eval":
            state.puts_constants = False
            return expr
        if expr.name in ("type_of", "is_shared") and len(expr.args) == 1 and is_constant(expr.args[0]):
            value = value_of(expr.args[0])
            if value is not UNKNOWN:
                state.is_changed = True
                return literal(type_name(value) if expr.name == "type_of" else False, expr, expr.pos)
        if expr.name in _KEPT_CALLS:
            expr.args = [fold_expression(arg, state) for arg in expr.args]
            return expr
    expr.args = [_folded_argument(arg, state) for arg in expr.args]
    return expr


def fold_steps(chain: tree.Chain, state: State) -> None:
    """Folds the arguments and indices along a chain."""
    for step in chain.steps:
        kind = type(step)
        if kind is tree.PropertyStep:
            continue
        if type(step) is tree.MethodStep:
            step.args = [_folded_argument(arg, state) for arg in step.args]
        elif type(step) is tree.IndexStep:
            step.index = fold_expression(step.index, state)


def _fold_chain(expr: tree.Chain, state: State) -> tree.Expr:
    root, first = expr.root, expr.steps[0]
    if type(root) is tree.Unit and first.is_safe:
        state.is_changed = True
        return root
    if len(expr.steps) == 1 and (type(root) is not tree.Variable or state.knows_constants):
        found = looked_up(root, first, state)
        if found is not None:
            state.is_changed = True
            return found
        if type(first) is tree.MethodStep and first.name in ("type_of", "is_shared") and not first.args and is_constant(root):
            value = value_of(root)
            if value is not UNKNOWN:
                state.is_changed = True
                return literal(type_name(value) if first.name == "type_of" else False, expr, first.pos)
    if type(root) not in _PLACES:
        expr.root = fold_expression(root, state)
    fold_steps(expr, state)
    return expr


def _fold_block(expr: tree.Block, state: State) -> tree.Expr:
    if not expr.statements:
        state.is_changed = True
        return tree.Unit(expr.start, expr.end, expr.pos)
    only = expr.statements[0] if len(expr.statements) == 1 else None
    if type(only) is tree.ExprStmt:
        state.is_changed = True
        return fold_expression(only.expr, state)
    statements.fold_inner(expr, state, is_value_wanted=True)
    return _single(expr, state)


def _single(expr: tree.Block, state: State) -> tree.Expr:
    only = expr.statements[0] if len(expr.statements) == 1 else None
    if type(only) is tree.ExprStmt:
        state.is_changed = True
        return only.expr
    return expr


def _fold_flow(expr: tree.If | tree.Switch | tree.While | tree.Do | tree.For, state: State) -> tree.Expr:
    found = blocks.fold_statements([expr], state, is_value_wanted=True)
    if len(found) == 1 and found[0] is expr:
        return expr
    return _single(tree.Block(expr.start, expr.end, expr.pos, found), state)


def _fold_closure(expr: tree.Closure, state: State) -> tree.Expr:
    if id(expr) not in state.closures:
        state.closures.add(id(expr))
        inner = State(state.runtime, closures=state.closures)
        body = expr.body.statements
        expr.body.statements = blocks.fold_statements(body, inner, is_value_wanted=True, is_inside=False, is_function=True)
    return expr


_FOLDS: Final[dict[type[tree.Node], Callable[[Any, State], tree.Expr]]] = {
    tree.Variable: _fold_variable,
    tree.Unary: _fold_unary,
    tree.Binary: _fold_binary,
    tree.Array: _fold_container,
    tree.Map: _fold_container,
    tree.Interpolated: _fold_interpolated,
    tree.And: _fold_logic,
    tree.Or: _fold_logic,
    tree.Coalesce: _fold_coalesce,
    tree.Call: _fold_call,
    tree.Chain: _fold_chain,
    tree.Block: _fold_block,
    tree.If: _fold_flow,
    tree.Switch: _fold_flow,
    tree.While: _fold_flow,
    tree.Do: _fold_flow,
    tree.For: _fold_flow,
    tree.Closure: _fold_closure,
}

__all__ = ["fold_expression", "fold_steps", "moved"]
