"""Leaves of functions whose variables are found by name, because a text may be evaluated among them."""

from __future__ import annotations

from typing import Any

from app.engine import errors, ops
from app.engine.runtime import scopes
from app.engine.runtime.machine import Machine
from app.engine.values import FnPtr, Value, type_name


def scope_leaves(machine: Machine) -> dict[str, Any]:  # noqa: C901  # a list of small functions, not a branching one
    def scope_find(scope: scopes.Scope, name: str) -> Any:
        entry = scopes.search(scope, name)
        if entry is not None:
            return entry
        if any(known == name for known, _ in machine.functions_by_key):
            return (FnPtr(name, (), next(bound for (known, _), bound in machine.functions_by_key.items() if known == name)),)
        raise errors.variable_not_found(name)

    def scope_variable(scope: scopes.Scope, name: str) -> Any:
        entry = scopes.search(scope, name)
        if entry is None:
            raise errors.variable_not_found(name)
        if entry.is_const:
            raise errors.constant_assigned(name)
        return entry

    def scope_capture(scope: scopes.Scope, name: str) -> Any:
        entry = scopes.search(scope, name)
        if entry is None:
            raise errors.variable_not_found(name)
        if entry.is_const:
            return [ops.copied(entry[0])]
        entry.is_shared = True
        return entry

    def scope_value(scope: scopes.Scope, name: str) -> Value:
        entry = scopes.search(scope, name)
        if entry is None:
            raise errors.variable_not_found(name)
        return ops.copied(entry[0])

    def scope_share(scope: scopes.Scope, name: str, cell: Any) -> None:
        scope.append(scopes.Shared(name, cell))

    def scope_has(scope: scopes.Scope, name: Value) -> bool:
        if type(name) is not str:
            raise errors.mismatched_data("string", type_name(name))
        return scopes.search(scope, name) is not None

    def scope_shares(scope: scopes.Scope, name: str) -> bool:
        return bool(scope_find(scope, name).is_shared)

    def is_captured(cell: list[Any]) -> bool:
        if not cell:
            raise errors.data_race("")
        return len(cell) > 1

    def scope_rewind(scope: scopes.Scope, mark: int) -> None:
        del scope[mark:]

    return {
        "scope_find": scope_find,
        "scope_variable": scope_variable,
        "scope_capture": scope_capture,
        "scope_value": scope_value,
        "scope_share": scope_share,
        "scope_has": scope_has,
        "scope_shares": scope_shares,
        "scope_mark": len,
        "scope_rewind": scope_rewind,
        "new_scope": list,
        "is_captured": is_captured,
    }
