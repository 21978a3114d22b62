"""Types of operators' results, from the types of their operands."""

from __future__ import annotations

from typing import Final

from app.engine.infer import atoms
from app.engine.infer.atoms import ANY, ATOM, ATOMS, FLOAT, INT, NEVER, TEXT, UNIT, Kind, Type, integer
from app.engine.infer.types import array_of, join

NUMBERS: Final = (Kind.INT, Kind.FLOAT)
SHRINKING: Final = frozenset({"%", "/"})
"""Operators whose results are no larger than their first operand."""


def combined(op: str, left: Type, right: Type) -> Type:
    """The type of an arithmetic operator's result; ``+`` may make a container, the others never do."""
    if left is NEVER or right is NEVER:
        return NEVER
    first, second = left.kind, right.kind
    if first in NUMBERS and second in NUMBERS:
        return of_integers(op, left.bits, right.bits) if first is second is Kind.INT else FLOAT
    if op == "+" and (first is Kind.TEXT or second is Kind.TEXT):
        return TEXT
    if op != "+" or (first in ATOMS and second in ATOMS):
        return ATOM
    if first is second is Kind.ARRAY:
        return array_of(join(left.element, right.element))
    return join(left, right) if first is second else ANY


def of_integers(op: str, first: int, second: int) -> Type:
    """The type of an operator's result on integers that have so many bits at most."""
    if op in ("+", "-"):
        return integer(max(first, second) + 1)
    if op == "*":
        return integer(first + second)
    if op == "%":
        return atoms.like(min(first, second))
    if op in ("|", "^", "&"):
        return integer(max(first, second) + 1)
    # A shift by a negative number goes the other way.
    return atoms.like(first) if op == "/" else INT


def by_number(op: str, bits: int, number: int, *, is_widening: bool) -> Type | None:
    """What an operator on bits makes of an integer and a written number; None for all but those that let it grow no more than is written.

    One that masks or shifts to the right doesn't let anything grow.
    """
    if op == "&" and number >= 0:
        return integer(number.bit_length())
    if op == ">>" and number >= 0:
        return atoms.like(bits)
    return integer(bits + number) if op == "<<" and 0 <= number < 63 and not is_widening else None


def assigned(op: str, before: Type, value: Type) -> Type:
    """The type of a place after ``place op= value``."""
    if before is NEVER:
        return NEVER
    if op == "+" and before.kind is Kind.ARRAY:
        # What isn't an array itself becomes an element.
        added = value.element if value.kind is Kind.ARRAY else value
        return array_of(join(before.element, added))
    if before is UNIT and value.kind in (*NUMBERS, Kind.BOOL):
        return NEVER
    after = combined(op, before, value)
    # What is changed again and again may grow without end.
    return INT if after.kind is Kind.INT and op not in SHRINKING else after
