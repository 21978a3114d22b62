"""Pages of schedules, as a browser without any script of its own uses them."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest

from tests.web.entities.kit import MARKUP
from tests.web.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def schedule(ann: Visitor, expression: str = "30 2 * * *", zone: str = "Europe/Berlin") -> str:
    """The path of the schedule of a script that the clock starts."""
    await ann.script("nightly", {"kind": "cron", "expression": expression, "zone": zone}, "log(1);")
    return f"/schedules/{(await ann.client.get('/api/v1/schedules')).json()['items'][0]['id']}"


def version_of(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    return found[1]


async def test_the_list_says_what_to_do_when_it_is_empty(ann: Visitor) -> None:
    assert "No schedules yet" in (await ann.get("/schedules")).text


async def test_a_schedule_is_listed_and_shown_with_its_next_starts(ann: Visitor) -> None:
    path = await schedule(ann)
    listed = (await ann.get("/schedules")).text
    assert f'href="{path}"' in listed
    assert "at 02:30 every day" in listed
    page = await ann.get(f"{path}?viewer_zone=America/New_York")
    assert page.status_code == 200
    assert ">Europe/Berlin</th>" in page.text
    assert ">America/New_York</th>" in page.text
    assert page.text.count("<rect ") in (365, 366)


async def test_a_schedule_is_paused_and_resumed(ann: Visitor) -> None:
    path = await schedule(ann)
    paused = await ann.post(f"{path}/pause", {"version": version_of((await ann.get(path)).text)})
    assert paused.status_code == 303
    page = (await ann.get(path)).text
    assert ">paused</span>" in page
    assert (await ann.post(f"{path}/pause", {"version": "1"})).status_code == 422
    assert (await ann.post(f"{path}/resume", {"version": version_of(page)})).status_code == 303
    assert ">active</span>" in (await ann.get(path)).text


async def test_the_page_s_script_gets_the_list_alone(ann: Visitor) -> None:
    path = await schedule(ann)
    answer = await ann.post(f"{path}/pause", {"version": "1"}, **{"hx-request": "true"})
    assert answer.text.startswith('<section id="schedules" hx-swap-oob="outerMorph"')
    assert ">paused</span>" in answer.text


async def test_policies_are_saved_and_what_cannot_be_is_told_at_its_field(ann: Visitor) -> None:
    path = await schedule(ann)
    form = {"version": "1", "missed": "all", "missed_cap": "3", "overlap": "queue", "jitter_seconds": "5", "starts_at": "", "ends_at": ""}
    assert 'id="missed_cap-error"' in (await ann.post(f"{path}/policies", {**form, "missed_cap": "0"})).text
    assert 'id="ends_at-error"' in (await ann.post(f"{path}/policies", {**form, "ends_at": "soon"})).text
    assert (await ann.post(f"{path}/policies", form)).status_code == 303
    assert '<option value="all" selected>' in (await ann.get(path)).text


async def test_an_outage_is_foreseen_and_a_window_that_cannot_be_is_told(ann: Visitor) -> None:
    path = await schedule(ann)
    window = urlencode({"down_from": "2030-01-01T00:00", "down_until": "2030-01-02T12:00"})
    assert "If the service were down then" in (await ann.get(f"{path}?{window}")).text
    backwards = urlencode({"down_from": "2030-01-02T00:00", "down_until": "2030-01-01T12:00"})
    assert 'role="alert"' in (await ann.get(f"{path}?{backwards}")).text


@pytest.mark.parametrize(
    ("expression", "badge"),
    [("30 2 * * *", "moved"), ("30 2 28 3 *", "moved"), ("*/30 * * * *", "left out"), ("30 2 31 10 *", "once")],
)
async def test_the_pane_shows_what_the_next_change_of_clocks_does(ann: Visitor, expression: str, badge: str) -> None:
    query = urlencode({"expression": expression, "zone": "Europe/Berlin"})
    page = (await ann.get(f"/schedules/try?{query}")).text
    assert f'<span class="badge badge-warn">{badge}</span>' in page or f'">{badge}</span>' in page


async def test_choices_make_the_expression_and_a_typed_expression_makes_the_choices(ann: Visitor) -> None:
    chosen = {"mode": "daily", "time": "07:45", "expression": "0 9 * * *", "built": "0 9 * * *"}
    assert 'value="45 7 * * *" maxlength' in (await ann.get(f"/schedules/try?{urlencode(chosen)}")).text
    typed = {**chosen, "expression": "15 * * * *"}
    page = (await ann.get(f"/schedules/try?{urlencode(typed)}")).text
    assert 'value="15 * * * *" maxlength' in page
    assert 'value="hourly" checked' in page


async def test_while_typing_the_input_typed_into_is_left_alone(ann: Visitor) -> None:
    typed = {"mode": "own", "expression": "15 * * * *", "built": "0 9 * * *"}
    answer = await ann.get(f"/schedules/try?{urlencode(typed)}", **{"hx-request": "true"})
    assert 'id="cron-builder" hx-swap-oob' in answer.text
    assert 'id="cron-preview" hx-swap-oob' in answer.text
    assert 'id="cron-expression"' not in answer.text


@pytest.mark.parametrize(
    "query",
    [
        {"expression": "61 * * * *"},
        {"expression": ""},
        {"expression": "0 9 * * *", "zone": "Mars/Olympus"},
        {"expression": "0 9 * * *", "viewer_zone": "x"},
        {"expression": "0 9 * * *", "down_from": "x", "down_until": "y"},
        {"expression": "0 9 * * *", "p95_ms": "-1"},
        {"expression": "0 0 31 2 *"},
        {"expression": MARKUP},
    ],
)
async def test_what_cannot_be_is_told_and_stays_as_it_was_typed(ann: Visitor, query: dict[str, str]) -> None:
    page = await ann.get(f"/schedules/try?{urlencode(query)}")
    assert page.status_code == 200
    assert "This can" in page.text
    assert "<img src=x" not in page.text
    assert query["expression"] in unescape(page.text)


async def test_the_preview_alone_serves_the_forms_of_other_pages(ann: Visitor) -> None:
    answer = await ann.get("/schedules/preview?expression=0+9+*+*+mon-fri&zone=Europe/Berlin")
    assert answer.text.startswith('<div id="cron-preview"')
    assert "at 09:00 on Monday to Friday" in answer.text
    assert 'href="/schedules/try?expression=0%209%20%2A%20%2A%20mon-fri&amp;zone=Europe/Berlin"' in answer.text
    refused = await ann.get(f"/schedules/preview?{urlencode({'expression': MARKUP})}")
    assert 'class="note note-bad"' in refused.text
    assert "<img src=x" not in refused.text


async def test_somebody_who_only_looks_changes_nothing(ann: Visitor, viewer: Visitor) -> None:
    path = await schedule(ann)
    assert "Pause" not in (await viewer.get(path)).text
    for step in ("pause", "resume", "run", "delete"):
        assert (await viewer.post(f"{path}/{step}", {"version": "1"})).status_code == 403
