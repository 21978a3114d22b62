"""Real attacks by injected code, as if the engine's own wall had fallen."""

import pytest

from app.sandbox.jobs import Limits, Run
from app.sandbox.lockdown.layers import ALL_LAYERS
from app.sandbox.lockdown.policy import rules
from app.sandbox.lockdown.tables import table_of_this_machine
from tests.sandbox.arena import arena, attack_once, pool_with
from tests.sandbox.attacks import ATTACKS
from tests.sandbox.sweep import ARGUMENT_SETS, sweep

EXEMPT_IN_THE_KERNEL = {335, 336}
"""uretprobe and uprobe on x86-64: the kernel lets them past every filter, and they do nothing for who is not being probed."""


def test_the_suite_is_as_large_as_promised() -> None:
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) >= 50


async def test_every_attack_on_the_complete_sandbox_is_stopped() -> None:
    with arena() as targets:
        async with pool_with(ALL_LAYERS) as pool:
            through = [attack.name for attack in ATTACKS if await attack_once(pool, targets, attack) is None]
    assert through == []


async def test_only_the_allow_list_survives_a_sweep_over_all_system_calls() -> None:
    table = table_of_this_machine()
    assert table is not None
    survivors = await sweep(ARGUMENT_SETS[:1])
    assert survivors - EXEMPT_IN_THE_KERNEL <= {rule.number for rule in rules(table)}


@pytest.mark.parametrize("layer", sorted(ALL_LAYERS))
async def test_no_layer_is_there_for_nothing(layer: str) -> None:
    """Each stops, on its own, something real; which is in docs/explanation/sandbox.md."""
    attack = {
        "seccomp": "make memory executable",
        "landlock": "read a file that everyone may read",
        "namespaces": "send a datagram",
        "resources": "take a gigabyte of memory",
        "identity": "trace another process",
    }[layer]
    (chosen,) = (candidate for candidate in ATTACKS if candidate.name == attack)
    with arena() as targets:
        async with pool_with(frozenset(known for known in ALL_LAYERS if known == layer)) as pool:
            stopped = await attack_once(pool, targets, chosen)
    assert stopped is not None


async def test_production_handlers_do_not_know_python() -> None:
    from app.sandbox.pool import Pool, PoolSettings

    async with Pool(PoolSettings(harden_parent=False)) as pool:
        outcome = await pool.run(Run(tenant="t", source="os._exit(3)", digest="x", limits=Limits(wall_ms=10_000)))
    assert (outcome.kind, outcome.fault is not None and outcome.fault.kind) == ("error", "syntax")
