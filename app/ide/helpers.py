"""``reference``: what a script can call and see in a phase, as an editor shows it beside the source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.host import HOST_TABLE, Effect, Helper, HostTable, HostVariable, Phase

_EFFECTS: Final = {
    Effect.PURE: "",
    Effect.LOG: "Writes to the run's log.",
    Effect.DECISION: "Ends the run with a decision.",
    Effect.READ: "Reads the tenant's records.",
    Effect.WRITE: "Changes the tenant's records.",
    Effect.NETWORK: "Talks to another machine.",
    Effect.CLOCK: "Reads the clock.",
    Effect.SECRET: "Reads a secret.",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A helper or a variable. ``insert`` is what an editor puts in, with ``${name}`` where something is to be filled in."""

    group: str
    name: str
    signatures: tuple[str, ...]
    doc: str
    example: str
    effect: str
    insert: str


def reference(phase: Phase | None, table: HostTable = HOST_TABLE) -> tuple[Entry, ...]:
    """Everything of a phase in the table's order: variables, functions, methods of an entity. Without a phase, nothing is there."""
    if phase is None:
        return ()
    helpers = sorted(table.available(phase), key=lambda helper: helper.is_method)
    return (*map(_variable, table.variables_of(phase)), *map(_helper, helpers))


def _variable(variable: HostVariable) -> Entry:
    return Entry("Variables", variable.name, (f"{variable.name}: {variable.type}",), variable.doc, "", "", variable.name)


def _helper(helper: Helper) -> Entry:
    group = "Methods of an entity" if helper.is_method else "Functions"
    signatures = tuple(helper.signatures())
    return Entry(group, helper.name, signatures, helper.doc, helper.example, _EFFECTS[helper.effect], _call(helper))


def _call(helper: Helper) -> str:
    """A call with places for its arguments; for one place only when there are several ways to give them."""
    names = [parameter.name for parameter in helper.overloads[0].parameters]
    owner = f"{names.pop(0)}." if helper.is_method else ""
    if len({len(overload.parameters) for overload in helper.overloads}) > 1:
        names = [""]
    return f"{owner}{helper.name}({', '.join(f'${{{name}}}' for name in names)})"
