"""The leaf functions: everything that compiled code can call, by the names that it uses. Bound to one run.

No leaf gives generated code anything but run-time values, iterators of such, and its own bookkeeping.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import cache
from itertools import compress
from types import MethodType
from typing import Any, Final, TypeAlias

from app.engine import ops
from app.engine.display import float_text
from app.engine.limits import Limits
from app.engine.lower import PathSite
from app.engine.lower.arithmetic import FUNCTIONS
from app.engine.meter import Meter
from app.engine.natives import Natives
from app.engine.runtime import fast, scopes
from app.engine.runtime.leaves.calls import call_leaves
from app.engine.runtime.leaves.faults import fault_leaves
from app.engine.runtime.leaves.literals import literal_leaves
from app.engine.runtime.leaves.natives import native
from app.engine.runtime.leaves.paths import path_leaves
from app.engine.runtime.leaves.scoped import scope_leaves
from app.engine.runtime.leaves.values import CONTAINERS, value_leaves
from app.engine.runtime.machine import Machine
from app.engine.runtime.swept import total
from app.engine.runtime.turns import ATOMS, free_characters
from app.engine.runtime.unseen import Unseen
from app.engine.stdlib import conversions, text
from app.engine.values import UNBOUND, Char, FnPtr, type_name

_FIXED: Final[dict[str, Any]] = {
    "type": type,
    "int": int,
    "str": str,
    "bool": bool,
    "list": list,
    "dict": dict,
    "float": float,
    "Char": Char,
    "FnPtr": FnPtr,
    "NoneType": type(None),
    "len": len,
    "abs": abs,
    "ord": ord,
    "range": range,
    "enumerate": enumerate,
    "compress": compress,
    "total": total,
    "Exception": Exception,
    "Unseen": Unseen,
    "dict_get": dict.get,
    "dict_copy": dict.copy,
    "list_copy": list.copy,
    "list_insert": list.insert,
    "list_pop": list.pop,
    "list_sort": list.sort,
    "list_reverse": list.reverse,
    "str_find": str.find,
    "str_starts": str.startswith,
    "str_ends": str.endswith,
    "small_int": conversions.SMALL.get,
    "char_upper": text.char_to_upper,
    "char_lower": text.char_to_lower,
    "str_upper": str.upper,
    "str_lower": str.lower,
    "str_joined": "".join,
    "list_index": list.index,
    "float_text": float_text,
    "POWERS": tuple(1 << bits for bits in range(31)),
    "str_strip": str.strip,
    "str_replace": str.replace,
    "str_ljust": str.ljust,
    "dict_of": lambda keys, values: dict(zip(keys, values, strict=True)),
    "tuple_of": tuple,
    "call_many": lambda function, args: function(*args),
    "ATOMS": ATOMS,
    "CONTAINERS": CONTAINERS,
    "UNBOUND": UNBOUND,
    "require_bool": ops.require_bool,
    "negate": ops.negate,
    "plus": ops.plus,
    "invert": ops.invert,
    "type_of": type_name,
    "scope_push": scopes.push,
    "holding": scopes.holding,
    "require_shared_bool": scopes.require_shared_bool,
}

_Maker: TypeAlias = Callable[[Machine, list[PathSite]], dict[str, Any]]


def leaves(machine: Machine, path_sites: list[PathSite], used: frozenset[str] | None = None) -> dict[str, Any]:
    """The namespace of one run, without natives and the script's own functions.

    ``used`` are the names that the code has: operators and groups of leaves that it doesn't use are left out. Binding all of them to
    a run takes longer than a short script.
    """
    table = dict(_FIXED)
    table["step"] = machine.step
    for name in _OPERATORS.keys() if used is None else _OPERATORS.keys() & used:
        table[name] = _operator(machine, name)
    for make in _MAKERS:
        if used is None or not used.isdisjoint(_names_of(make)):
            table.update(make(machine, path_sites))
    return table


def _operator(machine: Machine, name: str) -> Any:
    op = _OPERATORS[name]
    known = ops.BINARY[op]
    compare = _COMPARISONS.get(op)
    if compare is not None:
        return fast.order(known.function, compare)
    function = MethodType(known.function, machine) if known.context else known.function
    return fast.add(machine, function, free_characters(machine.limits)) if op == "+" else function


_OPERATORS: Final = {name: op for op, name in FUNCTIONS.items()}
_COMPARISONS: Final = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}

_MAKERS: Final[tuple[_Maker, ...]] = (
    lambda machine, _path_sites: value_leaves(machine),
    lambda machine, _path_sites: literal_leaves(machine),
    path_leaves,
    lambda machine, _path_sites: call_leaves(machine),
    lambda machine, _path_sites: fault_leaves(machine),
    lambda machine, _path_sites: scope_leaves(machine),
)


@cache
def _names_of(make: _Maker) -> frozenset[str]:
    machine = Machine(Limits(), Natives([]), Meter((1,), 0, 1), clock=float)
    return frozenset(make(machine, []))


@cache
def known_names() -> frozenset[str]:
    """The names of all leaf functions."""
    return frozenset(_FIXED.keys() | _OPERATORS.keys() | {"step"}).union(*map(_names_of, _MAKERS))


__all__ = ["known_names", "leaves", "native"]
