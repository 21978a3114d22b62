"""The sandbox inside the application: its checks, its metrics, its warning, and its refusal to start."""

import pytest

from app.base.health import Status
from app.main import create_app
from app.sandbox.jobs import Run
from app.sandbox.lockdown.layers import ALL_LAYERS, Layer
from app.sandbox.pool import SandboxUnavailable
from app.sandbox.settings import PoolSettings
from app.scripting import pool_settings, scripting
from app.testing import World, in_memory_settings
from tests.browser import Browser

SMALL = PoolSettings(spares=1, harden_parent=False)
WITHOUT_A_FILTER = PoolSettings(mode="degraded", spares=1, layers=ALL_LAYERS - {Layer.SECCOMP}, harden_parent=False)


def test_the_settings_choose_the_mode_and_the_size() -> None:
    chosen = pool_settings(in_memory_settings(sandbox="degraded", sandbox_slots=7, sandbox_tenant_slots=3))
    assert (chosen.mode, chosen.slots, chosen.tenant_slots) == ("degraded", 7, 3)


def test_the_sandbox_is_strict_unless_told_otherwise() -> None:
    assert pool_settings(in_memory_settings()).mode == "strict"


async def test_health_runs_a_script_and_shows_every_layer(memory_world: World) -> None:
    async with scripting(memory_world.ground, SMALL) as pool:
        report = await memory_world.ground.health.report()
        (sandbox,) = (module for module in report.modules if module.name == "sandbox")
        assert sandbox.status is Status.OK
        assert [check.name for check in sandbox.checks] == ["script", "canaries", *Layer]
        assert sandbox.checks[0].reason == "strict mode"
        assert pool.snapshot().counters.outcomes["ok"] == 1


async def test_the_metrics_count_jobs_and_times_and_go_with_the_sandbox(memory_world: World) -> None:
    metrics = memory_world.ground.metrics
    async with scripting(memory_world.ground, SMALL) as pool:
        for _ in range(2):
            await pool.run(Run(tenant="t", source="1 + 1", digest="d"))
        lines = metrics.exposition().decode().splitlines()
    for line in (
        'alloy_sandbox_jobs_total{outcome="ok"} 2.0',
        "alloy_sandbox_cache_hits_total 1.0",
        "alloy_sandbox_cache_misses_total 1.0",
        "alloy_sandbox_queue_seconds_count 2.0",
        'alloy_sandbox_run_seconds_bucket{le="+Inf"} 2.0',
    ):
        assert line in lines
    assert "alloy_sandbox" not in metrics.exposition().decode()


async def test_a_degraded_sandbox_degrades_health_and_says_what_is_missing(memory_world: World) -> None:
    async with scripting(memory_world.ground, WITHOUT_A_FILTER):
        report = await memory_world.ground.health.report()
    assert report.status is Status.DEGRADED
    assert "sandbox: seccomp: not active: not asked for" in report.degraded_reasons


async def test_every_page_warns_of_a_degraded_sandbox(memory_world: World) -> None:
    async with scripting(memory_world.ground, WITHOUT_A_FILTER):
        warnings = memory_world.ground.health.warnings
    assert warnings == ("Scripts run in a DEGRADED sandbox. Missing: seccomp (not asked for).",)


def test_a_warning_is_on_the_page(memory_world: World) -> None:
    memory_world.ground.health.warn("Scripts run in a DEGRADED sandbox.")
    browser = Browser(create_app(ground=memory_world.ground), memory_world.owner.session.secret)
    page = browser.get("/").text
    browser.close()
    assert '<p class="note note-bad warning" role="alert">Scripts run in a DEGRADED sandbox.</p>' in page


async def test_strict_refuses_to_start_and_says_what_to_do(memory_world: World) -> None:
    demanding = PoolSettings(mode="strict", layers=ALL_LAYERS - {Layer.SECCOMP}, harden_parent=False)
    with pytest.raises(SandboxUnavailable, match=r"strict mode lacks seccomp \(not asked for\)") as refusal:
        async with scripting(memory_world.ground, demanding):
            pass
    assert "ALLOY_SANDBOX=degraded" in refusal.value.remedy
