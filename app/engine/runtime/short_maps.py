"""``keys``, ``values`` and ``remove`` of maps, the first two of short ones; everything else goes the general way, as in ``short_texts``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from app.engine import sizes
from app.engine.natives import Natives
from app.engine.ops.copying import owned_metered
from app.engine.runtime.machine import Machine
from app.engine.stdlib import maps
from app.engine.values import Value

Leaf = Callable[..., Any]


def _keys(machine: Machine, general: Leaf) -> Leaf:
    grow, key_order = machine.grow, machine.key_orders.__getitem__
    most = 0 if machine.limits.has_small_sizes else sizes.FEW_TEXTS

    def keys(level: Any, receiver: Any) -> Value:
        if type(receiver) is dict and len(receiver) <= most and "keys" not in receiver:
            names = key_order(tuple(receiver))
            if names is not None:
                grow(len(names) * sizes.ELEMENT_BYTES)
                return [*names]
        return general(level, receiver)

    return keys


def _values(machine: Machine, general: Leaf) -> Leaf:
    grow, key_order = machine.grow, machine.key_orders.__getitem__
    most = 0 if machine.limits.has_small_sizes else sizes.FEW_TEXTS

    def values(level: Any, receiver: Any) -> Value:
        if type(receiver) is dict and len(receiver) <= most and "values" not in receiver:
            machine.here = level
            grow(len(receiver) * sizes.ELEMENT_BYTES)
            return owned_metered(machine, [receiver[key] for key in key_order(tuple(receiver)) or sorted(receiver)])
        return general(level, receiver)

    return values


def _remove(_machine: Machine, general: Leaf) -> Leaf:
    def remove(level: Any, receiver: Any, key: Value) -> Value:
        if type(receiver) is dict and type(key) is str and "remove" not in receiver:
            return receiver.pop(key, None)
        return general(level, receiver, key)

    return remove


_METHODS: Final[Mapping[tuple[str, int], Callable[[Machine, Leaf], Leaf]]] = {
    ("keys", 0): _keys,
    ("values", 0): _values,
    ("remove", 1): _remove,
}


def maker(natives: Natives, name: str, argc: int) -> Callable[[Machine, Leaf], Leaf] | None:
    """What makes the quick form of a method; None if there is none, or somebody else has a function of that name for maps."""
    made = _METHODS.get((name, argc))
    dispatcher = None if made is None else natives.lookup(name, argc + 1)
    return made if dispatcher is not None and dispatcher.is_of(maps.PACKAGE.name, "map") else None
