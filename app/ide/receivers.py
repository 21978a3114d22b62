"""What stands before a dot, told from the tokens before it: the entity or a field of it, a variable, a literal, a call's result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.engine.lexer.tokens import FLOAT, IDENTIFIER, INT, STRING
from app.engine.natives import ANY
from app.ide.callables import ways_to_call
from app.ide.context import Field
from app.ide.facts import Kind
from app.ide.reading import Reading
from app.ide.scopes import visible_at
from app.ide.types import OWN_FIELDS, variable_kinds

DOTS: Final = frozenset({".", "?."})
_INDEXES: Final = frozenset({"[", "?["})
_LITERALS: Final = {STRING: "string", INT: "i64", FLOAT: "f64", "CHAR": "char", "true": "bool", "false": "bool"}
_BRACKETS: Final = {")": frozenset({"("}), "]": _INDEXES, "}": frozenset({"{", "#{"})}
_LONGEST_WALK: Final = 400
"""Tokens of one chain. Longer ones are no chains an author completes."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """A value before a dot. ``kinds`` are the types it can have, None when that is not known; ``fields`` those that its schema gives."""

    kinds: frozenset[str] | None = None
    fields: Mapping[str, Field] | None = None


def receiver_before(reading: Reading, dot: int) -> Receiver:
    """The receiver of the dot with this token index."""
    return _value_ending_at(reading, dot - 1, _LONGEST_WALK)


def entity_index_before(reading: Reading, bracket: int) -> Receiver:
    """What is indexed by the bracket with this token index: ``entity`` in ``entity["amount"]``."""
    return _value_ending_at(reading, bracket - 1, _LONGEST_WALK)


def _value_ending_at(reading: Reading, index: int, budget: int) -> Receiver:
    if index < 0 or budget <= 0:
        return Receiver()
    kind = reading.tokens.kinds[index]
    if kind in _LITERALS:
        return Receiver(frozenset({_LITERALS[kind]}))
    if kind == "]":
        return _indexed(reading, index, budget)
    if kind in (")", "()"):
        return _called(reading, index, budget)
    if kind == "}":
        opening = _partner(reading, index, budget)
        return Receiver(frozenset({"map"})) if opening is not None and reading.tokens.kinds[opening] == "#{" else Receiver()
    if kind != IDENTIFIER:
        return Receiver()
    if index > 0 and reading.tokens.kinds[index - 1] in DOTS:
        return _member(_value_ending_at(reading, index - 2, budget - 2), str(reading.tokens.values[index]))
    return _variable(reading, index)


def _member(owner: Receiver, name: str) -> Receiver:
    field = None if owner.fields is None else owner.fields.get(name)
    return Receiver() if field is None else of_field(field)


def of_field(field: Field) -> Receiver:
    """The value of a field, which may be missing."""
    return Receiver(None if field.type == ANY else frozenset({field.type}), field.fields or None)


def _indexed(reading: Reading, closing: int, budget: int) -> Receiver:
    opening = _partner(reading, closing, budget)
    if opening is None:
        return Receiver()
    tokens = reading.tokens
    is_literal = opening == 0 or not (reading.is_name(opening - 1) or tokens.kinds[opening - 1] in (")", "]", STRING))
    if is_literal:
        return Receiver(frozenset({"array"}))
    owner = _value_ending_at(reading, opening - 1, budget - (closing - opening) - 1)
    if closing - opening == 2 and tokens.kinds[opening + 1] == STRING:
        return _member(owner, str(tokens.values[opening + 1]))
    return Receiver()


def _called(reading: Reading, closing: int, budget: int) -> Receiver:
    """The result of a call, if everything of that name gives the same type."""
    opening = closing if reading.tokens.kinds[closing] == "()" else _partner(reading, closing, budget)
    if not opening or not reading.is_name(opening - 1):
        return Receiver()
    name = str(reading.tokens.values[opening - 1])
    is_method = opening > 1 and reading.tokens.kinds[opening - 2] in DOTS
    owner = _value_ending_at(reading, opening - 3, budget - (closing - opening) - 3) if is_method else Receiver()
    returns = {way.returns for way in ways_to_call(reading, name, is_method=is_method, kinds=owner.kinds)}
    return Receiver(frozenset(returns)) if len(returns) == 1 and returns.isdisjoint({ANY, ""}) else Receiver()


def _partner(reading: Reading, closing: int, budget: int) -> int | None:
    """The bracket that a closing one closes."""
    depth = 0
    kinds = reading.tokens.kinds
    for index in range(closing, max(closing - budget, -1), -1):
        if kinds[index] in _BRACKETS:
            depth += 1
        elif kinds[index] in ("(", "[", "?[", "{", "#{"):
            depth -= 1
            if depth == 0:
                return index if kinds[index] in _BRACKETS[kinds[closing]] else None
    return None


def _variable(reading: Reading, index: int) -> Receiver:
    name = str(reading.tokens.values[index])
    offset = reading.tokens.starts[index]
    visible = visible_at(reading, offset)
    if name in visible.names:
        return Receiver(_kinds_of_local(reading, name, offset))
    kind = reading.context.variables().get(name) if visible.sees_globals else None
    if kind is None:
        return Receiver()
    if kind == "entity":
        schema = reading.context.entity
        return Receiver(frozenset({"entity"}), None if schema is None else {**OWN_FIELDS, **schema})
    return Receiver(None if kind == ANY else frozenset({kind}))


def _kinds_of_local(reading: Reading, name: str, offset: int) -> frozenset[str] | None:
    """The types of the nearest declaration of that name before an offset, as far as the tree knows."""
    found = [each for each in reading.facts.declarations if each.name == name and each.kind is not Kind.HOST and each.start < offset]
    nearest = max(found, key=lambda each: each.start, default=None)
    return None if nearest is None else variable_kinds(reading.facts, nearest)
