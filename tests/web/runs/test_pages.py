"""The pages of runs as a browser without script uses them."""

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest
from markupsafe import escape

from app.access import Actor
from app.base.db import Work
from app.runs import RunIndex, RunOutcome
from app.runs.recorder import write_runs
from app.runs.types import RunError, RunLog
from app.scripts.service.lifecycle import pause
from app.services import Services
from app.testing import World
from app.web.runs.filters import NAMES
from tests.browser import Clients
from tests.scripting import finished_run, kept_run, script, settings_for
from tests.web.runs.kit import NASTY, run
from tests.web.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")


def rows(text: str) -> list[str]:
    """The ids of the runs listed."""
    return re.findall(r'data-run="([^"]+)"', text)


async def test_an_empty_list_says_what_to_do(ann: Visitor) -> None:
    page = await ann.get("/runs")
    assert "Nothing has run yet" in page.text
    assert "No run fits these filters" in (await ann.get("/runs?outcome=error")).text


async def test_the_filters_in_the_address_narrow_the_list_and_stay_in_the_form(memory_world: World, ann: Visitor) -> None:
    good = kept_run(memory_world, memory_world.ann)
    bad = kept_run(memory_world, memory_world.ann, outcome=RunOutcome.ERROR, error=RunError("ErrorX", "it broke", 3, 1))
    assert rows((await ann.get("/runs")).text) == [str(bad.result.run_id), str(good.result.run_id)]
    page = (await ann.get("/runs?outcome=error&text=broke&trigger=manual")).text
    assert rows(page) == [str(bad.result.run_id)]
    assert '<option value="error" selected>' in page
    assert 'value="broke"' in page


async def test_a_search_knows_what_ended_before_it_and_a_stranger_causes_no_work(memory_world: World, visit: Clients) -> None:
    run, database = finished_run(memory_world, memory_world.ann), memory_world.ground.database
    await database.write(lambda work: write_runs(work, [run], set()))
    stranger = visit(memory_world.ann)
    stranger.cookies.clear()
    refused = await stranger.get("/runs?text=draft")
    assert (refused.status_code, await database.read(RunIndex().is_behind)) == (401, True)
    assert rows((await visit(memory_world.ann).get("/runs?text=draft")).text) == [str(run.result.run_id)]


@pytest.mark.parametrize(("name", "text"), [("since", "yesterday"), ("until", "2026-13-40T00:00"), ("version", "²"), ("version", "-1")])
async def test_a_filter_that_can_not_be_is_told_at_its_field_and_kept(ann: Visitor, name: str, text: str) -> None:
    page = await ann.get(f"/runs?{name}={text}")
    assert page.status_code == 200
    assert f'id="{name}-error"' in page.text
    assert f'value="{text}"' in page.text


@pytest.mark.parametrize("query", ["script_id=x", "actor_id=%00", "outcome=none", "phase=<b>", "parent_run_id=1", "text=%00%01", "text=*"])
async def test_no_filter_breaks_the_page(ann: Visitor, query: str) -> None:
    assert (await ann.get(f"/runs?{query}")).status_code == 200


@pytest.mark.parametrize(
    "query", ["until=9999-12-31T23:59:59", "since=0001-01-01T00:00", "since=0001-01-01T00:00&until=9999-12-31T23:59:59.9"]
)
async def test_the_ends_of_the_calendar_break_no_chart(memory_world: World, ann: Visitor, query: str) -> None:
    kept = kept_run(memory_world, memory_world.ann)
    answer = await ann.get(f"/runs?{query}")
    assert rows(answer.text) == [str(kept.result.run_id)]


async def test_a_moment_outside_of_the_calendar_is_told_at_its_field(ann: Visitor) -> None:
    assert 'id="since-error"' in (await ann.get("/runs?since=0001-01-01T00:00%2B23:00")).text


async def test_a_long_list_goes_on_by_key_without_showing_a_run_twice(memory_world: World, ann: Visitor) -> None:
    made = [str(kept_run(memory_world, memory_world.ann).result.run_id) for _ in range(60)]
    first = (await ann.get("/runs")).text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    second = (await ann.get(following[1].replace("&amp;", "&"))).text
    assert rows(first) + rows(second) == made[::-1]
    assert first.count('class="dot-') == 60


async def test_the_chart_s_links_narrow_the_time(memory_world: World, ann: Visitor) -> None:
    kept_run(memory_world, memory_world.ann)
    memory_world.clock.advance(timedelta(hours=6))
    kept_run(memory_world, memory_world.ann)
    page = (await ann.get("/runs")).text
    axis = page[page.index("dots-axis") :]
    links = [each.replace("&amp;", "&") for each in re.findall(r'<a href="(/runs\?[^"]+)"', axis)[:6]]
    found = [len(rows((await ann.get(each)).text)) for each in links]
    assert (found[0], found[-1], sum(found)) == (1, 1, 2)


async def test_the_page_s_script_gets_the_list_alone(memory_world: World, ann: Visitor) -> None:
    kept_run(memory_world, memory_world.ann)
    answer = await ann.get("/runs?outcome=ok", **{"hx-request": "true"})
    assert answer.headers["hx-push-url"] == "/runs?outcome=ok"
    assert "<html" not in answer.text
    assert len(rows(answer.text)) == 1


async def test_failures_alike_are_one_line_with_the_version_that_brought_them(
    memory_world: World, services: Services, ann: Visitor
) -> None:
    made = script(memory_world, settings_for("divider"), "10 / params.by")
    for inputs in ({"by": 0}, {"by": 0}, {}):
        await run(memory_world, services, made, {"params": inputs})
    page = (await ann.get("/runs/failures")).text
    assert page.count('data-label="Came with"') == 2
    assert "version 1" in page
    fingerprint = re.findall(r"/runs\?fingerprint=(\w+)", page)[-1]
    assert len(rows((await ann.get(f"/runs?fingerprint={fingerprint}")).text)) == 2
    assert "No failures" in (await ann.get(f"/runs/failures?script_id={memory_world.ground.ids.new()}")).text


async def test_old_failures_are_left_out_of_a_short_time_but_tell_when_it_began(
    memory_world: World, services: Services, visit: Clients
) -> None:
    made = script(memory_world, settings_for("divider"), "10 / params.by")
    first = await run(memory_world, services, made, {"params": {"by": 0}})
    memory_world.clock.advance(timedelta(days=10))
    back = replace(memory_world.ann, session=memory_world.session(memory_world.ann))
    ann = Visitor(visit(back), back)
    assert "No failures" in (await ann.get("/runs/failures?days=7")).text
    await run(memory_world, services, made, {"params": {"by": 0}}, person=back)
    page = (await ann.get("/runs/failures?days=7")).text
    assert f"/runs/{first.run_id}" in page
    assert '<td data-label="Runs"><span>1</span>' in page


async def test_the_error_s_line_is_marked_in_the_source_and_linked(memory_world: World, services: Services, ann: Visitor) -> None:
    made = script(memory_world, settings_for("thrower"), 'let a = 1;\nthrow "not this way";\n')
    result = await run(memory_world, services, made, {"params": {}})
    page = (await ann.get(f"/runs/{result.run_id}")).text
    assert '<tr id="S2" class="line-removed">' in page
    assert 'href="#S2"' in page
    assert page.count("line-removed") == 1
    assert f"/scripts/{made.id}?run={result.run_id}" in page


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("ErrorFunctionNotFound", "Function not found"),
        ("ErrorTooManyOperations", "Too many operations"),
        ("ErrorArithmetic", "Arithmetic error"),
        ("ErrorRuntime", "The script threw an error"),
        ("syntax", "Syntax error"),
        ("input-too-large", "Input too large"),
        ("Error", "Error"),
    ],
)
async def test_an_error_s_kind_is_told_in_words(memory_world: World, ann: Visitor, kind: str, words: str) -> None:
    kept = kept_run(memory_world, memory_world.ann, outcome=RunOutcome.ERROR, error=RunError(kind, "it broke", 3, 1))
    assert f"<strong>{words}</strong>" in (await ann.get(f"/runs/{kept.result.run_id}")).text


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        (RunOutcome.TIMEOUT, "Its time was up"),
        (RunOutcome.CRASHED, "The process that ran it ended"),
        (RunOutcome.ERROR, "tells no line for errors of this kind"),
    ],
)
async def test_an_error_without_a_place_says_why_there_is_no_line(memory_world: World, ann: Visitor, outcome: RunOutcome, why: str) -> None:
    kept = kept_run(memory_world, memory_world.ann, outcome=outcome, error=RunError("ErrorX", "it broke"))
    placed = kept_run(memory_world, memory_world.ann, outcome=outcome, error=RunError("ErrorX", "it broke", 1, 1))
    assert why in (await ann.get(f"/runs/{kept.result.run_id}")).text
    assert why not in (await ann.get(f"/runs/{placed.result.run_id}")).text


async def test_what_the_save_changed_is_shown_and_the_rest_folded_away(memory_world: World, services: Services, ann: Visitor) -> None:
    made = script(memory_world, settings_for("follower"), "1")
    before, after = {"note": "old", "same": 1, "other": True}, {"note": "new", "same": 1, "other": True}
    inputs = {"entity": {"type": "order", "id": "7", "fields": after}, "entity_before": {"type": "order", "id": "7", "fields": before}}
    result = await run(memory_world, services, made, inputs)
    page = (await ann.get(f"/runs/{result.run_id}")).text
    saved = page[page.index("What had been saved") : page.index('id="log"')]
    shown, folded = saved.split("<details>")
    assert ("note" in shown, "same" in shown) == (True, False)
    assert "<summary>2 unchanged fields</summary>" in folded


async def test_changed_fields_are_shown_and_the_others_folded_away(memory_world: World, ann: Visitor) -> None:
    kept = kept_run(memory_world, memory_world.ann)
    page = (await ann.get(f"/runs/{kept.result.run_id}")).text
    assert "The script changed no field." in page
    assert "<summary>1 unchanged field</summary>" in page


async def test_a_log_is_filtered_searched_and_linked_line_by_line(memory_world: World, ann: Visitor) -> None:
    lines = tuple(RunLog("warning" if number % 10 == 0 else "info", number, 1, f"line {number} of many") for number in range(1, 3001))
    kept = kept_run(memory_world, memory_world.ann, logs=lines)
    path = f"/runs/{kept.result.run_id}"
    whole = (await ann.get(path)).text
    assert (whole.count('id="L'), 'id="L1000"' in whole, 'id="L1001"' in whole) == (1000, True, False)
    assert 'id="L2500"' in (await ann.get(f"{path}?part=3")).text
    warnings = (await ann.get(f"{path}?level=warning")).text
    assert ("300 of 3000 lines" in warnings, warnings.count('id="L')) == (True, 300)
    found = (await ann.get(f"{path}?find=LINE+2999")).text
    assert f'{path}?part=3#L2999"' in found
    raw = await ann.get(f"{path}/log.txt")
    assert raw.headers["content-type"].startswith("text/plain")
    assert raw.headers["content-disposition"].startswith("attachment")
    assert len(raw.text.splitlines()) == 3000


@pytest.mark.parametrize("query", ["part=0", "part=²", "part=9999999", "level=<b>", "find=%00"])
async def test_no_search_in_a_log_breaks_the_page(memory_world: World, ann: Visitor, query: str) -> None:
    kept = kept_run(memory_world, memory_world.ann, logs=(RunLog("info", 1, 1, "x"),))
    assert (await ann.get(f"/runs/{kept.result.run_id}?{query}")).status_code == 200


async def test_a_replay_shows_that_it_is_equal_and_the_digest(memory_world: World, services: Services, ann: Visitor) -> None:
    made = script(memory_world, settings_for("clock"), 'log("x"); now()')
    result = await run(memory_world, services, made, {"params": {}})
    answer = await ann.post(f"/runs/{result.run_id}/replay")
    assert (answer.status_code, "<strong>Equal</strong>" in answer.text) == (200, True)
    digest = re.search(r"SHA-256 <code>(\w{64})", (await ann.get(f"/runs/{result.run_id}")).text)
    assert digest is not None
    assert digest[1] in answer.text


async def test_a_run_is_run_again_after_a_question(memory_world: World, services: Services, ann: Visitor) -> None:
    made = script(memory_world, settings_for("adder"), "params.a + 1")
    result = await run(memory_world, services, made, {"params": {"a": 1}})
    assert "This happens in earnest" in (await ann.get(f"/runs/{result.run_id}/rerun?version=original")).text
    answer = await ann.post(f"/runs/{result.run_id}/rerun", {"version": "original"})
    assert answer.status_code == 303
    page = (await ann.get(answer.headers["location"])).text
    assert "Run again from" in page
    assert f"/runs/{result.run_id}" in page
    assert "Re-runs" in (await ann.get(f"/runs/{result.run_id}")).text


async def test_a_run_that_can_not_be_run_again_or_replayed_says_why(memory_world: World, services: Services, ann: Visitor) -> None:
    made = script(memory_world, settings_for("adder"), "1")
    result = await run(memory_world, services, made, {"params": {}})

    def stop(work: Work, actor: Actor) -> None:
        pause(work, actor, made.id, revision=made.revision)

    memory_world.write(memory_world.owner, stop)
    answer = await ann.post(f"/runs/{result.run_id}/rerun", {"version": "current"})
    assert (answer.status_code, "isn&#39;t active" in answer.text) == (409, True)
    busy = kept_run(memory_world, memory_world.ann, outcome=RunOutcome.BUSY)
    answer = await ann.post(f"/runs/{busy.result.run_id}/replay")
    assert (answer.status_code, "never ran" in answer.text) == (409, True)


async def test_who_may_only_list_runs_sees_none_from_inside(memory_world: World, visit: Clients) -> None:
    kept = kept_run(memory_world, memory_world.ann)
    viewer = Visitor(visit(memory_world.viewer), memory_world.viewer)
    page = (await viewer.get("/runs")).text
    assert rows(page) == [str(kept.result.run_id)]
    assert f'<a href="/runs/{kept.result.run_id}" hx-boost' not in page
    for path in ("", "/log.txt", "/input.json", "/rerun"):
        assert (await viewer.get(f"/runs/{kept.result.run_id}{path}")).status_code == 403


async def test_another_tenant_sees_and_does_nothing(memory_world: World, visit: Clients) -> None:
    kept = kept_run(memory_world, memory_world.ann)
    mallory = Visitor(visit(memory_world.mallory), memory_world.mallory)
    path = f"/runs/{kept.result.run_id}"
    for page in ("", "/log.txt", "/input.json", "/rerun"):
        assert (await mallory.get(path + page)).status_code == 404
    assert (await mallory.post(f"{path}/replay")).status_code == 404
    assert (await mallory.post(f"{path}/rerun", {"version": "current"})).status_code == 404
    assert rows((await mallory.get("/runs")).text) == []


@pytest.mark.parametrize("nasty", NASTY)
async def test_what_wants_to_be_markup_is_text_on_every_page(memory_world: World, ann: Visitor, nasty: str) -> None:
    kept = kept_run(
        memory_world,
        memory_world.ann,
        outcome=RunOutcome.ERROR,
        error=RunError(nasty, nasty, 1, 1),
        reason=nasty,
        value=nasty,
        logs=(RunLog("error", 1, 1, nasty),),
        journal=({"name": nasty, "args": [nasty], "answer": {nasty: nasty}},),
    )
    path, query = f"/runs/{kept.result.run_id}", quote(nasty)
    paths = ["/runs", "/runs/failures", path, f"{path}?level=error", f"{path}?find={query}", f"{path}/rerun"]
    paths += [f"/runs?{name}={query}" for name in NAMES] + [f"/runs/bulk/new?entity_id={query}"]
    for each in paths:
        text = (await ann.get(each)).text
        assert text.count("<script") == text.count('<script type="module" src="/static/'), each
        assert nasty not in text or not set(nasty) & set("<>\"'"), each
        assert 'href="javascript:' not in text, each
    assert escape(nasty) in (await ann.get(path)).text
