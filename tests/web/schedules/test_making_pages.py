"""Schedules made by hand, and the past of one filled in, as a browser without any script of its own does it."""

import re
from datetime import timedelta

import pytest

from app.testing import World
from tests.web.entities.kit import MARKUP
from tests.web.schedules.test_schedule_pages import schedule
from tests.web.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

NEW = {"script": "report", "name": "Mondays", "expression": "0 9 * * mon", "zone": "Europe/Berlin", "missed": "skip", "overlap": "queue"}


async def test_a_schedule_is_made_for_a_script_that_something_else_starts(ann: Visitor) -> None:
    await ann.script("report", {"kind": "manual"}, "log(1);")
    assert '<option value="report">' in (await ann.get("/schedules/new?script=report")).text
    path = await ann.create("/schedules", NEW)
    page = (await ann.get(path)).text
    assert "<h1>Mondays</h1>" in page
    assert "0 9 * * mon" in page
    assert '<option value="queue" selected>' in page


@pytest.mark.parametrize(
    ("field", "text"),
    [("script", "nobody"), ("script", MARKUP), ("name", ""), ("expression", "61 * * * *"), ("expression", ""), ("zone", "Mars/Base")],
)
async def test_what_cannot_be_is_told_at_its_field_and_nothing_typed_is_lost(ann: Visitor, field: str, text: str) -> None:
    await ann.script("report", {"kind": "manual"}, "log(1);")
    answer = await ann.post("/schedules", {**NEW, field: text})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "<img src=x" not in answer.text
    for name in ("name", "expression", "zone"):
        if name != field:
            assert f'value="{NEW[name]}"' in answer.text


async def test_a_window_of_the_past_is_filled_in_once_its_plan_was_seen(ann: Visitor, memory_world: World) -> None:
    path = await schedule(ann, "0 * * * *", "UTC")
    now = memory_world.clock.now()
    window = {"since": f"{now - timedelta(hours=5):%Y-%m-%dT%H:%M}", "until": f"{now:%Y-%m-%dT%H:%M}"}
    page = (await ann.get(f"{path}/backfill?since={window['since']}&until={window['until']}")).text
    token = re.search(r'name="token" value="([0-9a-f]+)"', page)
    assert token is not None
    assert re.search(r"[56] to run", page)
    refused = await ann.post(f"{path}/backfill", {**window, "token": "another"})
    assert refused.status_code == 422
    assert "isn&#39;t what was confirmed" in refused.text
    assert (await ann.post(f"{path}/backfill", {**window, "token": token[1]})).status_code == 303
    assert "Nothing to run" in (await ann.get(f"{path}/backfill?since={window['since']}&until={window['until']}")).text


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [("2026-01-02T00:00", "2026-01-01T00:00", "until"), ("soon", "2026-01-01T00:00", "since"), ("", "2026-01-01T00:00", "since")],
)
async def test_a_window_that_cannot_be_is_told_at_its_field(ann: Visitor, since: str, until: str, field: str) -> None:
    path = await schedule(ann)
    assert f'id="{field}-error"' in (await ann.get(f"{path}/backfill?since={since}&until={until}")).text


async def test_somebody_who_only_looks_makes_and_fills_in_nothing(ann: Visitor, viewer: Visitor) -> None:
    path = await schedule(ann)
    assert "/schedules/new" not in (await viewer.get("/schedules")).text
    for address in ("/schedules/new", f"{path}/backfill"):
        assert (await viewer.get(address)).status_code == 403
    assert (await viewer.post("/schedules", NEW)).status_code == 403
    assert (await viewer.post(f"{path}/backfill", {"since": "", "until": "", "token": "x"})).status_code == 403
