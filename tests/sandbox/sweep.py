"""Makes every system call there is in locked children: `python -m tests.sandbox.sweep` with every set of arguments."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from typing import Final

from app.sandbox.jobs import Limits, Run
from app.sandbox.lockdown.layers import ALL_LAYERS
from app.sandbox.pool import Pool
from tests.sandbox.arena import pool_with, stopped_by

HIGHEST: Final = 480
FOREIGN: Final = 0x40000000  # the x32 calling convention
ODD: Final = (0x7FFFFFFF, 0xFFFFFFFF, -1, FOREIGN + 547, 1 << 32)
NUMBERS: Final = [*range(HIGHEST), *range(FOREIGN, FOREIGN + HIGHEST, 16), *ODD]
ARGUMENT_SETS: Final[tuple[tuple[int, ...], ...]] = (
    (0, 0, 0, 0, 0, 0),
    (3, 0, 0, 0, 0, 0),
    (-1, -1, -1, -1, -1, -1),
    (0, 4096, 7, 0x22, -1, 0),
    (1, 1, 1, 1, 1, 1),
)
_LIMITS: Final = Limits(wall_ms=1_000)
_LANES: Final = 4


async def sweep(argument_sets: Sequence[tuple[int, ...]]) -> set[int]:
    """The numbers that did not die of SIGSYS with some of the arguments."""
    work = [(number, arguments) for arguments in argument_sets for number in NUMBERS]
    survivors: set[int] = set()
    async with pool_with(ALL_LAYERS) as pool, asyncio.TaskGroup() as group:
        for lane in range(_LANES):
            group.create_task(_sweep_some(pool, f"lane {lane}", work[lane::_LANES], survivors))
    return survivors


async def _sweep_some(pool: Pool, tenant: str, work: Sequence[tuple[int, tuple[int, ...]]], survivors: set[int]) -> None:
    for number, arguments in work:
        source = f"syscall({number}, *{arguments})"
        outcome = await pool.run(Run(tenant=tenant, source=source, digest=source, limits=_LIMITS))
        if stopped_by(outcome) != "SIGSYS":
            survivors.add(number % 2**32)  # all that the kernel looks at


if __name__ == "__main__":
    sys.stdout.write(
        f"{len(NUMBERS)} numbers x {len(ARGUMENT_SETS)} sets of arguments; alive: {sorted(asyncio.run(sweep(ARGUMENT_SETS)))}\n"
    )
