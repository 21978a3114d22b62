"""Three ticker processes on one database, killed as they go: a small form of `python -m tests.schedules.arena`."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests import postgres
from tests.conftest import DATABASES
from tests.requirements import requirement
from tests.schedules.arena import fight


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind that is found here."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/alloy.db"
        return
    server_url: str = request.getfixturevalue("postgres_server").rpartition("/")[0]
    with postgres.database(server_url, f"arena_{uuid4().hex[:8]}") as found:
        yield found


@pytest.mark.slow
@requirement("A8.an-occurrence-runs-once")
def test_killed_and_restarted_processes_run_every_occurrence_exactly_once(url: str) -> None:
    outcome = fight(url, 20, 6, 2)
    assert outcome.wanted == 120
    assert outcome.kills >= 1
    assert outcome.is_exact, outcome
