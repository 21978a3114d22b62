"""The short form of the Schemathesis run; `python -m tests.rest.conformance` is the long one."""

from pathlib import Path

import pytest

from app.main import DECLARED
from app.testing import in_memory_settings, open_world
from tests.requirements import requirement
from tests.rest.conformance import callers, run, serving


@requirement("A23.errors-have-one-shape")
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_no_request_gets_an_answer_that_the_document_does_not_promise(tmp_path: Path) -> None:
    settings = in_memory_settings(database_url=f"sqlite:///{tmp_path}/alloy.db", sandbox="degraded")
    with open_world(settings, DECLARED) as world, serving(world) as base_url:
        report = run(callers(world), base_url, 400)
    assert report.failures == []
    assert [status for status in report.statuses if status >= 500] == []
    assert report.requests >= 400
