"""Scripts by the clock: what an expression comes to before it is saved, and schedules paused and resumed."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from e2e.api import owner_of
from e2e.conftest import Elsewhere
from e2e.looks import misfits, problems_of
from e2e.pages.editor import EditorPage
from e2e.server import Server


@pytest.fixture(scope="module")
def nightly(server: Server) -> str:
    """The name of a script that the clock starts at night in Berlin."""
    with owner_of(server) as api:
        return str(api.script({"kind": "cron", "expression": "30 2 * * *", "zone": "Europe/Berlin"}, "log(1);")["name"])


def test_the_preview_shows_the_night_in_which_clocks_change_while_typing(olga: Page) -> None:
    olga.goto("/schedules/try")
    olga.get_by_label("Time zone", exact=True).fill("Europe/Berlin")
    expression = olga.get_by_label("Cron expression")
    expression.fill("")
    expression.press_sequentially("30 2 * * *")
    changes = olga.get_by_role("region", name="The next change of clocks")
    expect(changes.get_by_text("moved", exact=True)).to_be_visible()
    expect(changes).to_contain_text("02:30 doesn't exist on")
    expect(expression).to_have_value("30 2 * * *")
    expect(expression).to_be_focused()
    expect(olga.get_by_role("radio", name="Every day")).to_be_checked()
    expect(olga.get_by_role("img", name="runs in")).to_be_visible()


def test_choices_write_the_expression(olga: Page) -> None:
    olga.goto("/schedules/try")
    olga.get_by_role("radio", name="Every few minutes").check()
    olga.get_by_label("Every so many minutes").select_option("20")
    expect(olga.get_by_label("Cron expression")).to_have_value("*/20 * * * *")
    olga.get_by_role("radio", name="On days of the week").check()
    olga.get_by_label("At", exact=True).fill("06:15")
    olga.get_by_role("checkbox", name="Fri").uncheck()
    expect(olga.get_by_label("Cron expression")).to_have_value("15 6 * * mon-thu")
    expect(olga.locator("#cron-preview")).to_contain_text("06:15")


def test_overlaps_and_an_outage_are_foreseen(olga: Page) -> None:
    olga.goto("/schedules/try?expression=*/5+*+*+*+*")
    olga.get_by_text("What if…").click()
    olga.get_by_label("A run takes so many milliseconds").fill("400000")
    expect(olga.get_by_text("may still be going when the next is due")).to_be_visible()
    olga.get_by_label("The service is down from (UTC)").fill("2030-01-01T00:00")
    olga.get_by_label("until (UTC)", exact=True).fill("2030-01-01T02:00")
    expect(olga.get_by_role("region", name="The outage")).to_contain_text("skipped")


def test_an_expression_that_cannot_be_is_told_and_stays(olga: Page) -> None:
    olga.goto("/schedules/try")
    olga.get_by_label("Cron expression").fill("61 * * * *")
    expect(olga.get_by_role("alert")).to_contain_text("minute field '61'")
    expect(olga.get_by_label("Cron expression")).to_have_value("61 * * * *")


def test_a_schedule_is_paused_and_resumed(olga: Page, nightly: str) -> None:
    olga.goto("/schedules")
    row = olga.get_by_role("row").filter(has_text=nightly)
    row.get_by_role("button", name="Pause").click()
    expect(row.get_by_text("paused", exact=True)).to_be_visible()
    expect(olga.get_by_role("status")).to_contain_text("The schedule is paused")
    row.get_by_role("link", name=nightly).click()
    olga.get_by_role("button", name="Resume").click()
    expect(olga.get_by_text("active", exact=True)).to_be_visible()


def test_schedules_are_looked_at_without_javascript(elsewhere: Elsewhere, nightly: str) -> None:
    page = elsewhere(java_script_enabled=False)
    page.goto("/schedules/try")
    page.get_by_role("radio", name="Every hour").check()
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_label("Cron expression")).to_have_value("0 * * * *")
    page.goto("/schedules")
    page.get_by_role("link", name=nightly).click()
    expect(page.get_by_role("region", name="Next starts")).to_contain_text("02:30")


def test_pages_of_schedules_fit_and_have_no_accessibility_problem(olga: Page, nightly: str) -> None:
    olga.goto("/schedules")
    olga.get_by_role("link", name=nightly).click()
    for path in (olga.url, f"/schedules/try?expression={uuid4().hex}", "/schedules/try?expression=30+2+*+*+*&zone=Europe/Berlin"):
        olga.goto(path)
        assert problems_of(olga) == []
        assert not misfits(olga, (320, 390, 1440))


def test_an_expression_is_looked_at_in_the_editor_while_it_is_typed(olga: Page) -> None:
    EditorPage(olga).open_new()
    olga.get_by_role("radio", name="Settings").check()
    olga.get_by_role("radio", name="The clock").check()
    expression, starts = olga.get_by_label("Cron expression"), olga.get_by_role("list", name="Next starts").get_by_role("listitem")
    expect(starts).to_have_count(4)
    olga.get_by_label("Time zone").fill("Europe/Berlin")
    expression.fill("30 2 * * *")
    expect(olga.locator("#cron-preview")).to_contain_text("02:30 doesn't exist on")
    expression.fill("30 2 * *")
    expression.press_sequentially(" 99")
    expect(olga.locator("#cron-preview .note-bad")).to_be_visible()
    expect(expression).to_have_value("30 2 * * 99")
    expect(expression).to_be_focused()
    expression.fill("0 7 * * *")
    expect(olga.locator("#cron-preview")).to_contain_text("at 07:00 every day")
    olga.get_by_role("link", name="Build it").click()
    expect(olga.get_by_role("radio", name="Every day")).to_be_checked()
    expect(olga.get_by_label("Time zone", exact=True)).to_have_value("Europe/Berlin")


def test_a_schedule_is_made_for_a_script_and_its_past_filled_in(olga: Page, server: Server) -> None:
    with owner_of(server) as api:
        script = str(api.script({"kind": "manual"}, "log(1);")["name"])
    name = f"hourly {uuid4().hex[:8]}"
    olga.goto("/schedules")
    olga.get_by_role("link", name="New schedule").first.click()
    olga.get_by_label("Script", exact=True).fill("nobody")
    olga.get_by_label("Name", exact=True).fill(name)
    olga.get_by_label("Cron expression").fill("0 * * * *")
    expect(olga.get_by_role("list", name="Next starts")).to_contain_text(":00")
    olga.get_by_role("button", name="Make the schedule").click()
    expect(olga.get_by_label("Script", exact=True)).to_have_accessible_description(re.compile("There is no script 'nobody'"))
    expect(olga.get_by_label("Cron expression")).to_have_value("0 * * * *")
    olga.get_by_label("Script", exact=True).fill(script)
    olga.get_by_role("button", name="Make the schedule").click()
    expect(olga.get_by_role("heading", level=1)).to_have_text(name)
    olga.get_by_role("link", name="Fill in the past").click()
    # Whatever the time is, three full hours lie in between.
    hour = datetime.now(UTC).replace(minute=0)
    olga.get_by_label("From (UTC)").fill(f"{hour - timedelta(hours=2, minutes=30):%Y-%m-%dT%H:%M}")
    olga.get_by_label("until (UTC)").fill(f"{hour:%Y-%m-%dT%H:%M}")
    olga.get_by_role("button", name="Show what would run").click()
    expect(olga.get_by_role("heading", name="3 to run")).to_be_visible()
    olga.get_by_role("button", name="Run them now").click()
    expect(olga.get_by_role("status")).to_contain_text("waits for its turn")
