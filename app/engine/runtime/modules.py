"""Modules: sources by path, given by the caller. A module runs once per import and gives variables and functions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.engine import errors
from app.engine.runtime.machine import Bound, Machine
from app.engine.values import UNBOUND, Value, type_name


@dataclass(slots=True)
class Module:
    """What an import gives."""

    path: str
    variables: dict[str, Value] = field(default_factory=dict)
    functions: dict[tuple[str, int], Bound] = field(default_factory=dict)
    modules: dict[str, Module] = field(default_factory=dict)


def load(machine: Machine, level: Any, path: Value, alias: str | None) -> None:
    """``import path as alias``"""
    from app.engine.late import run_module

    root = machine.root
    maximum = machine.limits.max_modules
    if maximum and root.modules_loaded >= maximum:
        raise errors.too_many_modules(maximum)
    if type(path) is not str:
        raise errors.mismatched_data("string", type_name(path))
    machine.here = level
    module = run_module(machine, level, path)
    root.modules_loaded += 1
    machine.imports.append((alias, module))


def _find(machine: Machine, path: tuple[str, ...]) -> Module:
    for alias, module in reversed(machine.imports):
        if alias == path[0]:
            found: Module | None = module
            for part in path[1:]:
                found = None if found is None else found.modules.get(part)
            if found is not None:
                return found
    raise errors.module_not_found("::".join(path))


def call(machine: Machine, level: Any, path: tuple[str, ...], name: str, args: tuple[Value, ...]) -> Value:
    """``path::name(args)``"""
    module = _find(machine, path)
    bound = module.functions.get((name, len(args)))
    if bound is None:
        raise errors.function_not_found(f"{'::'.join(path)}::{name}", [type_name(value) for value in args])
    return bound.machine.invoke(level, bound, UNBOUND, args)[0]


def variable(machine: Machine, path: tuple[str, ...], name: str) -> Value:
    """``path::name``"""
    module = _find(machine, path)
    if name not in module.variables:
        raise errors.variable_not_found(f"{'::'.join(path)}::{name}")
    return module.variables[name]
