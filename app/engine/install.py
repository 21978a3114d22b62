"""Verified code into the namespace of one run."""

from __future__ import annotations

from typing import Any, Final

from app.engine.runtime import SITES, Bound, Machine, leaves, native
from app.engine.translation import Code


def installed(machine: Machine, code: Code) -> dict[str, Any]:
    """A run's namespace with the code's functions in it."""
    machine.is_alone = machine.root is machine and code.names.isdisjoint(CHANGES_MORE)
    namespace = leaves(machine, code.paths, code.names)
    namespace["__builtins__"] = {}
    namespace[SITES] = code.sites
    namespace.update(code.constants)
    for style, name, argc in code.requests:
        namespace[f"{style}:{name}/{argc}"] = native(machine, style, name, argc)
    for bound in machine.functions_by_key.values():
        namespace[bound.compiled.symbol] = bound.function
    exec(code.code, namespace)  # noqa: S102  # verified code in a namespace of leaf functions
    for compiled, is_scoped in code.functions:
        bound = Bound(compiled, namespace[compiled.symbol], machine)
        key = (compiled.name, len(compiled.params))
        if is_scoped:
            machine.in_caller_scope[key] = bound
        elif compiled.receiver is not None:
            machine.typed[(_TYPE_ALIASES.get(compiled.receiver, compiled.receiver), *key)] = bound
        else:
            machine.functions_by_key[key] = bound
    machine.closures = [Bound(compiled, namespace[compiled.symbol], machine) for compiled in code.closures]
    for number, bound in enumerate(machine.closures):
        if not bound.compiled.captures:
            namespace[f"f:{code.prefix}{number}"] = bound.pointer(())
    return namespace


_TYPE_ALIASES: Final = {"int": "i64", "float": "f64"}
CHANGES_MORE: Final = frozenset({"import_module", "evaluate"})
"""Names in code whose functions leave modules and other machines behind."""
