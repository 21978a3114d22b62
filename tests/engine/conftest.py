"""``pytest tests/engine --update-cases`` writes what happens now into the case files; the diff is then read like any other."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the flag."""
    parser.addoption("--update-cases", action="store_true", help="rewrite what tests/engine/cases expects")


@pytest.fixture
def is_updating(pytestconfig: pytest.Config) -> bool:
    """Whether expectations are rewritten instead of checked."""
    return bool(pytestconfig.getoption("--update-cases", default=False))
