"""Statements but for loops, ``switch`` and assignments; and expressions that are statements."""

from __future__ import annotations

from typing import Any

from app.engine import tree
from app.engine.lower import build, scoping, texts
from app.engine.lower.blocks import ends_here
from app.engine.lower.declarations import FLOWS, deliver_unit, export_name, gives
from app.engine.lower.frame import EXPRESSIONS, RETURN, SCOPE, STATEMENTS, Handling, Lowering
from app.engine.lower.lazy import condition, entries_of
from app.engine.lower.owning import stored


def noop(f: Lowering, _node: tree.Noop, destination: str | None) -> None:
    """``;``"""
    deliver_unit(f, destination)


def expression(f: Lowering, node: tree.ExprStmt, destination: str | None) -> None:
    """An expression as a statement."""
    if type(node.expr) in STATEMENTS:
        f.statement(node.expr, destination)
    else:
        f.deliver_node(node.expr, destination)


def block(f: Lowering, node: tree.Block, destination: str | None) -> None:
    """A block as a statement."""
    f.block(node, destination)


def if_(f: Lowering, node: tree.If, destination: str | None) -> None:
    """``if``"""
    due, f.due = f.due, None
    test = condition(f, node.condition)
    f.due = due
    then, _ = f.captured_statements(lambda: _found(f, node, destination))
    f.due = due

    def otherwise() -> None:
        if node.otherwise is None:
            deliver_unit(f, destination)
        else:
            f.block(node.otherwise, destination)

    other, _ = f.captured_statements(otherwise)
    f.out.append(build.if_(test, then, other))


def _found(f: Lowering, node: tree.If, destination: str | None) -> None:
    """The first arm; ``if key in map`` says that there is such an entry."""
    found = entries_of(f, node.condition)
    for entry in found:
        f.kinds.find(*entry)
    f.block(node.then, destination)
    for _, key in found:
        f.kinds.disturb(id(key))


def return_(f: Lowering, node: tree.Return, _destination: str | None) -> None:
    """``return``"""
    if f.unit.marks is not None and isinstance(f.frame.node, tree.Script):
        # A trace's last step shows what the program ends with.
        result = build.constant(None) if node.value is None else f.temporary(f.owned(node.value))
        f.mark(node.end, node.end)
        f.deliver(result, RETURN)
    elif node.value is None:
        f.deliver(build.constant(None), RETURN)
    else:
        f.deliver_node(node.value, RETURN)


def throw(f: Lowering, node: tree.Throw, _destination: str | None) -> None:
    """``throw``"""
    # Raising takes so long that its value needn't be quick, but for texts of known parts, alone or in a record.
    was_hot = f.is_hot
    is_text = type(node.value) is tree.Interpolated and texts.can_interpolate(f, node.value)
    f.is_hot = is_text or (was_hot and type(node.value) in (tree.Map, tree.Binary))
    value = build.constant(None) if node.value is None else stored(f, node.value)
    f.is_hot = was_hot
    at = f.unit.place(node.pos)
    if f.handling is Handling.IGNORES:
        f.deliver(value, None)
        f.out.append(build.raise_(build.name("Unseen"), at))
    else:
        f.out.append(build.raise_(build.call("thrown", [value, build.name("thrown_text")], at), at))


def try_(f: Lowering, node: tree.Try, destination: str | None) -> None:
    """``try``: everything an author's ``catch`` may see derives from ``Exception``."""
    error = f.fresh()
    mark = f.temporary(build.call("scope_mark", [build.name(SCOPE)])) if f.frame.is_dynamic else None
    outer, f.handling = f.handling, _handling(f, node)
    body, _ = f.captured_statements(lambda: f.block(node.body, destination))
    handling, f.handling = f.handling, outer
    handler, _ = f.captured_statements(lambda: _handler(f, node, destination, error, mark, handling))
    f.out.append(build.try_(body, error, handler))


def _handling(f: Lowering, node: tree.Try) -> Handling:
    """How the handler looks at the error; all of it may be passed on by one that throws itself."""
    if id(node) in f.resolution.throwing:
        return Handling.LOOKS
    if not _is_read(f, node):
        return Handling.IGNORES
    return Handling.GLANCES if id(node) in f.resolution.glancing and not f.frame.is_dynamic else Handling.LOOKS


def _handler(f: Lowering, node: tree.Try, destination: str | None, error: str, mark: Any, handling: Handling) -> None:
    variables = f.variables
    name = node.variable
    if mark is not None:
        # What the body had declared is gone.
        f.out.append(build.expression(build.call("scope_rewind", [build.name(SCOPE), mark])))
    is_read = _is_read(f, node)
    is_throwing = id(node) in f.resolution.throwing
    looking = "glanced" if handling is Handling.GLANCES else "caught_kept" if is_throwing else "caught"
    leaf = looking if is_read else "passing"
    first = f.fresh() if is_throwing else error
    if is_throwing:
        f.out.append(build.store(build.target(first), build.call("kept", [build.name(error)], f.position(node.pos))))
    caught = build.call(leaf, [build.name(first)], f.position(node.pos))
    if name is None or not is_read:
        is_known = build.compare(build.call("type", [build.name(first)]), "in", build.name("PASSING"))
        f.out.append(build.expression(build.either([is_known, caught])))
    else:
        f.variables += 1
        scoping.declare(f, name, caught)
    if not is_throwing:
        f.block(node.handler, None)
    else:
        inner = f.fresh()
        body, _ = f.captured_statements(lambda: f.block(node.handler, None))
        renewed = build.call("thrown_again", [build.name(first), build.name(inner)], f.position(node.pos))
        f.out.append(build.try_(body, inner, [build.raise_(renewed)]))
    if mark is not None:
        f.out.append(build.expression(build.call("scope_rewind", [build.name(SCOPE), mark])))
    f.variables = variables
    if not ends_here(f.out):
        deliver_unit(f, destination)


def _is_read(f: Lowering, node: tree.Try) -> bool:
    """Whether the handler, or who reads a trace, may look at the error."""
    is_seen = f.frame.is_dynamic or f.unit.marks is not None
    return node.variable is not None and (is_seen or f.resolution.declarations[id(node.variable)].is_read)


def import_(f: Lowering, node: tree.Import, destination: str | None) -> None:
    """``import``"""
    path = f.expr(node.path)
    alias = build.constant(None if node.alias is None else node.alias.text)
    f.out.append(build.expression(build.call("import_module", [build.name("d"), path, alias], f.start_place(node.path))))
    deliver_unit(f, destination)


def export(f: Lowering, node: tree.Export, destination: str | None) -> None:
    """``export``"""
    if f.frame.is_dynamic or id(node.name) in f.resolution.exported:
        export_name(f, node.name, node.name.text if node.alias is None else node.alias.text)
    else:
        f.out.append(build.expression(build.call("missing_variable", [build.constant(node.name.text)], f.unit.place(node.name.pos))))
    deliver_unit(f, destination)


def as_expression(f: Lowering, node: Any) -> Any:
    """A statement where a value is wanted: run it, keep its value."""
    slot = f.fresh()
    if type(node) not in FLOWS or not gives(node):
        f.out.append(build.store(build.target(slot), build.constant(None)))
    f.statement(node, slot)
    return build.name(slot)


STATEMENTS.update(
    {
        tree.Noop: noop,
        tree.ExprStmt: expression,
        tree.Block: block,
        tree.If: if_,
        tree.Return: return_,
        tree.Throw: throw,
        tree.Try: try_,
        tree.Import: import_,
        tree.Export: export,
    }
)

for _kind in (
    tree.Block,
    tree.If,
    tree.Switch,
    tree.While,
    tree.Do,
    tree.For,
    tree.Try,
    tree.Return,
    tree.Throw,
    tree.Break,
    tree.Continue,
):
    EXPRESSIONS[_kind] = as_expression
