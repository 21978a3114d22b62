"""Health: checks that check, and degraded told apart from down."""

from pathlib import Path

from app.base.ground import build_ground
from app.base.health import Check, Finding, HealthChecks, Status
from app.testing import World, in_memory_settings
from tests.requirements import requirement


async def _ok() -> Finding:
    return Finding(Status.OK)


async def _down() -> Finding:
    return Finding(Status.DOWN, "unplugged")


async def _broken() -> Finding:
    raise OSError("secret address")


@requirement("R7.probes-report-reasons")
async def test_a_healthy_ground_reports_every_check_with_its_latency(world: World) -> None:
    report = await world.ground.health.report()
    assert report.status is Status.OK
    assert {"database-read", "database-write", "migrations"} <= {check.name for check in report.modules[0].checks}
    assert all(check.latency_ms > 0 for check in report.modules[0].checks)


@requirement("A28.degraded-is-not-down")
async def test_a_failed_check_that_is_not_essential_degrades() -> None:
    report = await HealthChecks([Check("a", "one", _ok), Check("b", "two", _down, is_essential=False)]).report()
    assert report.status is Status.DEGRADED
    assert report.degraded_reasons == ("b: two: unplugged",)


async def test_a_report_a_few_seconds_old_is_recent_and_then_a_new_one_is_made() -> None:
    times = iter([0.0, 4.0, 6.0, 6.0])
    checks = HealthChecks([Check("a", "one", _ok)], lambda: next(times))
    first = await checks.recent()
    assert await checks.recent() is first
    assert await checks.recent() is not first


async def test_a_failed_essential_check_is_down() -> None:
    report = await HealthChecks([Check("a", "one", _down)]).report()
    assert report.status is Status.DOWN


async def test_a_check_that_breaks_is_down_and_tells_nothing_private() -> None:
    report = await HealthChecks([Check("a", "one", _broken)]).report()
    assert report.modules[0].checks[0].reason == "the check failed: OSError"


async def test_a_database_without_migrations_is_down_and_says_what_to_do(tmp_path: Path) -> None:
    ground = build_ground(in_memory_settings(database_url=f"sqlite:///{tmp_path}/empty.db"))
    report = await ground.health.report()
    ground.close()
    assert report.status is Status.DOWN
    assert any("run `alloy migrate`" in reason for reason in report.degraded_reasons)
