"""The semantics of every operator and access, for any types: the single source of truth.

Compiled code has its own fast paths for the common types and calls these for the rest. Functions that may grow data or
walk a lot take the runtime first; ``BINARY`` and ``UNARY`` tell which.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from app.engine.ops.arithmetic import (
    add,
    bit_and,
    bit_or,
    bit_xor,
    divide,
    modulo,
    multiply,
    negate,
    plus,
    power,
    shift_left,
    shift_right,
    subtract,
)
from app.engine.ops.assign import assign, grow_array
from app.engine.ops.compare import equal, greater, greater_equal, invert, less, less_equal, not_equal, require_bool
from app.engine.ops.contain import contains, lacks
from app.engine.ops.copying import copied, copied_metered
from app.engine.ops.index import get_index, set_index
from app.engine.ops.iterate import character, exclusive_range, inclusive_range, iterate
from app.engine.ops.properties import get_property, set_property


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator's function; with ``context`` it takes the runtime first."""

    function: Callable[..., Any]
    context: bool = False


BINARY: Final[dict[str, Operator]] = {
    "+": Operator(add, context=True),
    "-": Operator(subtract),
    "*": Operator(multiply),
    "/": Operator(divide),
    "%": Operator(modulo),
    "**": Operator(power),
    "<<": Operator(shift_left),
    ">>": Operator(shift_right),
    "&": Operator(bit_and),
    "|": Operator(bit_or),
    "^": Operator(bit_xor),
    "==": Operator(equal, context=True),
    "!=": Operator(not_equal, context=True),
    "<": Operator(less),
    "<=": Operator(less_equal),
    ">": Operator(greater),
    ">=": Operator(greater_equal),
    "in": Operator(contains, context=True),
    "!in": Operator(lacks, context=True),
    "..": Operator(exclusive_range),
    "..=": Operator(inclusive_range),
}

UNARY: Final[dict[str, Operator]] = {
    "-": Operator(negate),
    "+": Operator(plus),
    "!": Operator(invert),
}

__all__ = [
    "BINARY",
    "UNARY",
    "Operator",
    "add",
    "assign",
    "bit_and",
    "bit_or",
    "bit_xor",
    "character",
    "contains",
    "copied",
    "copied_metered",
    "divide",
    "equal",
    "exclusive_range",
    "get_index",
    "get_property",
    "greater",
    "greater_equal",
    "grow_array",
    "inclusive_range",
    "invert",
    "iterate",
    "lacks",
    "less",
    "less_equal",
    "modulo",
    "multiply",
    "negate",
    "not_equal",
    "plus",
    "power",
    "require_bool",
    "set_index",
    "set_property",
    "shift_left",
    "shift_right",
    "subtract",
]
