"""Fixtures for all tests: a world on every database that is found here, and browsers of its people.

The application is imported inside the fixtures: tests of the language must not pay for it, nor fail with it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import hypothesis
import pytest
import pytest_asyncio

from tests import postgres, surroundings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from app.base.settings import Settings
    from app.sandbox.pool import Pool
    from app.testing import Person, World
    from tests.browser import Browser

surroundings.shut_out()
# How long an example takes says something about the machine, nothing about the claim.
hypothesis.settings.register_profile("alloy", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("alloy")

STARTERS = ("tests/crash/", "tests/embed/", "tests/sandbox/", "tests/seed/", "tests/test_cli.py", "tests/test_scripting.py")
"""Whose tests start processes."""
ATTACKS = ("test_hostile", "test_escape", "test_nesting")
"""Whose tests send what is made to take as long as it can."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave to `make test` what searches for counter-examples, attacks, starts processes, or goes through the whole application."""
    for item in items:
        does_search = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
        wanted = getattr(item, "fixturenames", ())
        does_start = item.nodeid.startswith(STARTERS) or "script_pool" in wanted
        does_attack = item.path.stem.startswith(ATTACKS)
        if does_search or does_attack or does_start or "application" in wanted:
            item.add_marker(pytest.mark.slow)


DATABASES = ["sqlite", *([pytest.param("postgresql", marks=pytest.mark.slow)] if postgres.is_found() else [])]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a migrated template database on a PostgreSQL server."""
    from app.base.ground import build_ground
    from app.base.migrate import migrate
    from app.testing import in_memory_settings

    with postgres.server() as url, postgres.database(url, f"alloy_template_{uuid4().hex[:8]}") as template_url:
        ground = build_ground(in_memory_settings(database_url=template_url))
        migrate(ground.database.engines.writer)
        ground.close()
        yield template_url


@pytest.fixture(params=DATABASES)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings over a migrated database of each kind: a real SQLite file, and PostgreSQL where it is found."""
    from app.testing import in_memory_settings

    if request.param == "sqlite":
        yield in_memory_settings(database_url=f"sqlite:///{tmp_path}/alloy.db", database_readers=2)
        return
    template_url: str = request.getfixturevalue("postgres_server")
    server_url, _, template = template_url.rpartition("/")
    with postgres.database(server_url, f"t_{uuid4().hex}", template) as url:
        yield in_memory_settings(database_url=url, database_readers=2)


@pytest.fixture
def world(settings: Settings) -> Iterator[World]:
    """The cast, on each kind of database."""
    from app.main import DECLARED
    from app.testing import open_world

    with open_world(settings, DECLARED) as opened:
        yield opened


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def script_pool() -> AsyncIterator[Pool]:
    """A sandbox for all tests that run scripts; they share its event loop (`pytest.mark.asyncio(loop_scope="session")`)."""
    from app.sandbox.pool import Pool
    from tests.scripting import SMALL_POOL

    async with Pool(SMALL_POOL) as pool:
        yield pool


@pytest.fixture
def memory_world() -> Iterator[World]:
    """The cast, on a database in memory: for claims that have nothing to do with the database."""
    from app.main import DECLARED
    from app.testing import open_world

    with open_world(declared=DECLARED) as opened:
        yield opened


Browse = Callable[["Person | None"], "Browser"]


@pytest.fixture
def application(world: World) -> FastAPI:
    """The whole application over the world's ground."""
    from app.main import create_app

    return create_app(ground=world.ground)


@pytest.fixture
def browse(application: FastAPI) -> Iterator[Browse]:
    """Makes browsers of the world's people, or of nobody."""
    from tests.browser import Browser

    opened: list[Browser] = []

    def make(person: Person | None) -> Browser:
        opened.append(Browser(application, person.session.secret if person else None))
        return opened[-1]

    yield make
    for browser in opened:
        browser.close()
