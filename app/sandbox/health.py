"""Whether the sandbox works, found out by running a real script in it; and what it is made of, as plain data for pages and probes."""

from __future__ import annotations

import hashlib
from typing import Final

from msgspec import Struct

from app.sandbox.canaries import CanaryReport
from app.sandbox.jobs import Limits, Outcome, Run
from app.sandbox.lockdown.layers import LayerReport, missing_for_strict
from app.sandbox.pool import Pool

_SCRIPT: Final = "[1, 2, 3].map(|x| x * 2).reduce(|sum, x| sum + x, 0)"
_EXPECTED: Final = 12
_TENANT: Final = "health-check"


class Health(Struct, frozen=True, kw_only=True):
    """The sandbox's state. `is_degraded`: it works, with fewer walls than strict mode demands; `missing` says which."""

    is_working: bool
    is_degraded: bool
    mode: str
    message: str
    missing: list[str]
    layers: list[LayerReport]
    canaries: list[CanaryReport]
    run_ms: float
    running: int
    waiting: int
    spares: int
    children: int


async def check(pool: Pool, wall_ms: int = 2_000) -> Health:
    """Run a script as a tenant of its own, and report."""
    digest = hashlib.sha256(_SCRIPT.encode()).hexdigest()
    outcome = await pool.run(Run(tenant=_TENANT, source=_SCRIPT, digest=digest, limits=Limits(wall_ms=wall_ms)))
    missing = missing_for_strict(pool.layers)
    snapshot = pool.snapshot()
    return Health(
        is_working=outcome.kind == "ok" and outcome.value == _EXPECTED,
        is_degraded=bool(missing),
        mode=pool.settings.mode,
        message=_message(outcome, missing),
        missing=missing,
        layers=pool.layers,
        canaries=pool.canaries,
        run_ms=outcome.run_ms,
        running=snapshot.running,
        waiting=snapshot.waiting,
        spares=snapshot.spares,
        children=snapshot.children,
    )


def _message(outcome: Outcome, missing: list[str]) -> str:
    if outcome.kind != "ok":
        return f"A test script ended as {outcome.kind}: {outcome.fault.message if outcome.fault is not None else 'no reason given'}"
    if outcome.value != _EXPECTED:
        return f"A test script gave {outcome.value!r} instead of {_EXPECTED}."
    if missing:
        return f"Scripts run in a DEGRADED sandbox, which lacks {', '.join(missing)}."
    return "Scripts run in the strict sandbox."
