"""Databases for servers that are killed."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests import postgres
from tests.conftest import DATABASES


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind that is found here; the server migrates it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/alloy.db"
        return
    server_url: str = request.getfixturevalue("postgres_server").rpartition("/")[0]
    with postgres.database(server_url, f"crash_{uuid4().hex}") as url:
        yield url
