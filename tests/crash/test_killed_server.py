"""A server killed in the middle of a thousand writes: what it acknowledged is there after the restart, and the database is sound."""

from pathlib import Path

import pytest

from tests.crash.killed import KILL_AFTER, WRITES, kill_and_restart
from tests.requirements import requirement


@requirement("R1.acknowledged-writes-survive")
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_acknowledged_write_survives_a_killed_server(tmp_path: Path, database_url: str) -> None:
    figures = kill_and_restart(tmp_path, database_url)
    assert KILL_AFTER <= figures.acknowledged < WRITES
    assert (figures.found, figures.torn) == (figures.acknowledged, 0)
