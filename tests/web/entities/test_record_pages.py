"""Pages of records, as a browser without any script of its own uses them, with hooks around each save."""

import json
import re
from html import unescape

import pytest

from tests.web.entities.kit import DATA, MARKUP, RECORD, define, kept
from tests.web.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

BEFORE = {"kind": "event", "entity_type": "product", "events": ["create", "update", "delete"], "phase": "before"}


def form_of(page: str) -> dict[str, str]:
    """What a browser would send of a record's form, untouched."""
    fields = {}
    form = re.search(r'<form class="card form".*?</form>', page, re.DOTALL)
    assert form is not None
    for tag in re.findall(r"<input[^>]*>", form[0]):
        name, value = re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and value and name[1] != "csrf" and ('type="checkbox"' not in tag or " checked" in tag):
            fields[name[1]] = unescape(value[1])
    for name, text in re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>\n(.*?)</textarea>', form[0], re.DOTALL):
        fields[name] = unescape(text).replace("\n", "\r\n")
    for name, body in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', form[0], re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        fields[name] = unescape(chosen[1]) if chosen else ""
    return fields


async def test_a_record_is_made_of_what_was_typed(ann: Visitor) -> None:
    await define(ann)
    path = await ann.create("/records/product/new", RECORD)
    assert await kept(ann, path) == DATA


async def test_a_save_without_a_change_keeps_every_value_as_it_is(ann: Visitor) -> None:
    await define(ann)
    odd = {"title": "", "tags": ["two\nlines", " ", "[x"], "seen_at": "2026-02-01T10:30:00.500Z", "price": 0.1, "sold": False, "size": {}}
    made = (await ann.client.post("/api/v1/entities/product", json={"data": {**DATA, **odd}})).json()
    path = f"/records/product/{made['id']}"
    await ann.create(path, form_of((await ann.get(path)).text))
    assert await kept(ann, path) == made["data"]


async def test_the_form_of_a_new_record_holds_the_defaults_and_emptying_one_leaves_it_out(ann: Visitor) -> None:
    await define(ann)
    form = form_of((await ann.get("/records/product/new")).text)
    assert form["f.stock"] == "5"
    path = await ann.create("/records/product/new", {**form, "f.title": "Kettle", "f.stock": ""})
    assert await kept(ann, path) == {"title": "Kettle", "sold": False}


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("stock", "many", "is no whole number"),
        ("stock", "1001", "use at most 1000"),
        ("price", "1.234", "more than 2 digits"),
        ("price", "1e400", "use at most"),
        ("since", "yesterday", "is no date"),
        ("seen_at", "noon", "is no moment"),
        ("colour", "pink", "is no choice here"),
        ("lines", "[{", "can&#39;t be read as JSON"),
        ("lines", '{"sku": 1}', "This is no list"),
        ("lines", '[{"skew": 1}]', "0.skew"),
        ("tags", "[1]", "This is a number"),
        ("size.width", "wide", "is no number"),
        ("twin", "no-id", "id"),
        ("contact", "ann@", "is no e-mail address"),
        ("page", "ftp://x", "http"),
        ("title", "", "required"),
    ],
)
async def test_what_does_not_fit_is_told_at_its_field_and_nothing_typed_is_lost(ann: Visitor, field: str, text: str, sentence: str) -> None:
    await define(ann)
    answer = await ann.post("/records/product/new", {**RECORD, f"f.{field}": text})
    assert answer.status_code == 422
    error = re.search(rf'id="f-{re.escape(field).replace(chr(92) + ".", "-")}-error">(.*?)</p>', answer.text)
    assert error is not None, answer.text
    assert sentence in unescape(error[1]) or sentence in error[1]
    assert form_of(answer.text)["f.page" if field != "page" else "f.contact"] in (RECORD["f.page"], RECORD["f.contact"])
    assert text in unescape(answer.text)


async def test_a_rejection_that_names_a_field_stands_beside_it(ann: Visitor) -> None:
    await define(ann)
    await ann.script("check", BEFORE, 'if entity.stock > 900 { abort("stock: at most 900 fit in here"); }')
    answer = await ann.post("/records/product/new", {**RECORD, "f.stock": "950"})
    assert answer.status_code == 422
    assert "Rejected by the script check" in answer.text
    assert '<p class="field-error" id="f-stock-error">at most 900 fit in here</p>' in answer.text
    assert re.search(r'href="/runs/[0-9a-f-]{36}"', answer.text)
    assert form_of(answer.text)["f.title"] == "Kettle"


async def test_a_rejection_that_names_none_stands_above_the_form(ann: Visitor) -> None:
    await define(ann)
    await ann.script("check", BEFORE, 'abort("Note: not on Sundays");')
    answer = await ann.post("/records/product/new", RECORD)
    assert "Note: not on Sundays" in answer.text
    assert "field-error" not in answer.text


async def test_a_script_that_fails_refuses_the_save_and_says_where(ann: Visitor) -> None:
    await define(ann)
    await ann.script("broken", BEFORE, "throw `no ${1 + 1}`;")
    answer = await ann.post("/records/product/new", RECORD)
    assert answer.status_code == 422
    assert "script broken failed" in answer.text
    assert "(line 1, column 1)" in answer.text


async def test_what_scripts_change_is_in_the_record_and_their_runs_beside_it(ann: Visitor) -> None:
    await define(ann)
    await ann.script("complete", BEFORE, "entity.colour = `blue`;")
    page = await ann.get(await ann.create("/records/product/new", RECORD))
    assert form_of(page.text)["f.colour"] == "blue"
    assert re.search(r'<a href="/runs/[0-9a-f-]{36}">complete</a> <span class="badge badge-good">ok', page.text)


async def test_a_save_that_is_based_on_an_older_version_keeps_both_sides(ann: Visitor) -> None:
    await define(ann)
    path = await ann.create("/records/product/new", RECORD)
    form = form_of((await ann.get(path)).text)
    await ann.create(path, {**form, "f.stock": "8", "f.colour": "red"})
    answer = await ann.post(path, {**form, "f.stock": "9", "f.title": "Pot"})
    assert answer.status_code == 409
    merged = form_of(answer.text)
    assert (merged["f.title"], merged["f.stock"], merged["f.colour"], merged["version"]) == ("Pot", "9", "red", "2")
    assert "Saved meanwhile: <q>8</q>" in answer.text
    await ann.create(path, merged)
    assert await kept(ann, path) == {**DATA, "title": "Pot", "stock": 9, "colour": "red"}


async def test_a_deletion_asks_the_scripts_first(ann: Visitor) -> None:
    await define(ann)
    path = await ann.create("/records/product/new", RECORD)
    await ann.script("keep", {**BEFORE, "events": ["delete"]}, 'abort("Nothing is thrown away");')
    answer = await ann.post(f"{path}/delete", {"version": "1"})
    assert answer.status_code == 422
    assert "Nothing is thrown away" in answer.text
    assert (await kept(ann, path))["title"] == "Kettle"


async def test_a_record_is_deleted_and_the_list_says_what_to_do_next(ann: Visitor) -> None:
    await define(ann)
    path = await ann.create("/records/product/new", RECORD)
    assert (await ann.post(f"{path}/delete", {"version": "1"})).status_code == 303
    assert (await ann.get(path)).status_code == 404
    assert "No records yet" in (await ann.get("/records/product")).text


async def _fill(ann: Visitor, count: int) -> None:
    await define(ann)
    for number in range(count):
        data = {"title": f"Thing {number:02}", "stock": number, "sold": number % 2 == 0, "since": f"2026-01-{number % 28 + 1:02}"}
        assert (await ann.client.post("/api/v1/entities/product", json={"data": data})).status_code == 201


def titles(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a [^>]*>([^<]*)</a>', page)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Thing 05", "Thing 04", "Thing 03", "Thing 02", "Thing 01", "Thing 00"]),
        ("?w.stock.ge=2&w.stock.le=3", ["Thing 03", "Thing 02"]),
        ("?w.sold=false&sort=stock", ["Thing 01", "Thing 03", "Thing 05"]),
        ("?w.title=g+04", ["Thing 04"]),
        ("?w.since.le=2026-01-02&sort=-stock", ["Thing 01", "Thing 00"]),
        ("?w.stock.ge=x&w.stock.le=1", ["Thing 05", "Thing 04", "Thing 03", "Thing 02", "Thing 01", "Thing 00"]),
        ("?w.colour=red", []),
        ("?text=thing&w.stock.le=1", ["Thing 01", "Thing 00"]),
        ("?sort=nothing", ["Thing 05", "Thing 04", "Thing 03", "Thing 02", "Thing 01", "Thing 00"]),
    ],
)
async def test_records_are_filtered_and_sorted_by_the_address(ann: Visitor, query: str, expected: list[str]) -> None:
    await _fill(ann, 6)
    page = await ann.get(f"/records/product{query}")
    assert titles(page.text) == expected
    assert ("is no whole number" in page.text) == ("ge=x" in query)


async def test_the_list_goes_on_where_the_page_ended(ann: Visitor) -> None:
    await _fill(ann, 60)
    first = (await ann.get("/records/product?sort=stock&w.sold=true")).text
    assert "More records" not in first
    first = (await ann.get("/records/product?sort=stock")).text
    following = re.search(r'rel="next" href="([^"]*)"', first)
    assert following is not None
    second = (await ann.get(unescape(following[1]))).text
    assert titles(first) + titles(second) == [f"Thing {number:02}" for number in range(60)]


async def test_a_reference_offers_the_records_there_are(ann: Visitor) -> None:
    await define(ann)
    first = await ann.create("/records/product/new", RECORD)
    twin = first.rpartition("/")[2]
    assert f'<option value="{twin}">Kettle (' in (await ann.get("/records/product/new")).text
    path = await ann.create("/records/product/new", {**RECORD, "f.twin": twin})
    assert (await kept(ann, path))["twin"] == twin
    typed = await ann.get("/records/product/choices?list=f-twin-list&f.twin=kettle")
    assert typed.text.count("<option") == 2
    choices = await ann.get("/records/product/choices?list=f-twin-list&f.twin=")
    assert choices.text.startswith('<datalist id="f-twin-list"><option value="')


async def test_a_record_belongs_to_another_if_its_type_does(ann: Visitor) -> None:
    await define(ann)
    note = {"label": "Note", "name": "note", "attached_to": "product", "do": "save", "fields.0.name": "text", "fields.0.kind": "text"}
    await ann.create("/types/new", note)
    parent = await ann.create("/records/product/new", RECORD)
    missing = await ann.post("/records/note/new", {"f.text": "Boils."})
    assert 'id="parent_id-error"' in missing.text
    assert 'id="parent_id-error"' in (await ann.post("/records/note/new", {"f.text": "Boils.", "parent_id": "x"})).text
    path = await ann.create("/records/note/new", {"f.text": "Boils.", "parent_id": parent.rpartition("/")[2]})
    assert f'href="{parent}"' in (await ann.get(path)).text


async def test_markup_in_a_record_and_in_reasons_is_text(ann: Visitor) -> None:
    await define(ann, **{"fields.0.max_length": "300"})
    await ann.script("check", BEFORE, "if entity.stock == 13 { abort(entity.title); }")
    texts = {**RECORD, "f.title": MARKUP, "f.tags": MARKUP, "f.lines": json.dumps([{"sku": MARKUP}])}
    path = await ann.create("/records/product/new", texts)
    pages = [await ann.get(path), await ann.get("/records/product"), await ann.get("/records/product/choices?list=x&q=")]
    pages.append(await ann.post("/records/product/new", {**texts, "f.stock": "13"}))
    for page in pages:
        assert "<img src=x" not in page.text
        assert "<script>alert" not in page.text
        assert "{{ 7 * 7 }}" in page.text


async def test_somebody_who_only_looks_sees_the_record_and_no_button(ann: Visitor, viewer: Visitor) -> None:
    await define(ann)
    path = await ann.create("/records/product/new", RECORD)
    page = await viewer.get(path)
    assert "Kettle" in page.text
    assert "Save" not in re.sub(r"<head>.*?</head>", "", page.text, flags=re.DOTALL)
    assert (await viewer.post(path, {**RECORD, "version": "1", "base": "{}"})).status_code == 403


@pytest.mark.parametrize(("name", "value"), [("version", "x"), ("version", ""), ("version", "9" * 30), ("base", "["), ("base", "[1]")])
async def test_hidden_fields_that_were_tampered_with_break_nothing(ann: Visitor, name: str, value: str) -> None:
    await define(ann)
    path = await ann.create("/records/product/new", RECORD)
    form = {**form_of((await ann.get(path)).text), name: value}
    assert (await ann.post(path, form)).status_code in (303, 422)
    assert await kept(ann, path) == DATA


@pytest.mark.parametrize("path", ["/records/nothing", "/records/No", "/types/nothing", "/records/product/x", "/records/nothing/new"])
async def test_what_is_not_there_is_not_found(ann: Visitor, path: str) -> None:
    assert (await ann.get(path)).status_code == 404
