"""A short storm of broken children; `python -m tests.sandbox.faults 4000` is the long one."""

from tests.sandbox.faults import DYING, FLOODING, HANGING, KINDS, LYING, OUTSIDE, storm

SHORT = 2 * (len(KINDS) + len(OUTSIDE))


def test_the_storm_knows_every_way_of_being_broken() -> None:
    assert min(map(len, (DYING, HANGING, FLOODING, LYING))) >= 5
    assert len(KINDS) + len(OUTSIDE) >= 25


async def test_no_broken_child_hangs_a_caller_or_leaves_anything_behind() -> None:
    report = await storm(SHORT, seed=7)
    assert (report.wrong, report.descriptors_left, report.processes_left) == ([], 0, 0)
