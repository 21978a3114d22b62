"""The dashboard, as a browser without any script of its own uses it."""

from datetime import UTC, datetime

import pytest

from app.runs import Hour
from app.web.dashboard.page import spark_of
from tests.web.entities.kit import MARKUP
from tests.web.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_dashboard_shows_what_ran_what_failed_and_what_comes_next(adam: Visitor) -> None:
    empty = (await adam.get("/")).text
    for sentence in ("No script has run in the last 24 hours", "none is disabled", "The clock starts no script", "No run is kept yet"):
        assert sentence in empty
    await adam.script("nightly", {"kind": "cron", "expression": "0 3 * * *"}, "log(1);")
    made = await adam.client.post(
        "/api/v1/entity-types", json={"name": "note", "label": "Note", "fields": [{"kind": "text", "name": "text"}]}
    )
    assert made.status_code == 201
    trigger = {"kind": "event", "entity_type": "note", "events": ["create"], "phase": "before"}
    await adam.script("broken", trigger, "throw entity.text;")
    assert (await adam.client.post("/api/v1/entities/note", json={"data": {"text": MARKUP}})).status_code == 422
    page = (await adam.get("/")).text
    assert "1 run in the last 24 hours, 1 failed" in page
    assert '<span class="badge badge-bad">1 ' in page
    assert "at 03:00 every day" in page
    assert "<img src=x" not in page


async def test_an_hour_with_a_run_is_seen_however_busy_the_others_are() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    spark = spark_of((Hour(start, 1_000, 0), Hour(start, 1, 1), Hour(start, 0, 0)))
    assert [(bar.height, bar.failed) for bar in spark.bars] == [(40, 0), (2, 2), (0, 0)]
    assert spark.text == "1,001 runs in the last 24 hours, 1 failed"
