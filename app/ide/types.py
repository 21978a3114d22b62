"""What type a value surely has. Only what cannot be otherwise is told; everything else is None, "any".

A type is a set of ``type_of`` names: a field that may be missing is its type or ``()``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from app.engine import tree
from app.engine.natives import ANY
from app.engine.values import type_name
from app.ide.context import Field
from app.ide.facts import Declaration, Facts, Kind

Kinds: TypeAlias = frozenset[str]

_INTEGER: Final = frozenset({"i64"})
_FLOAT: Final = frozenset({"f64"})
_STRING: Final = frozenset({"string"})
_BOOL: Final = frozenset({"bool"})
_NUMBERS: Final = _INTEGER | _FLOAT
_UNIT: Final = frozenset({"()"})

_LITERALS: Final[Mapping[type, Kinds]] = {
    tree.Unit: _UNIT,
    tree.Bool: _BOOL,
    tree.Int: _INTEGER,
    tree.Float: _FLOAT,
    tree.Char: frozenset({"char"}),
    tree.String: _STRING,
    tree.Interpolated: _STRING,
    tree.Array: frozenset({"array"}),
    tree.Map: frozenset({"map"}),
    tree.Closure: frozenset({"Fn"}),
}
_ARITHMETIC: Final = frozenset({"+", "-", "*", "/", "%", "**"})
_BITWISE: Final = frozenset({"&", "|", "^", "<<", ">>"})
_RELATIONS: Final = frozenset({"==", "!=", "<", "<=", ">", ">=", "in", "!in"})
_RANGES: Final = {"..": frozenset({"range"}), "..=": frozenset({"range="})}
OWN_FIELDS: Final = {"id": Field("string"), "entity_type": Field("string")}
_DEEPEST: Final = 24
"""How far a type is followed from variable to variable. Beyond that it is any."""


def kinds_of(facts: Facts, expr: tree.Expr, depth: int = _DEEPEST) -> Kinds | None:
    """The types the expression can have, or None if that is not sure."""
    literal = _LITERALS.get(type(expr))
    if literal is not None or depth == 0:
        return literal
    find = _FINDERS.get(type(expr))
    return find(facts, expr, depth - 1) if find is not None else None


def variable_kinds(facts: Facts, declaration: Declaration, depth: int = _DEEPEST) -> Kinds | None:
    """The types of a variable that is only ever given values of known types."""
    if declaration.kind is Kind.HOST:
        known = declaration.host_type not in (ANY, "")
        may_be_missing = declaration.name == "entity_before"
        return frozenset({declaration.host_type, "()"} if may_be_missing else {declaration.host_type}) if known else None
    if declaration.is_opaque or facts.has_eval or facts.runs_in_callers:
        return None
    if declaration not in facts.kinds:
        # A variable that depends on itself finds None here, so it is any.
        facts.kinds[declaration] = None
        facts.kinds[declaration] = _given(facts, declaration, depth)
    return facts.kinds[declaration]


def _given(facts: Facts, declaration: Declaration, depth: int) -> Kinds | None:
    found: Kinds = frozenset()
    for value in declaration.values:
        kinds = _UNIT if value is None else kinds_of(facts, value, depth)
        if kinds is None:
            return None
        found |= kinds
    for op, operand in declaration.updates:
        updated = _combined(op, found, kinds_of(facts, operand, depth))
        if updated is None or not updated <= found:
            return None
    return found


def field_of(facts: Facts, chain: tree.Chain, length: int) -> Field | None:
    """The entity's field that the first ``length`` steps of a chain read, if the schema describes it."""
    fields = _entity_fields(facts, chain.root)
    found: Field | None = None
    for step in chain.steps[:length]:
        if found is not None:
            if isinstance(step, tree.IndexStep) and found.items is not None and not isinstance(step.index, tree.String):
                found = found.items
                continue
            fields = found.fields or None
        key = field_key(step)
        if fields is None or key is None or key not in fields:
            return None
        found = fields[key]
    return found


def field_key(step: tree.Step) -> str | None:
    """The field that a step names, if it does."""
    match step:
        case tree.PropertyStep(name=name):
            return name
        case tree.IndexStep(index=tree.String(value=value)):
            return value
    return None


def _entity_fields(facts: Facts, root: tree.Expr) -> Mapping[str, Field] | None:
    return None if facts.context.entity is None or not is_entity(facts, root) else {**OWN_FIELDS, **facts.context.entity}


def is_entity(facts: Facts, expr: tree.Expr) -> bool:
    """Whether the expression is a host variable that holds an entity."""
    declaration = facts.resolved.get(id(expr))
    return declaration is not None and declaration.kind is Kind.HOST and declaration.host_type == "entity"


def _of_constant(facts: Facts, expr: tree.Constant, depth: int) -> Kinds | None:
    return frozenset({type_name(expr.value)})


def _of_variable(facts: Facts, expr: tree.Variable, depth: int) -> Kinds | None:
    declaration = facts.resolved.get(id(expr))
    return None if declaration is None else variable_kinds(facts, declaration, depth)


def _of_unary(facts: Facts, expr: tree.Unary, depth: int) -> Kinds | None:
    operand = kinds_of(facts, expr.operand, depth)
    if expr.op == "!":
        return _BOOL
    return operand if operand is not None and operand <= _NUMBERS else None


def _of_binary(facts: Facts, expr: tree.Binary, depth: int) -> Kinds | None:
    if expr.op in _RELATIONS:
        return _BOOL
    if expr.op in _RANGES:
        return _RANGES[expr.op]
    return _combined(expr.op, kinds_of(facts, expr.left, depth), kinds_of(facts, expr.right, depth))


def _combined(op: str, left: Kinds | None, right: Kinds | None) -> Kinds | None:
    """The types of ``left op right``; adding anything to a string makes a string."""
    if op == "+" and _STRING in (left, right):
        return _STRING
    if left is None or right is None:
        return None
    if op in _BITWISE:
        return _INTEGER if left == right == _INTEGER else None
    if op in _ARITHMETIC and left <= _NUMBERS and right <= _NUMBERS:
        if _FLOAT in (left, right):
            return _FLOAT
        return _INTEGER if left == right == _INTEGER else _NUMBERS
    return None


def _of_call(facts: Facts, expr: tree.Call, depth: int) -> Kinds | None:
    return None if expr.namespace or expr.in_caller_scope else _returned(facts, expr.name, expr.args, None, depth)


def _of_chain(facts: Facts, expr: tree.Chain, depth: int) -> Kinds | None:
    described = field_of(facts, expr, len(expr.steps))
    if described is not None:
        return None if described.type == ANY else frozenset({described.type, "()"})
    last = expr.steps[-1]
    if isinstance(last, tree.MethodStep) and not any(step.is_safe for step in expr.steps):
        return _returned(facts, last.name, last.args, expr, depth)
    return None


def _returned(facts: Facts, name: str, args: list[tree.Expr], chain: tree.Chain | None, depth: int) -> Kinds | None:
    """What natives of that name give, if the script has no function of that name and they all agree."""
    if name in facts.functions or (chain is not None and name in facts.property_names):
        return None
    dispatcher = facts.natives.lookup(name, len(args) + (chain is not None))
    if dispatcher is None:
        return None
    first: Kinds | None = None
    if chain is None and args:
        first = kinds_of(facts, args[0], depth)
    elif chain is not None and len(chain.steps) == 1:
        first = kinds_of(facts, chain.root, depth)
    fitting = [way for way in dispatcher.overloads if first is None or not way.params or way.params[0] == ANY or way.params[0] in first]
    returns = frozenset(way.returns for way in fitting)
    return None if ANY in returns or len(returns) != 1 else returns


_FINDERS: Final[Mapping[type, Callable[[Facts, Any, int], Kinds | None]]] = {
    tree.Constant: _of_constant,
    tree.Variable: _of_variable,
    tree.Unary: _of_unary,
    tree.Binary: _of_binary,
    tree.Call: _of_call,
    tree.Chain: _of_chain,
}
