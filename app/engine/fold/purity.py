"""What a statement or expression does besides having a value. Reading a variable counts: it may not exist."""

from __future__ import annotations

from app.engine import tree
from app.engine.fold.constants import is_constant


def is_pure(node: tree.Expr | tree.Stmt) -> bool:
    """Whether leaving it out would change nothing but the value."""
    match node:
        case tree.ExprStmt(expr=expr):
            return is_pure(expr)
        case (
            tree.Interpolated(parts=items)
            | tree.Array(items=items)
            | tree.And(items=items)
            | tree.Or(items=items)
            | tree.Coalesce(items=items)
        ):
            return all(map(is_pure, items))
        case tree.Map(entries=entries):
            return all(is_pure(value) for _, value in entries)
        case tree.Block(statements=statements):
            return all(map(is_pure, statements))
        case tree.Noop():
            return True
        case tree.If() | tree.Switch() | tree.Try():
            return _is_pure_choice(node)
        case tree.While() | tree.Do() | tree.For():
            return _is_pure_loop(node)
        case tree.Let() | tree.Assign() | tree.Return() | tree.Throw() | tree.Break() | tree.Continue() | tree.Import() | tree.Export():
            return False
        case tree.Function() | tree.Missing():
            return False
        case _:
            return is_constant(node)


def _is_pure_choice(node: tree.If | tree.Switch | tree.Try) -> bool:
    match node:
        case tree.If(condition=condition, then=then, otherwise=otherwise):
            return is_pure(condition) and is_pure(then) and (otherwise is None or is_pure(otherwise))
        case tree.Switch(subject=subject, arms=arms):
            has_default = bool(arms) and not arms[-1].patterns
            return has_default and is_pure(subject) and all((arm.guard is None or is_pure(arm.guard)) and is_pure(arm.body) for arm in arms)
        case tree.Try(body=body, variable=variable, handler=handler):
            return variable is None and is_pure(body) and is_pure(handler)


def _is_pure_loop(node: tree.While | tree.Do | tree.For) -> bool:
    """A loop that may never end is not pure."""
    match node:
        case tree.While(condition=condition):
            return isinstance(condition, tree.Bool) and not condition.value
        case tree.Do(body=body, condition=condition, is_until=is_until):
            return isinstance(condition, tree.Bool) and condition.value is is_until and is_pure(body)
        case tree.For(iterable=iterable, body=body):
            return is_pure(iterable) and is_pure(body)


def is_pure_inside(stmt: tree.Stmt) -> bool:
    """The same for a statement inside a block, where declaring a variable has no effect beyond."""
    match stmt:
        case tree.Let(value=value):
            return value is None or is_pure(value)
        case tree.ExprStmt(expr=tree.Block(statements=statements)):
            return all(map(is_pure_inside, statements))
        case tree.Import(path=path):
            return is_pure(path)
        case tree.Export():
            return True
        case _:
            return is_pure(stmt)


def needs_its_block(stmt: tree.Stmt) -> bool:
    """Whether a statement can't be moved out of its block: it declares something there."""
    match stmt:
        case tree.Let() | tree.Import() | tree.Export():
            return True
        case tree.ExprStmt(expr=tree.Block(statements=statements)):
            return all(map(needs_its_block, statements))
        case tree.ExprStmt(expr=tree.Call(name=name, namespace=namespace)):
            return name == "eval" and not namespace
        case _:
            return False


def has_value(stmt: tree.Stmt) -> bool:
    """Whether a block that ends with the statement has a value."""
    return isinstance(stmt, tree.If | tree.Switch | tree.Block | tree.ExprStmt)


def leaves(stmt: tree.Stmt) -> bool:
    """Whether what stands behind the statement is never reached."""
    return isinstance(stmt, tree.Return | tree.Throw | tree.Break | tree.Continue)
