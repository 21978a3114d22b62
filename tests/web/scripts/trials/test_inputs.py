"""The input's form: what is typed becomes a document, and a document what is typed."""

import json
from typing import Any

import pytest

from app.entities import FieldKind, FieldSpec
from app.scripts import Phase
from app.web.scripts.trials.forms import show_form
from app.web.scripts.trials.inputs import About, read_form, starting_inputs

ORDER = (
    FieldSpec("name", FieldKind.TEXT, "Name"),
    FieldSpec("count", FieldKind.INTEGER),
    FieldSpec("price", FieldKind.DECIMAL),
    FieldSpec("paid", FieldKind.BOOLEAN),
    FieldSpec("due", FieldKind.DATE),
    FieldSpec("status", FieldKind.CHOICE, choices=("new", "done"), default="new"),
    FieldSpec("lines", FieldKind.LIST),
)
BEFORE = About(Phase.BEFORE, "order", ORDER)


def record(**fields: object) -> dict[str, Any]:
    """An input with these fields."""
    return {"entity": {"type": "order", "id": "sample", "fields": fields}}


def test_what_is_typed_becomes_values_of_the_fields_kinds() -> None:
    texts = {"field.name": "Ada", "field.count": "3", "field.price": "2.50", "field.paid": "true", "field.lines": "[1]", "field.due": ""}
    assert read_form(BEFORE, texts).inputs == record(name="Ada", count=3, price=2.5, paid=True, lines=[1])


@pytest.mark.parametrize(
    ("name", "text", "error"),
    [
        ("count", "1.5", "whole number"),
        ("price", "much", "number"),
        ("lines", "{}", "list"),
        ("lines", "[1", "line 1, column 3"),
        ("lines", "[" * 100_000, "nested too deep"),
    ],
)
def test_what_a_field_cannot_hold_is_told_beside_it(name: str, text: str, error: str) -> None:
    given = read_form(BEFORE, {f"field.{name}": text})
    assert error in given.errors[name]
    assert list(given.errors) == [name]


@pytest.mark.parametrize(
    "fields",
    [{}, {"name": "a"}, {"count": -3, "price": 2.0, "paid": False}, {"due": "2026-03-29", "lines": [{"a": None}], "status": "new"}],
)
def test_the_form_holds_what_it_is_given(fields: dict[str, object]) -> None:
    form = show_form(BEFORE, record(**fields))
    assert not form.is_json
    typed = {f"field.{field.name}": field.value for field in form.fields}
    assert read_form(BEFORE, {**typed, **form.carried}).inputs == record(**fields)


@pytest.mark.parametrize("fields", [{"other": 1}, {"count": "three"}, {"name": 5}, {"name": "  "}, {"paid": 1}])
def test_what_the_fields_cannot_hold_is_shown_as_json(fields: dict[str, object]) -> None:
    form = show_form(BEFORE, record(**fields))
    assert form.is_json
    assert read_form(BEFORE, {"as": "json", "json": form.json}).inputs == record(**fields)


def test_a_record_as_it_was_goes_along_unseen() -> None:
    about = About(Phase.AFTER, "order", ORDER)
    inputs = {**record(name="b"), "entity_before": {"type": "order", "id": "sample", "fields": {"name": "a"}}, "idempotency_key": "k"}
    form = show_form(about, inputs)
    assert not form.is_json
    assert read_form(about, {"field.name": "b", **form.carried}).inputs == inputs


def test_a_new_record_begins_with_the_types_defaults() -> None:
    assert starting_inputs(BEFORE) == record(status="new")
    assert starting_inputs(BEFORE, {"name": "Ada"}) == record(name="Ada")


def test_a_date_that_is_none_keeps_its_text() -> None:
    (due,) = (field for field in show_form(BEFORE, record(due="soon")).fields if field.name == "due")
    assert (due.kind, due.value) == ("text", "soon")


def test_a_request_and_parameters_have_forms_of_their_own() -> None:
    api, manual, clock = (About(phase, None, None) for phase in (Phase.API, Phase.MANUAL, Phase.SCHEDULED))
    request = {"method": "POST", "path": "a", "query": {}, "headers": {}, "body": [1]}
    form = show_form(api, {"request": request})
    typed = {f"field.{field.name}": field.value for field in form.fields}
    assert read_form(api, typed).inputs == {"request": request}
    assert read_form(manual, {"field.params": json.dumps({"a": 1})}).inputs == {"params": {"a": 1}}
    assert (read_form(clock, {}).inputs, show_form(clock, {}).fields) == ({}, ())


def test_without_a_known_type_there_is_json_alone() -> None:
    about = About(Phase.BEFORE, "nothing", None)
    form = show_form(about, starting_inputs(about))
    assert form.is_json
    assert not form.has_fields
    assert "object" in read_form(about, {"json": "[]"}).errors["json"]
