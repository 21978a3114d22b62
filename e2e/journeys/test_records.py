"""Entity types are defined and records kept, with scripts at work around each save."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from e2e.api import Api, owner_of
from e2e.conftest import Elsewhere
from e2e.looks import MISFITS, problems_of
from e2e.pages.records import RecordPage, TypePage
from e2e.server import Server

FIELDS: list[dict[str, Any]] = [
    {"name": "title", "kind": "text", "required": True, "max_length": 80},
    {"name": "weight", "kind": "integer", "minimum": 0},
    {"name": "fragile", "kind": "boolean"},
    {"name": "packed", "kind": "datetime"},
    {"name": "size", "kind": "object", "fields": [{"name": "width", "kind": "decimal"}]},
    {"name": "marks", "kind": "list", "item": {"name": "item", "kind": "text"}},
]
MARKUP = "<img src=x onerror=\"document.title='broken in'\"><script>document.title='broken in'</script>"


@pytest.fixture(scope="module")
def api(server: Server) -> Iterator[Api]:
    """The owner's API."""
    with owner_of(server) as made:
        yield made


@pytest.fixture
def crate(api: Api) -> str:
    """A type of its own for each journey."""
    return api.entity_type(FIELDS)


def test_a_type_is_defined_and_a_record_of_it_created(olga: Page) -> None:
    name, form = f"t{uuid4().hex[:12]}", TypePage(olga)
    form.open_new()
    form.name("Parcel", name)
    form.fill_field(0, "title", "Text")
    form.add_field()
    form.fill_field(1, "state", "Choice")
    form.field(1).get_by_text("Rules and description").click()
    form.field(1).get_by_label("Choices").fill("new\nsent")
    form.create()
    olga.get_by_role("link", name="Records").click()
    expect(olga.get_by_role("heading", name="No records yet")).to_be_visible()
    olga.get_by_role("region", name="Records").get_by_role("link", name="New record").click()
    record = RecordPage(olga)
    record.field("Title").fill("To Bergen")
    record.field("State").select_option("sent")
    record.create()
    expect(olga.get_by_role("heading", level=1)).to_have_text("To Bergen")
    olga.goto(f"/records/{name}?w.state=sent")
    expect(olga.get_by_role("link", name="To Bergen")).to_be_visible()


def test_a_field_of_fields_is_built_without_losing_what_was_typed(olga: Page) -> None:
    form = TypePage(olga)
    form.open_new()
    form.name("Box", f"t{uuid4().hex[:12]}")
    form.fill_field(0, "size", "Object with fields")
    olga.get_by_role("button", name="Add fields to").click()
    inner = form.field(0).locator(".type-field")
    inner.get_by_label("Name", exact=True).fill("width")
    inner.get_by_label("Kind", exact=True).select_option(label="Decimal number")
    expect(form.field(0).get_by_label("Name", exact=True).first).to_have_value("size")
    form.create()


def test_a_save_that_a_script_rejects_says_so_beside_the_field(olga: Page, api: Api, crate: str) -> None:
    script = api.before_save(crate, 'if entity.weight > 30 { abort("weight: nobody lifts more than 30 kg"); }')
    record = RecordPage(olga)
    record.open_new(crate)
    record.field("Title").fill("Anvil")
    record.field("Weight").fill("120")
    record.create()
    expect(record.alert).to_contain_text(f"Rejected by the script {script['name']}")
    expect(record.field("Weight")).to_have_accessible_description(re.compile("nobody lifts more than 30 kg"))
    expect(record.field("Title")).to_have_value("Anvil")
    expect(record.alert.get_by_role("link", name="See the run")).to_have_attribute("href", re.compile("^/runs/"))
    record.field("Weight").fill("12")
    record.create()
    expect(olga.get_by_role("heading", level=1)).to_have_text("Anvil")
    expect(record.runs).to_contain_text(script["name"])


def test_a_script_that_fails_open_lets_the_save_through_with_a_warning(olga: Page, api: Api, crate: str) -> None:
    script = api.before_save(crate, 'throw "the scales are broken";', failure_policy="open")
    record = RecordPage(olga)
    record.open_new(crate)
    record.field("Title").fill("Feather")
    record.create()
    expect(record.alert).to_contain_text(f"The script {script['name']} failed and was let pass")
    expect(record.alert).to_contain_text("the scales are broken")
    expect(olga.get_by_role("heading", level=1)).to_have_text("Feather")


def test_a_failing_script_is_disabled_and_reset(olga: Page, api: Api, crate: str) -> None:
    script = api.before_save(crate, 'throw "always";', failure_policy="closed")
    record = RecordPage(olga)
    record.open_new(crate)
    record.field("Title").fill("Unlucky")
    for _ in range(30):
        record.create()
        if record.alert.count() == 0:
            break
        expect(record.alert).to_contain_text("failed")
    expect(olga.get_by_role("heading", level=1)).to_have_text("Unlucky")
    olga.goto(f"/scripts/{script['id']}")
    expect(olga.get_by_text("disabled", exact=True)).to_be_visible()
    expect(olga.get_by_text("The last run failed: Runtime error: always")).to_be_visible()
    olga.get_by_role("button", name="Forget its errors and run it again").click()
    expect(olga.get_by_role("status")).to_contain_text("Its errors are forgotten")
    expect(olga.get_by_text("active", exact=True)).to_be_visible()
    expect(olga.get_by_text("The last run failed")).to_have_count(0)


def test_two_people_who_change_one_record_lose_nothing(olga: Page, api: Api, crate: str) -> None:
    path = f"/records/{crate}/{api.record(crate, {'title': 'Shared', 'weight': 1, 'fragile': False})}"
    olga.goto(path)
    other = olga.context.new_page()
    other.goto(path)
    RecordPage(other).field("Weight").fill("2")
    RecordPage(other).save()
    other.get_by_text("The record is saved").wait_for()
    mine = RecordPage(olga)
    mine.field("Title").fill("Shared and renamed")
    mine.field("Weight").fill("3")
    mine.save()
    expect(mine.alert).to_contain_text("Somebody saved meanwhile")
    expect(mine.field("Weight")).to_have_value("3")
    expect(mine.field("Weight")).to_have_accessible_description(re.compile("Saved meanwhile: .?2"))
    mine.save()
    expect(olga.get_by_role("heading", level=1)).to_have_text("Shared and renamed")


def test_a_record_is_kept_without_javascript(elsewhere: Elsewhere, crate: str) -> None:
    page = elsewhere(java_script_enabled=False)
    record = RecordPage(page)
    record.open_new(crate)
    record.field("Title").fill("Plain")
    record.field("Marks").fill("up\nglass")
    record.field("Width").fill("12.5")
    record.create()
    expect(page.get_by_role("heading", level=1)).to_have_text("Plain")
    expect(record.field("Marks")).to_have_value("up\nglass")
    page.goto(f"/types/{crate}")
    page.get_by_role("button", name="Add a field", exact=True).click()
    expect(page.locator("#type-fields > .type-field")).to_have_count(len(FIELDS) + 1)


def test_a_record_is_made_and_deleted_by_keyboard_alone(olga: Page, crate: str) -> None:
    olga.goto(f"/records/{crate}")
    link = olga.locator(".page-head").get_by_role("link", name="New record")
    while not link.evaluate("each => each === document.activeElement"):
        olga.keyboard.press("Tab")
    olga.keyboard.press("Enter")
    olga.wait_for_url("**/new")
    title = RecordPage(olga).field("Title")
    while not title.evaluate("each => each === document.activeElement"):
        olga.keyboard.press("Tab")
    olga.keyboard.type("By keys")
    olga.keyboard.press("Enter")
    expect(olga.get_by_role("heading", level=1)).to_have_text("By keys")
    opener = olga.get_by_text("Delete…")
    while not opener.evaluate("each => each === document.activeElement"):
        olga.keyboard.press("Tab")
    olga.keyboard.press("Enter")
    olga.keyboard.press("Tab")
    olga.keyboard.press("Enter")
    expect(olga.get_by_role("heading", name="No records yet")).to_be_visible()


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_markup_and_long_words_break_no_page_of_records(olga: Page, api: Api, width: int) -> None:
    long = "Wolfeschlegelsteinhausenbergerdorff" * 4
    fields = [{**FIELDS[0], "max_length": 400, "label": f"{MARKUP}{long}"[:100], "description": f"{MARKUP} {long}"}, *FIELDS[1:]]
    name = api.entity_type(fields, label=f"{MARKUP}{long}"[:100])
    api.before_save(name, "if entity.weight == 13 { abort(entity.title); }")
    record = api.record(name, {"title": MARKUP + long, "weight": 1, "marks": [MARKUP, long]})
    olga.set_viewport_size({"width": width, "height": 844})
    for path in ("/types", f"/types/{name}", f"/records/{name}", f"/records/{name}/{record}", f"/records/{name}/new"):
        olga.goto(path)
        assert olga.evaluate(MISFITS) == [], path
        assert olga.title() != "broken in"
    RecordPage(olga).page.locator("#f-title").fill(MARKUP + long)
    RecordPage(olga).field("Weight").fill("13")
    RecordPage(olga).create()
    expect(RecordPage(olga).alert).to_contain_text("<img src=x")
    assert olga.evaluate(MISFITS) == []
    assert olga.title() != "broken in"


def test_pages_of_records_have_no_accessibility_problem(olga: Page, api: Api, crate: str) -> None:
    api.before_save(crate, 'abort("weight: too much");')
    problems = []
    for path in (f"/types/{crate}", f"/records/{crate}", f"/records/{crate}/new"):
        olga.goto(path)
        problems += problems_of(olga)
    RecordPage(olga).field("Title").fill("Refused")
    RecordPage(olga).create()
    RecordPage(olga).alert.wait_for()
    problems += problems_of(olga)
    assert not problems, "\n".join(problems)
