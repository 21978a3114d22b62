"""Probes that probe: each check does the thing whose health it reports, and tells how long it took.

Degraded (works, but somebody should look) is told apart from down (does not work). Domains add checks to `HealthChecks`.
"""

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from app.base.db import Database
from app.base.migrate import pending
from app.base.settings import Settings
from app.base.telemetry import logger

CHECK_TIMEOUT_SECONDS: Final = 5.0
RECENT_SECONDS: Final = 5.0
_MIB: Final = 1024 * 1024


class Status(StrEnum):
    """How a check or a module is."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found out; a reason is always given unless all is well."""

    status: Status
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A probe of one part of a module; `is_essential` says that requests can't be served without it."""

    module: str
    name: str
    probe: Callable[[], Awaitable[Finding]]
    is_essential: bool = True


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The result of one check."""

    name: str
    status: Status
    latency_ms: float
    reason: str | None


@dataclass(frozen=True, slots=True)
class ModuleReport:
    """The health of one module: as bad as its worst check, but down only when an essential one is."""

    name: str
    status: Status
    checks: tuple[CheckReport, ...]
    degraded_reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HealthReport:
    """The health of the application: as bad as its worst module."""

    status: Status
    modules: tuple[ModuleReport, ...]
    degraded_reasons: tuple[str, ...]


class HealthChecks:
    """The checks of all modules. Later modules (sandbox, scheduler, transport) add theirs."""

    def __init__(self, checks: Sequence[Check] = (), seconds: Callable[[], float] = time.monotonic) -> None:
        self._checks = list(checks)
        self._seconds = seconds
        self._latest: tuple[float, HealthReport] | None = None
        self.warnings: tuple[str, ...] = ()
        """What is wrong for as long as this process runs, and every page says."""

    def warn(self, sentence: str) -> None:
        """Have every page say this from now on."""
        self.warnings += (sentence,)

    def add(self, check: Check) -> None:
        """Include a further check from now on."""
        self._checks.append(check)

    def remove(self, check: Check) -> None:
        """Leave out a check whose part of the program has ended."""
        self._checks.remove(check)

    async def report(self) -> HealthReport:
        """Run every check, at the same time, and sum up."""
        reports = await asyncio.gather(*(_run(check) for check in self._checks))
        names = dict.fromkeys(check.module for check in self._checks)
        modules = tuple(
            _module_report(name, [(check, report) for check, report in zip(self._checks, reports, strict=True) if check.module == name])
            for name in names
        )
        reasons = tuple(f"{module.name}: {reason}" for module in modules for reason in module.degraded_reasons)
        made = HealthReport(worst([module.status for module in modules]), modules, reasons)
        self._latest = self._seconds(), made
        return made

    async def recent(self) -> HealthReport:
        """The latest report if it is a few seconds old at most, else a new one: for pages that only mention health.

        The checks write to the database; not every look at a page is worth that.
        """
        if self._latest is None or self._seconds() - self._latest[0] > RECENT_SECONDS:
            return await self.report()
        return self._latest[1]


def worst(statuses: Sequence[Status]) -> Status:
    """The most serious of some statuses; `ok` when there are none."""
    order = [Status.OK, Status.DEGRADED, Status.DOWN]
    return max(statuses, key=order.index, default=Status.OK)


def ground_checks(settings: Settings, database: Database) -> list[Check]:
    """Checks of the database and the disk below it."""
    checks = [
        Check("base", "database-read", lambda: _probe_read(database)),
        Check("base", "database-write", lambda: _probe_write(database)),
        Check("base", "migrations", lambda: _probe_migrations(database)),
    ]
    path = database.engines.url.database
    if database.engines.is_sqlite and path and not database.engines.is_memory:
        checks.append(Check("base", "disk", lambda: _probe_disk(Path(path).parent, settings.disk_free_mib), is_essential=False))
    return checks


async def _run(check: Check) -> CheckReport:
    started = time.perf_counter()
    try:
        finding = await asyncio.wait_for(check.probe(), CHECK_TIMEOUT_SECONDS)
    except TimeoutError:
        finding = Finding(Status.DOWN, f"no answer within {CHECK_TIMEOUT_SECONDS:g} s")
    except Exception as error:  # a probe that fails in any way is the finding
        # The reason is public: what the driver said may hold addresses and names, so that goes to the log alone.
        logger().error("health check failed", check=check.name, module=check.module, error=str(error))
        finding = Finding(Status.DOWN, f"the check failed: {type(error).__name__}")
    return CheckReport(check.name, finding.status, round((time.perf_counter() - started) * 1000, 3), finding.reason)


def _module_report(name: str, results: list[tuple[Check, CheckReport]]) -> ModuleReport:
    weighed = [Status.DEGRADED if report.status is Status.DOWN and not check.is_essential else report.status for check, report in results]
    reasons = tuple(f"{report.name}: {report.reason}" for _, report in results if report.status is not Status.OK)
    return ModuleReport(name, worst(weighed), tuple(report for _, report in results), reasons)


async def _probe_read(database: Database) -> Finding:
    await database.read(lambda work: work.ping())
    return Finding(Status.OK)


async def _probe_write(database: Database) -> Finding:
    await database.write(lambda work: work.touch())
    return Finding(Status.OK)


async def _probe_migrations(database: Database) -> Finding:
    missing = await database.read(lambda work: work.inspect(pending))
    if missing:
        return Finding(Status.DOWN, f"{len(missing)} migrations are missing, the first is {missing[0]}; run `alloy migrate`")
    return Finding(Status.OK)


async def _probe_disk(directory: Path, least_mib: int) -> Finding:
    free_mib = (await asyncio.to_thread(shutil.disk_usage, directory)).free // _MIB
    if free_mib < least_mib:
        return Finding(Status.DEGRADED, f"{free_mib} MiB free, less than the {least_mib} MiB wanted")
    return Finding(Status.OK)
