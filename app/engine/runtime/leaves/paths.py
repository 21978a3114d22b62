"""Leaves that read and write properties and elements."""

from __future__ import annotations

from types import MethodType
from typing import Any

from app.engine import errors, ops, sizes
from app.engine.lower import PathSite
from app.engine.runtime import paths
from app.engine.runtime.machine import Machine
from app.engine.values import Value


def path_leaves(machine: Machine, path_sites: list[PathSite]) -> dict[str, Any]:
    def store_path(site: int, op: str, root: Value, keys: tuple[Value, ...], value: Value) -> Value:
        return paths.store(machine, path_sites[site], op, root, keys, value)

    def store_constant(site: int, op: str, root: Value, keys: tuple[Value, ...], value: Value) -> None:
        paths.store_into_constant(machine, path_sites[site], op, root, keys, value)

    def add_property(entries: dict[str, Value], name: str, value: Value) -> None:
        """``map.name = value`` where the map may grow: the name is new, or the value a container."""
        entries[name] = value
        sizes.grown(machine, entries, value)

    def constant_target(name: str) -> None:
        raise errors.constant_assigned(name)

    return {
        "get_property": MethodType(ops.get_property, machine),
        "get_index": MethodType(ops.get_index, machine),
        "assign": MethodType(ops.assign, machine),
        "add_property": add_property,
        "store_path": store_path,
        "store_constant": store_constant,
        "constant_target": constant_target,
    }
