"""Entity types and records over REST: the life of a record, errors field by field, and input at the limits."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.main import DECLARED, create_app
from app.testing import World, in_memory_settings, open_world
from tests.browser import Browser
from tests.conftest import Browse
from tests.requirements import requirement

TYPES = "/api/v1/entity-types"
TICKETS = "/api/v1/entities/ticket"
JSON = {"content-type": "application/json"}
TICKET: dict[str, Any] = {
    "name": "ticket",
    "label": "Ticket",
    "fields": [
        {"kind": "text", "name": "title", "required": True, "max_length": 65_536},
        {"kind": "integer", "name": "priority", "minimum": 1, "maximum": 5, "default": 3},
        {"kind": "choice", "name": "status", "choices": ["open", "closed"]},
        {"kind": "list", "name": "tags", "item": {"kind": "text", "name": "tag"}},
        {"kind": "object", "name": "place", "fields": [{"kind": "text", "name": "city"}]},
    ],
}


@pytest.fixture
def owner(browse: Browse, world: World) -> Browser:
    """The owner's browser, with a type in place."""
    browser = browse(world.owner)
    assert browser.post(TYPES, json=TICKET).status_code == 201
    return browser


def test_a_type_is_told_as_it_was_sent(owner: Browser) -> None:
    told = owner.get(f"{TYPES}/ticket").json()
    assert told["fields"] == TICKET["fields"]
    body = {key: told[key] for key in ("label", "description", "fields", "attached_to", "on_parent_delete", "version")}
    changed = owner.request("PUT", f"{TYPES}/ticket", json={**body, "label": "Case"})
    assert (changed.status_code, changed.json()["label"], changed.json()["version"]) == (200, "Case", 2)
    assert [each["name"] for each in owner.get(TYPES).json()["items"]] == ["ticket"]


def test_a_record_lives_from_its_creation_to_its_deletion(owner: Browser) -> None:
    made = owner.post(TICKETS, json={"data": {"title": "Broken"}})
    assert (made.status_code, made.json()["data"], made.json()["warnings"]) == (201, {"title": "Broken", "priority": 3}, [])
    path = f"{TICKETS}/{made.json()['id']}"
    patched = owner.request("PATCH", path, json={"data": {"status": "open", "priority": None}, "version": 1})
    assert (patched.status_code, patched.json()["data"]) == (200, {"title": "Broken", "status": "open"})
    stale = owner.request("PUT", path, json={"data": {"title": "Other"}, "version": 1})
    assert (stale.status_code, stale.json()["current_version"], stale.json()["current"]["data"]) == (409, 2, patched.json()["data"])
    assert owner.request("PUT", path, json={"data": {"title": "Mended"}, "version": 2.0}).json()["data"] == {"title": "Mended"}
    assert owner.get(path).json()["version"] == 3
    assert owner.request("DELETE", f"{path}?version=2").status_code == 409
    assert owner.request("DELETE", f"{path}?version=3").status_code == 204
    assert owner.get(path).status_code == 404


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("fields", [b'{"\\ud800": 1}', b'{"title": ["\\udfff"]}'])
def test_a_hosts_fields_with_half_a_character_are_refused_with_what_to_do(owner: Browser, moment: str, fields: bytes) -> None:
    told = owner.post(f"{TYPES}/ticket/hooks/{moment}", content=b'{"event": "update", "id": "7", "after": %b}' % fields, headers=JSON)
    assert (told.status_code, told.json()["errors"][0]["field"], told.json()["hint"]) == (422, "after", "Send whole characters.")


def test_records_are_filtered_sorted_counted_and_paged(owner: Browser) -> None:
    for number in range(1, 6):
        owner.post(TICKETS, json={"data": {"title": f"T{number}", "priority": number, "tags": ["odd"] if number % 2 else []}})
    where = {"tags": {"contains": "odd"}, "priority": {"gt": 1}}
    wanted = {"where": where, "order_by": "-priority", "limit": 1}
    first = owner.post(f"{TICKETS}/search", json=wanted).json()
    second = owner.post(f"{TICKETS}/search", json={**wanted, "cursor": first["next_cursor"]}).json()
    assert [page["items"][0]["data"]["title"] for page in (first, second)] == ["T5", "T3"]
    assert second["next_cursor"] is None
    listed = owner.get(TICKETS, params={"where": json.dumps(where), "order_by": "priority"}).json()
    assert [each["data"]["title"] for each in listed["items"]] == ["T3", "T5"]
    assert owner.post(f"{TICKETS}/count", json={"where": where}).json() == {"count": 2}


def test_words_find_what_was_saved_just_before(owner: Browser) -> None:
    kept = [owner.post(TICKETS, json={"data": {"title": "Juniper one"}}).json()["id"]]
    assert [each["id"] for each in owner.get(TICKETS, params={"text": "juniper"}).json()["items"]] == kept
    kept.insert(0, owner.post(TICKETS, json={"data": {"title": "Juniper two"}}).json()["id"])
    assert [each["id"] for each in owner.post(f"{TICKETS}/search", json={"text": "juniper"}).json()["items"]] == kept


@requirement("A23.errors-have-one-shape")
def test_each_field_that_cannot_be_saved_is_listed_with_what_to_do(owner: Browser) -> None:
    refused = owner.post(TICKETS, json={"data": {"priority": 9, "status": "opne", "place": {"town": "Oslo"}}})
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    assert refused.json()["errors"] == [
        {"field": "priority", "message": "9 is too large: use at most 5."},
        {"field": "status", "message": "'opne' is no choice here: send one of open, closed. Did you mean 'open'?"},
        {"field": "place.town", "message": "There is no field 'town'. The fields are city."},
        {"field": "title", "message": "This field is required: give it a value."},
    ]


@requirement("A23.creating-calls-are-idempotent")
def test_a_record_created_twice_under_one_key_is_there_once(owner: Browser) -> None:
    body, key = {"data": {"title": "Once"}}, {"Idempotency-Key": "one"}
    first, again = owner.post(TICKETS, json=body, headers=key), owner.post(TICKETS, json=body, headers=key)
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    assert ("idempotent-replay" in first.headers, again.headers["idempotent-replay"]) == (False, "true")
    assert owner.post(TICKETS, json={"data": {"title": "Other"}}, headers=key).status_code == 409
    assert owner.post(f"{TICKETS}/count", json={}).json() == {"count": 1}


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 400),
        (b"\xff", 400),
        (b'{"data": {"title": "\\ud800"}}', 400),
        (b'{"data": {"title": NaN}}', 400),
        (b'{"data": {"title": "x"}, "version": 1}', 422),
        (b'{"data": []}', 422),
        (b"null", 422),
        (b"[" * 100_000, 422),
        (b'{"data": ' + b'{"a": ' * 50_000, 422),
        (b'{"data": {"title": "x", "priority": 1' + b"0" * 5_000 + b"}}", 422),
        (b'{"data": {"title": "x", "priority": 99999999999999999999}}', 422),
        (b'{"data": {"title": "\\u0000"}}', 422),
        (json.dumps({"data": {"title": "x", "tags": ["t"] * 10_001}}).encode(), 422),
        (json.dumps({"data": {"title": "x" * 65_537}}).encode(), 422),
        (json.dumps({"data": {f"f{number}": 1 for number in range(20_000)}}).encode(), 422),
        (json.dumps({"data": {"title": "x", "tags": ["t"] * 10_000}}).encode(), 201),
        (json.dumps({"data": {"title": "x" * 65_536}}).encode(), 201),
        (b'{"data": {"title": "' + b"x" * 1_048_576 + b'"}}', 413),
    ],
)
def test_input_at_the_limits_is_taken_and_beyond_them_refused(tickets: Browser, content: bytes, status: int) -> None:
    answer = tickets.post(TICKETS, content=content, headers=JSON)
    assert answer.status_code == status, answer.text[:500]
    assert status == 201 or answer.json()["hint"] != ""
    assert len(answer.content) < 500_000


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=10), inner, max_size=5),
    max_leaves=20,
)
FIELDS = st.dictionaries(st.sampled_from([field["name"] for field in TICKET["fields"]]) | st.text(max_size=10), ANYTHING, max_size=6)


@pytest.fixture(scope="module")
def tickets() -> Iterator[Browser]:
    """An application in memory with a type in place, for many requests."""
    with open_world(in_memory_settings(serve_pages=False), DECLARED) as world:
        made: FastAPI = create_app(ground=world.ground)
        browser = Browser(made, world.owner.session.secret)
        assert browser.post(TYPES, json=TICKET).status_code == 201
        yield browser
        browser.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(FIELDS)
def test_whatever_fields_are_sent_the_answer_is_a_record_or_says_why_not(tickets: Browser, data: dict[str, Any]) -> None:
    answer = tickets.post(TICKETS, content=json.dumps({"data": data}).encode(), headers=JSON)
    assert answer.status_code in (201, 400, 422), answer.text
    if answer.status_code == 201:
        assert tickets.get(f"{TICKETS}/{answer.json()['id']}").json()["data"] == answer.json()["data"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(where=FIELDS, order_by=st.none() | st.sampled_from(["title", "-priority", "tags", "created_at"]) | st.text(max_size=10))
def test_whatever_filter_is_sent_the_answer_is_a_page_or_says_why_not(
    tickets: Browser, where: dict[str, Any], order_by: str | None
) -> None:
    answer = tickets.post(f"{TICKETS}/search", content=json.dumps({"where": where, "order_by": order_by}).encode(), headers=JSON)
    assert answer.status_code in (200, 400, 422), answer.text
