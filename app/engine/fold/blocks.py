"""Lists of statements: what is dead, what is pure, and what a block's value needs."""

from __future__ import annotations

from collections.abc import Callable

from app.engine import tree
from app.engine.fold import statements as stmts
from app.engine.fold.constants import is_constant, value_of
from app.engine.fold.purity import has_value, is_pure, is_pure_inside, leaves, needs_its_block
from app.engine.fold.state import UNKNOWN, State

Purity = Callable[[tree.Stmt], bool]


def fold_statements(
    body: list[tree.Stmt], state: State, *, is_value_wanted: bool, is_inside: bool = True, is_function: bool = False
) -> list[tree.Stmt]:
    """The folded statements, again and again until nothing changes. ``is_function``: a ``return`` at the end may go."""
    if not body:
        return body
    was_changed = state.is_changed
    purity: Purity = is_pure_inside if is_inside else is_pure
    found = _flattened(body)
    is_dirty = was_changed or found is not body
    while True:
        state.is_changed = False
        mark, puts_constants = state.mark(), state.puts_constants
        found = _reachable(found, state)
        _fold_each(found, state, is_value_wanted=is_value_wanted)
        _drop_pure(found, state, purity, is_value_wanted=is_value_wanted)
        if is_value_wanted:
            _trim_with_value(found, state, purity, is_function=is_function)
        else:
            _trim_without_value(found, state, purity, is_function=is_function)
        state.rewind(mark)
        state.puts_constants = puts_constants
        if not state.is_changed:
            break
        is_dirty = True
    state.is_changed = is_dirty
    return found


def _flattened(body: list[tree.Stmt]) -> list[tree.Stmt]:
    """Blocks that declare nothing are replaced by their statements."""
    if tree.Block not in map(type, body):
        return body
    found: list[tree.Stmt] = []
    pending = list(reversed(body))
    is_flatter = False
    while pending:
        stmt = pending.pop()
        if type(stmt) is tree.Block and not any(map(needs_its_block, stmt.statements)):
            pending.extend(reversed(stmt.statements))
            is_flatter = True
        else:
            found.append(stmt)
    return found if is_flatter else body


def _reachable(body: list[tree.Stmt], state: State) -> list[tree.Stmt]:
    for index, stmt in enumerate(body[:-1]):
        if leaves(stmt):
            state.is_changed = True
            return body[: index + 1]
    return body


def _fold_each(body: list[tree.Stmt], state: State, *, is_value_wanted: bool) -> None:
    last = len(body) - 1
    for index, stmt in enumerate(body):
        if type(stmt) is tree.Let:
            stmts.fold_let(stmt, state)
            is_known = stmt.is_const and (stmt.value is None or is_constant(stmt.value))
            value = (None if stmt.value is None else value_of(stmt.value)) if is_known else UNKNOWN
            state.declare(stmt.name.text, value)
        else:
            body[index] = stmts.fold_statement(stmt, state, is_value_wanted=is_value_wanted and index >= last)


def _drop_pure(body: list[tree.Stmt], state: State, purity: Purity, *, is_value_wanted: bool) -> None:
    if is_value_wanted and len(body) == 1:
        return
    last_effect = max(len(body) - 1, 0)
    while last_effect and purity(body[last_effect]):
        last_effect -= 1
    index = 0
    while index < len(body) and not (is_value_wanted and index >= len(body) - 1):
        stmt = body[index]
        is_variable = type(stmt) is tree.ExprStmt and type(stmt.expr) is tree.Variable
        if is_variable or is_pure(stmt) or (index >= last_effect and purity(stmt)):
            if index < last_effect:
                last_effect -= 1
            state.is_changed = True
            del body[index]
        else:
            index += 1


def _trim_with_value(body: list[tree.Stmt], state: State, purity: Purity, *, is_function: bool) -> None:
    """Drops what stands at the end without giving the block its value."""
    while body:
        last = body[-1]
        before = body[-2] if len(body) > 1 else None
        if type(last) is tree.Return and is_function:
            state.is_changed = True
            if last.value is not None:
                body[-1] = tree.ExprStmt(last.start, last.end, last.value.pos, last.value)
            elif before is None or not has_value(before):
                body.pop()
            else:
                body[-1] = tree.Noop(last.start, last.end, last.pos)
        elif has_value(last) or not purity(last):
            return
        elif before is None:
            state.is_changed = True
            body.clear()
        elif has_value(before):
            if type(last) is tree.Noop:
                return
            state.is_changed = True
            body[-1] = tree.Noop(last.start, last.end, last.pos)
        else:
            state.is_changed = True
            body.pop()


def _trim_without_value(body: list[tree.Stmt], state: State, purity: Purity, *, is_function: bool) -> None:
    while body:
        last = body[-1]
        returns_nothing = type(last) is tree.Return and is_function and (last.value is None or is_pure(last.value))
        if not returns_nothing and not purity(last):
            return
        state.is_changed = True
        body.pop()
