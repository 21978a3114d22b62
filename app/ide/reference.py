"""The reference pages of helpers and diagnostics, made from the tables that the program itself uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from app.host import HOST_TABLE, Helper, HostTable, Phase
from app.ide.checks import CHECKS
from app.ide.checks.check import Check

_EFFECTS = {
    "pure": "none",
    "log": "writes to the run's log",
    "decision": "ends the run with a decision",
    "read": "reads the tenant's records; recorded",
    "write": "changes the tenant's records; recorded",
    "network": "talks to another machine; recorded",
    "clock": "reads the clock; recorded",
    "secret": "reads a secret; recorded without its value",
}


def helpers_page(table: HostTable = HOST_TABLE) -> str:
    """``docs/reference/helpers.md``"""
    functions = [helper for helper in table if not helper.is_method]
    methods = [helper for helper in table if helper.is_method]
    return _page(
        "# Helpers",
        "What a script can call and see beyond the Rhai language. Which of it exists depends on the phase in which the script runs; the "
        "editor, the validator and the runtime read the same table, and this page is made from it (`alloy docs`).",
        "## Phases",
        _phase_table(table),
        "## Variables",
        *(
            f"### `{variable.name}`\n\n{variable.doc}\n\n- Type: `{variable.type}`\n- Phases: {_phases(variable.phases)}"
            for variable in table.variables.values()
        ),
        "## Functions",
        *map(_helper, functions),
        "## Methods of an entity",
        'Fields read and write as `entity.field` or `entity["field"]`; a field that is not there reads as `()`. Nested fields and arrays '
        'are changed in place: `entity.address.city = "Oslo"`, `entity.tags.push("new")`. The host saves what changed, and nothing else.',
        *map(_helper, methods),
    )


def diagnostics_page(checks: Iterable[Check] = CHECKS) -> str:
    """``docs/reference/diagnostics.md``"""
    return _page(
        "# Diagnostics",
        "What `alloy check`, the validator and the editor report, by code. A script is never run to find them. An *error* would stop the "
        "script when it gets there; a *warning* is very likely a mistake. This page is made from the checks themselves (`alloy docs`).",
        *map(_check, checks),
    )


def _page(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"


def _phases(phases: frozenset[Phase]) -> str:
    return ", ".join(f"`{phase}`" for phase in Phase if phase in phases)


def _phase_table(table: HostTable) -> str:
    lines = ["| | " + " | ".join(Phase) + " |", "|---|" + ":-:|" * len(Phase)]
    for helper in table:
        if not helper.is_method:
            marks = ("yes" if phase in helper.phases else "" for phase in Phase)
            lines.append(f"| [`{helper.name}`](#{helper.name}) | " + " | ".join(marks) + " |")
    return "\n".join(lines)


def _helper(helper: Helper) -> str:
    signatures = "\n".join(helper.signatures())
    cost = "the call itself" if not helper.cost else f"{helper.cost} beside the call itself"
    facts = f"- Phases: {_phases(helper.phases)}\n- Effect: {_EFFECTS[helper.effect]}\n- Operations: {cost}"
    return _page(f"### `{helper.name}`", f"```rhai\n{signatures}\n```", helper.doc, facts, f"```rhai\n{helper.example}\n```").rstrip("\n")


def _check(check: Check) -> str:
    where = f"Severity: {check.severity}." + (f" (The example runs in phase `{check.example_phase}`.)" if check.example_phase else "")
    return _page(f"## `{check.code}`", check.meaning, where, f"```rhai\n{check.example}\n```", f"**Remedy.** {check.remedy}").rstrip("\n")


PAGES: Final[Mapping[str, Callable[[], str]]] = {"helpers.md": helpers_page, "diagnostics.md": diagnostics_page}
"""The pages made here, by file name."""
