"""The health check runs a script, and tells what the sandbox is made of."""

from app.sandbox.health import check
from app.sandbox.lockdown.layers import ALL_LAYERS, Layer
from app.sandbox.pool import Pool, PoolSettings
from tests.sandbox.arena import INJECTED


async def test_a_working_sandbox_says_so() -> None:
    async with Pool(PoolSettings(harden_parent=False)) as pool:
        health = await check(pool, wall_ms=60_000)
    assert (health.is_working, health.is_degraded, {canary.verdict for canary in health.canaries}) == (True, False, {"killed"})


async def test_a_degraded_sandbox_says_what_is_missing() -> None:
    settings = PoolSettings(mode="degraded", layers=ALL_LAYERS - {Layer.SECCOMP}, harden_parent=False)
    async with Pool(settings) as pool:
        health = await check(pool, wall_ms=60_000)
    assert (health.is_working, health.missing) == (True, ["seccomp (not asked for)"])
    assert "DEGRADED" in health.message
    assert {canary.verdict for canary in health.canaries} == {"refused"}


async def test_a_sandbox_that_gives_wrong_answers_is_not_working() -> None:
    async with Pool(PoolSettings(handlers=INJECTED, harden_parent=False)) as pool:
        health = await check(pool, wall_ms=60_000)
    assert not health.is_working
