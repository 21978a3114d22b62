"""``abs``, ``min`` and ``max`` of numbers of known types, without the library, and numbers read from texts."""

from __future__ import annotations

from typing import Any, Final

from app.engine.lower import build
from app.engine.lower.frame import LEVEL, Lowering
from app.engine.lower.kinds import Kind, Type
from app.engine.stdlib import arithmetic, conversions

_LARGEST: Final = 62
"""An integer of so many bits isn't the one that has no opposite."""
_ORDERS: Final = {"min": "<=", "max": ">="}
_NAMES: Final = {Kind.INT: "i64", Kind.FLOAT: "f64"}
NUMBERS: Final = frozenset(_NAMES)
READING: Final = frozenset({"parse_int", "parse_float"})
_NAMED: Final = frozenset({("abs", 1), ("min", 2), ("max", 2)})


def is_quick(f: Lowering, name: str, types: list[Type]) -> bool:
    """Whether a function of numbers, called in whatever style on values of these types, is one that Python does in line."""
    if not f.is_hot or (name, len(types)) not in _NAMED or any(of.kind is not types[0].kind for of in types):
        return False
    kind = types[0].kind
    if kind not in _NAMES or (name == "abs" and kind is Kind.INT and types[0].bits > _LARGEST):
        return False
    dispatcher = f.unit.natives.lookup(name, len(types))
    own = {(name, len(types)), (name, len(types) - 1)}
    if dispatcher is None or not own.isdisjoint(f.unit.functions) or not own.isdisjoint(f.unit.typed):
        return False
    return dispatcher.is_of(arithmetic.PACKAGE.name, _NAMES[kind])


def quick(name: str, values: list[Any], kind: Kind) -> Any:
    """The result, given simple values of this kind."""
    first, second = values[0], values[-1]
    if name == "abs" and kind is Kind.FLOAT:
        return build.call("abs", [first])
    if name == "abs":
        return build.choice(build.compare(first, ">=", build.constant(0)), first, build.operation(build.constant(0), "-", first))
    return build.choice(build.compare(first, _ORDERS[name], second), first, second)


def read(f: Lowering, name: str, value: Any, of: Type, at: build.Place) -> Any:
    """``parse_int`` or ``parse_float`` of a value, in whatever style it is called; None if it isn't the library's.

    Where nobody looks at the error, none is made.
    """
    dispatcher = f.unit.natives.lookup(name, 1) if f.is_hot else None
    if dispatcher is None or not dispatcher.is_of(conversions.PACKAGE.name):
        return None
    made = build.call(f.unit.native("u" if f.is_unseen else "n", name, 1), [build.name(LEVEL), value], at)
    if name != "parse_int" or of.kind is not Kind.TEXT:
        return made
    slot = f.fresh()
    is_small = build.compare(build.walrus(slot, build.call("small_int", [value])), "is not", build.constant(None))
    return build.choice(is_small, build.name(slot), made)
