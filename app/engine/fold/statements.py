"""One statement at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from app.engine import tree
from app.engine.fold import blocks, expressions
from app.engine.fold.purity import is_pure, needs_its_block
from app.engine.fold.state import State

_PLAIN: Final = frozenset({tree.Chain, tree.Call, tree.Variable, tree.Binary})
"""What most expression statements hold."""
_FLOW: Final = (tree.If, tree.Switch, tree.While, tree.Do, tree.For)
_WITH_ASSIGNMENT: Final = frozenset({"+", "-", "*", "/", "%", "**", "<<", ">>", "&", "|", "^"})


def fold_let(stmt: tree.Let, state: State) -> None:
    """Folds a declaration's value."""
    if stmt.value is not None:
        stmt.value = expressions.fold_expression(stmt.value, state)


def fold_statement(stmt: tree.Stmt, state: State, *, is_value_wanted: bool) -> tree.Stmt:
    """The folded statement; changes the one given."""
    if type(stmt) is tree.If:
        return _fold_if(stmt, state, is_value_wanted=is_value_wanted)
    if type(stmt) is tree.Block:
        return _fold_block(stmt, state, is_value_wanted=is_value_wanted)
    fold = _FOLDS.get(type(stmt))
    return stmt if fold is None else fold(stmt, state)


def _fold_valued(stmt: tree.Return | tree.Throw | tree.Break, state: State) -> tree.Stmt:
    if stmt.value is not None:
        stmt.value = expressions.fold_expression(stmt.value, state)
    return stmt


def _fold_declaration(stmt: tree.Let, state: State) -> tree.Stmt:
    fold_let(stmt, state)
    return stmt


def _fold_import(stmt: tree.Import, state: State) -> tree.Stmt:
    stmt.path = expressions.fold_expression(stmt.path, state)
    return stmt


def fold_inner(block: tree.Block, state: State, *, is_value_wanted: bool) -> None:
    """Folds the statements of a block that belongs to something."""
    block.statements = blocks.fold_statements(block.statements, state, is_value_wanted=is_value_wanted)


def _fold_expression_statement(stmt: tree.ExprStmt, state: State) -> tree.Stmt:
    expr = stmt.expr
    if type(expr) in _PLAIN:
        stmt.expr = expressions.fold_expression(expr, state)
        return stmt
    if type(expr) is tree.Block:
        state.is_changed = True
        if not expr.statements:
            return tree.Noop(expr.start, expr.end, expr.pos)
        fold_inner(expr, state, is_value_wanted=True)
        return expr
    if isinstance(expr, _FLOW):
        state.is_changed = True
        found = blocks.fold_statements([expr], state, is_value_wanted=True)
        return tree.Block(expr.start, expr.end, expr.pos, found)
    stmt.expr = expressions.fold_expression(expr, state)
    return stmt


def _fold_assignment(stmt: tree.Assign, state: State) -> tree.Stmt:
    target, value = stmt.target, stmt.value
    is_plain = type(target) is tree.Variable and not target.namespace
    if stmt.op == "=" and is_plain and type(value) is tree.Binary and value.op in _WITH_ASSIGNMENT and _same_name(value.left, target):
        state.is_changed = True
        return tree.Assign(stmt.start, stmt.end, value.pos, value.op, target, value.right)
    if type(target) is tree.Chain:
        expressions.fold_steps(target, state)
    stmt.value = expressions.fold_expression(value, state)
    return stmt


def _same_name(left: tree.Expr, target: tree.Expr) -> bool:
    return type(left) is tree.Variable and type(target) is tree.Variable and not left.namespace and left.name == target.name


def _fold_if(stmt: tree.If, state: State, *, is_value_wanted: bool) -> tree.Stmt:
    has_else = stmt.otherwise is not None and bool(stmt.otherwise.statements)
    if not stmt.then.statements and not has_else:
        return _condition_only(stmt, state, is_value_wanted=is_value_wanted)
    if type(stmt.condition) is tree.Bool:
        return _chosen(stmt, stmt.condition, state, is_value_wanted=is_value_wanted)
    inner = stmt.then.statements[0] if len(stmt.then.statements) == 1 else None
    if not has_else and type(inner) is tree.If and not (inner.otherwise and inner.otherwise.statements):
        return _joined(stmt, inner, state, is_value_wanted=is_value_wanted)
    stmt.condition = expressions.fold_expression(stmt.condition, state)
    fold_inner(stmt.then, state, is_value_wanted=is_value_wanted)
    if stmt.otherwise is not None:
        fold_inner(stmt.otherwise, state, is_value_wanted=is_value_wanted)
    return stmt


def _condition_only(stmt: tree.If, state: State, *, is_value_wanted: bool) -> tree.Stmt:
    """``if c { }``: what remains is the condition's effect."""
    state.is_changed = True
    place = stmt.condition.pos
    condition = expressions.fold_expression(stmt.condition, state)
    kept = tree.ExprStmt(condition.start, condition.end, condition.pos, condition)
    if not is_value_wanted:
        return kept
    return tree.Block(stmt.start, stmt.end, place, [kept, tree.Noop(stmt.end, stmt.end, place)])


def _chosen(stmt: tree.If, condition: tree.Bool, state: State, *, is_value_wanted: bool) -> tree.Stmt:
    """One of the branches, when the condition is literal."""
    state.is_changed = True
    branch = stmt.then if condition.value else stmt.otherwise
    if branch is None:
        return tree.Noop(stmt.start, stmt.end, condition.pos)
    fold_inner(branch, state, is_value_wanted=is_value_wanted)
    return branch if branch.statements else tree.Noop(stmt.start, stmt.end, branch.pos)


def _joined(stmt: tree.If, inner: tree.If, state: State, *, is_value_wanted: bool) -> tree.Stmt:
    """``if a { if b { } }`` is ``if a && b { }``."""
    state.is_changed = True
    fold_inner(inner.then, state, is_value_wanted=is_value_wanted)
    stmt.then.statements = inner.then.statements
    second = expressions.fold_expression(inner.condition, state)
    if type(stmt.condition) is tree.And:
        stmt.condition.items.append(second)
    else:
        first = expressions.fold_expression(stmt.condition, state)
        stmt.condition = tree.And(first.start, second.end, stmt.pos, [first, second])
    return stmt


def _fold_block(stmt: tree.Block, state: State, *, is_value_wanted: bool) -> tree.Stmt:
    fold_inner(stmt, state, is_value_wanted=is_value_wanted)
    if not stmt.statements:
        state.is_changed = True
        return tree.Noop(stmt.start, stmt.end, stmt.pos)
    if len(stmt.statements) == 1 and not needs_its_block(stmt.statements[0]):
        state.is_changed = True
        return stmt.statements[0]
    return stmt


def _fold_switch(stmt: tree.Switch, state: State) -> tree.Stmt:
    stmt.subject = expressions.fold_expression(stmt.subject, state)
    for arm in stmt.arms:
        if arm.guard is not None:
            arm.guard = expressions.fold_expression(arm.guard, state)
        _fold_arm_body(arm.body, state)
        if type(arm.guard) is tree.Bool and not arm.guard.value and arm.body.statements:
            state.is_changed = True
            arm.body.statements = []
    return stmt


def _fold_arm_body(body: tree.Block, state: State) -> None:
    """An arm's body is an expression: a single one is folded for itself."""
    only = body.statements[0] if len(body.statements) == 1 else None
    if type(only) is tree.ExprStmt and type(only.expr) is not tree.Block:
        only.expr = expressions.fold_expression(only.expr, state)
    else:
        fold_inner(body, state, is_value_wanted=True)


def _fold_for(stmt: tree.For, state: State) -> tree.Stmt:
    stmt.iterable = expressions.fold_expression(stmt.iterable, state)
    fold_inner(stmt.body, state, is_value_wanted=False)
    return stmt


def _fold_loop(stmt: tree.While | tree.Do, state: State) -> tree.Stmt:
    if stmt.condition is not None:
        if type(stmt) is tree.While and type(stmt.condition) is tree.Bool and not stmt.condition.value:
            state.is_changed = True
            return tree.Noop(stmt.start, stmt.end, stmt.condition.pos)
        stmt.condition = expressions.fold_expression(stmt.condition, state)
        if type(stmt) is tree.While and type(stmt.condition) is tree.Bool and stmt.condition.value:
            stmt.condition = None
    fold_inner(stmt.body, state, is_value_wanted=False)
    return stmt


def _fold_try(stmt: tree.Try, state: State) -> tree.Stmt:
    if all(map(is_pure, stmt.body.statements)):
        state.is_changed = True
        fold_inner(stmt.body, state, is_value_wanted=False)
        return stmt.body
    fold_inner(stmt.body, state, is_value_wanted=False)
    fold_inner(stmt.handler, state, is_value_wanted=False)
    return stmt


_FOLDS: Final[dict[type[tree.Node], Callable[[Any, State], tree.Stmt]]] = {
    tree.ExprStmt: _fold_expression_statement,
    tree.Assign: _fold_assignment,
    tree.Switch: _fold_switch,
    tree.While: _fold_loop,
    tree.Do: _fold_loop,
    tree.For: _fold_for,
    tree.Try: _fold_try,
    tree.Let: _fold_declaration,
    tree.Return: _fold_valued,
    tree.Throw: _fold_valued,
    tree.Break: _fold_valued,
    tree.Import: _fold_import,
}
