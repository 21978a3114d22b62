"""A server killed in the middle of a thousand writes: what it acknowledged is there after the restart, and the database is sound."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests import postgres
from tests.conftest import DATABASES
from tests.crash.killed import KILL_AFTER, WRITES, kill_and_restart
from tests.requirements import requirement


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind that is found here; the server migrates it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/alloy.db"
        return
    server_url: str = request.getfixturevalue("postgres_server").rpartition("/")[0]
    with postgres.database(server_url, f"crash_{uuid4().hex}") as url:
        yield url


@requirement("R1.acknowledged-writes-survive")
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_acknowledged_write_survives_a_killed_server(tmp_path: Path, database_url: str) -> None:
    figures = kill_and_restart(tmp_path, database_url)
    assert KILL_AFTER <= figures.acknowledged < WRITES
    assert (figures.found, figures.torn) == (figures.acknowledged, 0)
