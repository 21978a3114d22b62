"""Pages of entity types, as a browser without any script of its own uses them."""

from dataclasses import replace

import pytest

from app.entities import FieldKind, FieldSpec, OnDelete
from app.web.entities.type_drafts import done_to, drafts_of, sent_drafts
from app.web.entities.type_specs import RULES, spec_of
from tests.web.entities.kit import MARKUP, PRODUCT, define
from tests.web.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_type_with_every_kind_of_field_is_defined_and_shown_as_it_was_sent(ann: Visitor) -> None:
    await define(ann)
    fields = {each["name"]: each for each in (await ann.client.get("/api/v1/entity-types/product")).json()["fields"]}
    assert {each["kind"] for each in fields.values()} == {kind.value for kind in FieldKind}
    assert fields["colour"]["choices"] == ["red", "green", "blue"]
    assert fields["stock"] == {"name": "stock", "kind": "integer", "minimum": 0, "maximum": 1000, "default": 5}
    assert fields["lines"]["item"]["fields"] == [{"name": "sku", "kind": "text", "required": True}]
    page = (await ann.get("/types/product")).text
    assert 'name="fields.9.item.fields.0.name" value="sku"' in page


async def test_saving_a_type_as_it_is_shown_changes_nothing(ann: Visitor) -> None:
    await define(ann)
    before = (await ann.client.get("/api/v1/entity-types/product")).json()
    await ann.create("/types/product", {**PRODUCT, "version": "1"})
    after = (await ann.client.get("/api/v1/entity-types/product")).json()
    assert (after["fields"], after["version"]) == (before["fields"], 2)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"label": ""}, "label"),
        ({"name": "Not Good"}, "name"),
        ({"fields.0.name": "No"}, "fields-0-name"),
        ({"fields.0.name": "stock"}, "fields-1-name"),
        ({"fields.1.minimum": "few"}, "fields-1-minimum"),
        ({"fields.1.minimum": "2000"}, "fields-1-minimum"),
        ({"fields.0.max_length": "-1"}, "fields-0-max_length"),
        ({"fields.0.pattern": "("}, "fields-0-pattern"),
        ({"fields.7.choices": ""}, "fields-7-choices"),
        ({"fields.11.references": ""}, "fields-11-references"),
        ({"fields.9.item.fields.0.name": ""}, "fields-9-item-fields-0-name"),
    ],
)
async def test_what_cannot_be_is_told_at_its_field_and_nothing_typed_is_lost(ann: Visitor, changes: dict[str, str], place: str) -> None:
    answer = await ann.post("/types/new", {**PRODUCT, "description": "Typed.", **changes})
    assert answer.status_code == 422
    assert f'id="{place}-error"' in answer.text or f'id="{place}-error"' in answer.text.replace("_", "-")
    assert "Typed." in answer.text
    assert 'value="contact"' in answer.text


async def test_buttons_change_the_fields_and_save_nothing(ann: Visitor) -> None:
    typed = {key: value for key, value in PRODUCT.items() if key != "do"}
    added = await ann.post("/types/new", {**typed, "do": "add:fields"})
    assert 'name="fields.14.name"' in added.text
    removed = await ann.post("/types/new", {**typed, "do": "remove:fields.0"})
    assert 'name="fields.0.name" value="stock"' in removed.text
    moved = await ann.post("/types/new", {**typed, "do": "down:fields.0"})
    assert 'name="fields.1.name" value="title"' in moved.text
    assert (await ann.client.get("/api/v1/entity-types")).json()["items"] == []


async def test_the_page_s_script_gets_the_fields_alone(ann: Visitor) -> None:
    answer = await ann.post("/types/new", {"fields.0.kind": "object", "do": "show"}, **{"hx-request": "true"})
    assert answer.text.startswith('<div id="type-fields"')
    assert 'name="fields.0.fields.0.name"' in answer.text


async def test_a_change_that_breaks_records_names_them_and_keeps_what_was_typed(ann: Visitor) -> None:
    await define(ann)
    path = await ann.create("/records/product/new", {"f.title": "Kettle", "f.stock": "900"})
    answer = await ann.post("/types/product", {**PRODUCT, "fields.1.maximum": "10", "version": "1"})
    assert answer.status_code == 422
    assert path in answer.text
    assert 'name="fields.1.maximum" value="10"' in answer.text


async def test_a_type_that_somebody_else_saved_is_not_overwritten_unseen(ann: Visitor) -> None:
    await define(ann)
    await ann.create("/types/product", {**PRODUCT, "label": "Theirs", "version": "1"})
    answer = await ann.post("/types/product", {**PRODUCT, "label": "Mine", "version": "1"})
    assert answer.status_code == 409
    assert 'value="Mine"' in answer.text
    assert 'name="version" value="2"' in answer.text
    assert (await ann.client.get("/api/v1/entity-types/product")).json()["label"] == "Theirs"


async def test_a_type_with_records_stays(ann: Visitor, memory_world: object) -> None:
    await define(ann)
    answer = await ann.post("/types/product/delete", {})
    assert answer.status_code in (303, 403)


async def test_somebody_who_only_looks_sees_the_type_and_no_button(ann: Visitor, viewer: Visitor) -> None:
    await define(ann)
    page = await viewer.get("/types/product")
    assert page.status_code == 200
    assert "Save the type" not in page.text
    assert (await viewer.post("/types/product", {**PRODUCT, "version": "1"})).status_code in (403, 422)


async def test_markup_in_a_type_is_text(ann: Visitor) -> None:
    await define(ann, label=MARKUP[:100], description=MARKUP, **{"fields.0.label": MARKUP[:100], "fields.0.description": MARKUP})
    for path in ("/types", "/types/product", "/records/product", "/records/product/new"):
        page = await ann.get(path)
        assert page.status_code == 200
        assert "<img src=x" not in page.text
        assert "{{ 7 * 7 }}" in page.text


@pytest.mark.parametrize(
    "name", ["fields.x.name", "fields.0.item.item.item.item.item.item.item.name", "fields.-1.name", "fields.99999.name"]
)
async def test_names_that_lead_nowhere_are_left_out(name: str) -> None:
    assert "'typed'" not in repr(sent_drafts({name: ("typed",)}))


async def test_every_kind_goes_into_the_form_and_back() -> None:
    title = FieldSpec("title", FieldKind.TEXT, "Title", "What it is.", True, True, "x", None, None, 1, 9, None, "x.*")
    known = (
        title,
        FieldSpec("price", FieldKind.DECIMAL, minimum=0.5, maximum=9.25, scale=2),
        FieldSpec("open", FieldKind.BOOLEAN, default=False),
        FieldSpec("day", FieldKind.DATE, minimum="2026-01-01"),
        FieldSpec("state", FieldKind.CHOICE, choices=("a", "b"), default="a"),
        FieldSpec("parts", FieldKind.LIST, max_length=3, item=FieldSpec("item", FieldKind.OBJECT, fields=(replace(title, unique=False),))),
        FieldSpec("maker", FieldKind.REFERENCE, references="maker", on_delete=OnDelete.CLEAR),
    )
    errors: dict[str, str] = {}
    assert tuple(spec_of(each, errors) for each in drafts_of(known)) == known
    assert errors == {}
    assert set(RULES) == set(FieldKind)


async def test_buttons_that_lead_nowhere_change_nothing() -> None:
    fields = drafts_of((FieldSpec("title", FieldKind.TEXT),))
    for wanted in ("add:", "add:fields.7.fields", "remove:fields.9", "up:", "down:fields.x", "add:other", "remove:fields.0.item.0"):
        assert [each.text("name") for each in done_to(fields, wanted)] == ["title"]
