"""Looking back: what ran, how it ended and why, and running it again."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from e2e.api import owner_of
from e2e.conftest import Elsewhere
from e2e.looks import FONTS, misfits, problems_of, with_font
from e2e.pages.runs import Automation, RunPage, RunsPage
from e2e.server import Server

DIVIDER = "// Shares out.\nlet share = 10 / params.by;\nlog(`A share of ${share}.`);\nshare\n"
THROWER = "// Refuses.\nthrow `No room for ${params.by}`;\n"
REPAIRED = "// Shares out.\nif params.by == 0 { 0 } else { 10 / params.by }\n"
TALKER = "for number in 0..params.lines { if number % 10 == 3 { log_warn(`Warning ${number}`); } else { log(`Line ${number}`); } }\n"
MARKUP = "<img src=x onerror=\"document.title='broken in'\">"

Make = Callable[[str], Automation]


@pytest.fixture
def automate(server: Server) -> Iterator[Make]:
    """Makes scripts that run."""
    with owner_of(server) as api:
        yield lambda source: Automation(api, source)


def test_the_list_stays_up_to_date_while_two_hundred_runs_arrive(olga: Page, automate: Make) -> None:
    script, runs = automate("1"), RunsPage(olga)
    runs.open(f"?script_id={script.id}")
    expect(olga.get_by_role("heading", name="No run fits these filters")).to_be_visible()
    ids = [script.run() for _ in range(200)]
    expect(olga.locator(f"#run-{ids[-1]}")).to_be_visible()
    expect(runs.rows).to_have_count(50)
    assert [row.get_attribute("data-run") for row in runs.rows.all()] == ids[:-51:-1]
    expect(olga.locator("#dots circle")).to_have_count(200)


def test_nothing_jumps_under_somebody_who_reads_further_down(olga: Page, automate: Make) -> None:
    script, runs = automate("1"), RunsPage(olga)
    for _ in range(50):
        script.run()
    runs.open(f"?script_id={script.id}")
    olga.mouse.wheel(0, 1200)
    olga.wait_for_function("() => scrollY > 600")
    middle = olga.evaluate("() => document.elementFromPoint(640, 500).closest('tr')?.id")
    newest = script.run()
    expect(runs.news).to_have_text("1 new run")
    assert olga.evaluate("() => document.elementFromPoint(640, 500).closest('tr')?.id") == middle
    expect(olga.locator(f"#run-{newest}")).to_have_count(0)
    runs.news.click()
    expect(olga.locator(f"#run-{newest}")).to_be_in_viewport()
    expect(runs.news).to_be_hidden()


def test_filters_stand_in_the_address_and_survive_a_reload(olga: Page, automate: Make) -> None:
    script, runs = automate(DIVIDER), RunsPage(olga)
    good, bad = script.run(by=2), script.run(by=0)
    runs.open()
    runs.narrow(script_id=script.id, outcome="error")
    expect(olga).to_have_url(re.compile(f"script_id={script.id}.*outcome=error"))
    expect(olga.locator(f"#run-{bad}")).to_be_visible()
    expect(olga.locator(f"#run-{good}")).to_have_count(0)
    olga.reload()
    expect(runs.rows).to_have_count(1)
    assert olga.get_by_label("End", exact=True).input_value() == "error"


def test_dragging_over_the_chart_narrows_the_time(olga: Page, automate: Make) -> None:
    script, runs = automate("1"), RunsPage(olga)
    script.run()
    runs.open(f"?script_id={script.id}")
    box = runs.plot.bounding_box()
    assert box is not None
    # The only run stands in the middle; the left third holds none.
    olga.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + 20)
    olga.mouse.down()
    olga.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 40, steps=4)
    olga.mouse.up()
    expect(olga).to_have_url(re.compile("since=.*until="))
    expect(olga.get_by_role("heading", name="No run fits these filters")).to_be_visible()


def test_failures_alike_are_grouped_and_lead_to_the_line_that_broke(olga: Page, automate: Make) -> None:
    script = automate(THROWER)
    script.run(by=7)
    script.run(by=8)
    olga.goto(f"/runs/failures?script_id={script.id}")
    row = olga.get_by_role("row").filter(has_text=script.name)
    expect(row).to_have_count(1)
    expect(row.get_by_role("cell", name="2", exact=True)).to_be_visible()
    expect(row.get_by_role("link", name="version 1")).to_be_visible()
    row.get_by_role("rowheader").get_by_role("link").click()
    RunsPage(olga).rows.first.get_by_role("link").first.click()
    marked = RunPage(olga).source.locator("tr.line-removed")
    expect(marked).to_have_count(1)
    expect(marked).to_contain_text("throw `No room for")
    olga.get_by_role("link", name=re.compile("Line 2")).first.click()
    expect(marked).to_be_in_viewport()
    expect(olga.get_by_role("link", name="Open in editor with this input")).to_have_attribute("href", re.compile(r"\?run="))


def test_a_long_log_is_searched_linked_and_downloaded(olga: Page, automate: Make) -> None:
    script = automate(TALKER)
    run_id = script.run(lines=500)
    olga.goto(f"/runs/{run_id}")
    page = RunPage(olga)
    expect(page.log.get_by_role("listitem")).to_have_count(500)
    olga.get_by_label("Level").select_option("warning")
    olga.get_by_role("button", name="Find").click()
    expect(page.log.get_by_role("listitem")).to_have_count(50)
    olga.get_by_label("Text in the log").fill("Warning 493")
    olga.get_by_role("button", name="Find").click()
    expect(page.log.get_by_role("listitem")).to_have_count(1)
    page.log.get_by_role("link", name="Link to line 494").click()
    expect(olga).to_have_url(re.compile(f"/runs/{run_id}#L494$"))
    expect(olga.locator("#L494")).to_be_in_viewport()
    with olga.expect_download() as downloading:
        olga.get_by_role("region", name="Log").get_by_role("link", name="Download").click()
    assert len(downloading.value.path().read_text().splitlines()) == 500


def test_a_replay_is_equal_and_shows_the_digest_of_its_input(olga: Page, automate: Make) -> None:
    run_id = automate(DIVIDER).run(by=4)
    olga.goto(f"/runs/{run_id}")
    digest = olga.get_by_text("SHA-256").locator("code").inner_text()
    olga.get_by_role("button", name="Replay").click()
    expect(olga.get_by_text("The replay came to the same end")).to_be_visible()
    expect(olga.get_by_text(digest)).to_be_visible()


def test_a_failed_run_is_run_again_with_the_repaired_version(olga: Page, automate: Make) -> None:
    script = automate(DIVIDER)
    run_id = script.run(by=0)
    script.publish(REPAIRED)
    olga.goto(f"/runs/{run_id}")
    olga.get_by_role("link", name="Re-run current…").click()
    olga.get_by_role("button", name="Run it again").click()
    expect(olga.get_by_role("heading", level=1)).to_contain_text("version 2")
    expect(olga.get_by_role("main")).to_contain_text("ok")
    RunPage(olga).related.get_by_role("link", name=script.name).click()
    expect(olga).to_have_url(re.compile(f"/runs/{run_id}$"))


def test_many_failures_are_run_again_together_and_followed(olga: Page, automate: Make) -> None:
    script, runs = automate(DIVIDER), RunsPage(olga)
    for by in (0, 5, 0):
        script.run(by=by)
    script.publish(REPAIRED)
    runs.open(f"?script_id={script.id}&outcome=error")
    olga.get_by_role("link", name="Run these again…").click()
    expect(olga.get_by_role("heading", name="2 runs would run again")).to_be_visible()
    olga.get_by_label("Name", exact=True).fill("After the repair")
    olga.get_by_role("button", name="Run 2 again").click()
    expect(olga.get_by_role("heading", level=1)).to_have_text("After the repair")
    expect(olga.get_by_role("heading", name="Finished")).to_be_visible()
    olga.get_by_role("link", name="2 ok").click()
    expect(runs.rows).to_have_count(2)


def test_all_of_it_works_without_javascript(elsewhere: Elsewhere, automate: Make) -> None:
    script = automate(DIVIDER)
    run_id = script.run(by=0)
    page = elsewhere(java_script_enabled=False)
    page.goto("/runs")
    RunsPage(page).narrow(script_id=script.id, outcome="error")
    page.get_by_role("navigation", name="Narrow the time").get_by_role("link").nth(2).click()
    page.goto(f"/runs?script_id={script.id}")
    RunsPage(page).rows.first.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(run_id))
    page.get_by_role("button", name="Replay").click()
    expect(page.get_by_text("The replay came to the same end")).to_be_visible()
    page.get_by_role("link", name="Back to the run").click()
    page.get_by_role("link", name="Re-run original…").click()
    page.get_by_role("button", name="Run it again").click()
    expect(page.get_by_text("Run again from")).to_be_visible()


@pytest.fixture
def paths(automate: Make) -> tuple[str, ...]:
    """The pages of runs with markup and long words in them."""
    long = "nowheretobreak" * 20
    script = automate(f"for number in 0..30 {{ log_warn(`{MARKUP} {long}`); }}\nthrow `{MARKUP} {long}`;")
    run_id = script.run(**{long[:60]: long, "markup": MARKUP})
    script.run()
    query = f"script_id={script.id}"
    return (
        f"/runs?{query}",
        f"/runs?{query}&text=nothing&fingerprint={long[:150]}",
        f"/runs/failures?{query}",
        f"/runs/{run_id}",
        f"/runs/{run_id}/rerun",
        f"/runs/bulk/new?{query}",
        "/runs/bulk",
    )


@pytest.mark.parametrize("font", FONTS)
def test_no_page_of_runs_is_wider_than_the_screen(olga: Page, paths: tuple[str, ...], font: str) -> None:
    with_font(olga, FONTS[font])
    for path in paths:
        olga.goto(path)
        assert not misfits(olga)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_of_runs_has_an_accessibility_problem_or_takes_text_for_markup(
    elsewhere: Elsewhere, paths: tuple[str, ...], theme: str
) -> None:
    page = elsewhere(color_scheme=theme)
    problems = []
    for path in paths:
        page.goto(path)
        problems += problems_of(page)
        assert "broken in" not in page.title()
        assert page.locator("main img").count() == 0
    assert not problems, "\n".join(problems)
