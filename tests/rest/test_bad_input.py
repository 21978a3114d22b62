"""Whatever a client sends, it gets a 4xx of the one shape that says what to do."""

import json
from datetime import timedelta
from typing import Any

import pytest

from app import access
from app.access import ActorKind
from app.base.paging import PageRequest
from app.testing import World
from tests.conftest import Browse
from tests.requirements import requirement

JSON = {"content-type": "application/json"}
SLUG = {"name": "New", "slug": "new"}


@requirement("A23.errors-have-one-shape")
@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'{"name": 1' + b"0" * 5000 + b"}", 400),
        (b"null", 422),
        (b'{"name": "New", "slug": "new", "extra": 1}', 422),
        (b'{"name": 7, "slug": "new"}', 422),
        (b'{"name": "\\u0000", "slug": "new"}', 422),
        (b'{"name": "\\ud800", "slug": "new"}', 422),
        (json.dumps({"name": "x" * 101, "slug": "new"}).encode(), 422),
        (b" " * 10_000_000, 413),
    ],
)
def test_a_body_that_cannot_be_accepted_is_refused_with_what_to_do(browse: Browse, world: World, content: bytes, status: int) -> None:
    answer = browse(world.owner).post("/api/v1/tenants", content=content, headers=JSON)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["hint"] != ""


def test_of_a_name_that_comes_twice_the_last_value_counts(browse: Browse, world: World) -> None:
    browser = browse(world.owner)
    made = browser.post("/api/v1/tenants", content=b'{"name": "First", "name": "Second", "slug": "new"}', headers=JSON)
    assert (made.status_code, made.json()["name"]) == (201, "Second")
    field = {"kind": "text", "name": "title"}
    assert browser.post("/api/v1/entity-types", json={"name": "ticket", "label": "Ticket", "fields": [field]}).status_code == 201
    body = b'{"data": {"title": "First"}, "data": {"title": "Second", "title": "Third"}}'
    saved = browser.post("/api/v1/entities/ticket", content=body, headers=JSON)
    assert (saved.status_code, saved.json()["data"]) == (201, {"title": "Third"})


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PROPFIND", "PATCH"])
def test_a_method_that_does_not_work_here_names_those_that_do(browse: Browse, world: World, method: str) -> None:
    answer = browse(world.owner).request(method, "/api/v1/me/password", headers=JSON)
    assert (answer.status_code, answer.headers["allow"]) == (405, "PUT")


def test_the_methods_of_an_address_are_those_of_all_its_routes(browse: Browse, world: World) -> None:
    browser = browse(world.owner)
    assert browser.request("OPTIONS", "/api/v1/tokens").headers["allow"] == "GET, POST"
    assert browser.request("DELETE", f"/api/v1/tenants/{world.acme.id}").headers["allow"] == "GET, PATCH"


@pytest.mark.parametrize("moment", ["0.5", "1700000000", "2027-01-31", "2027-01-31T12:00:00", "yesterday"])
def test_a_moment_that_could_mean_several_things_is_refused(browse: Browse, world: World, moment: str) -> None:
    answer = browse(world.owner).get("/api/v1/audit", params={"until": moment})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "until")


@pytest.mark.parametrize(
    "path",
    ["/api/v1/members/not-an-id", "/api/v1/members?limit=0", "/api/v1/members?limit=x", "/api/v1/members?what=1", "/api/v1/roles/%00"],
)
def test_a_path_or_query_that_means_nothing_is_refused(browse: Browse, world: World, path: str) -> None:
    assert browse(world.owner).get(path).status_code == 422


def test_a_cursor_of_nobodys_is_not_found(browse: Browse, world: World) -> None:
    assert browse(world.owner).get("/api/v1/members?cursor=made-up").status_code == 404


@requirement("A1.stale-save-is-refused")
def test_a_stale_version_is_refused_with_what_is_there_now(browse: Browse, world: World) -> None:
    browser = browse(world.owner)
    path = f"/api/v1/tenants/{world.acme.id}"
    assert browser.request("PATCH", path, json={"name": "Acme 2", "version": 1}).status_code == 200
    answer = browser.request("PATCH", path, json={"name": "Acme 3", "version": 1})
    assert answer.status_code == 409
    assert (answer.json()["current_version"], answer.json()["current"]["name"]) == (2, "Acme 2")


@requirement("A23.creating-calls-are-idempotent")
def test_a_creating_call_repeated_under_one_key_happens_once(browse: Browse, world: World) -> None:
    browser, key = browse(world.owner), {"Idempotency-Key": "one"}
    first = browser.post("/api/v1/tenants", json=SLUG, headers=key)
    again = browser.post("/api/v1/tenants", json=SLUG, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert "idempotent-replay" not in first.headers
    assert again.headers["idempotent-replay"] == "true"


def test_a_key_used_for_another_request_is_a_conflict(browse: Browse, world: World) -> None:
    browser, key = browse(world.owner), {"Idempotency-Key": "one"}
    assert browser.post("/api/v1/tenants", json=SLUG, headers=key).status_code == 201
    assert browser.post("/api/v1/tenants", json={"name": "Other", "slug": "other"}, headers=key).status_code == 409


def test_one_persons_key_is_nothing_to_another(browse: Browse, world: World) -> None:
    key = {"Idempotency-Key": "one"}
    assert browse(world.owner).post("/api/v1/tenants", json=SLUG, headers=key).status_code == 201
    assert browse(world.mallory).post("/api/v1/tenants", json={"name": "Mine", "slug": "mine"}, headers=key).status_code == 201


def test_a_repeated_answer_holds_no_token_secret(browse: Browse, world: World) -> None:
    browser, key = browse(world.ann), {"Idempotency-Key": "one"}
    body: dict[str, Any] = {"name": "robot", "kind": "service", "permissions": ["access.self.read"]}
    assert browser.post("/api/v1/tokens", json=body, headers=key).json()["secret"] != ""
    assert browser.post("/api/v1/tokens", json=body, headers=key).json()["secret"] == ""


@pytest.mark.parametrize("origin", ["http://evil.test", "null", "http://alloy.test.evil.test", "http://[", ""])
def test_a_foreign_page_cannot_act_in_a_users_name(browse: Browse, world: World, origin: str) -> None:
    answer = browse(world.owner).post("/api/v1/tenants", json=SLUG, headers={"origin": origin})
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign-origin")


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer ", "Bearer made-up", "Basic b2xnYTp4", "alloy"])
def test_a_cookie_does_not_speak_for_a_header_that_proves_nobody(browse: Browse, world: World, authorization: str) -> None:
    answer = browse(world.owner).get("/api/v1/me", headers={"authorization": authorization})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="alloy"')


def test_an_expired_token_says_when_it_expired_and_what_to_do(browse: Browse, world: World) -> None:
    wanted = {"name": "short", "kind": "ai", "permissions": ["access.self.read"], "expires_at": "2026-01-05T10:00:00Z"}
    secret = browse(world.owner).post("/api/v1/tokens", json=wanted).json()["secret"]
    bearer = {"authorization": f"Bearer {secret}"}
    assert browse(None).get("/api/v1/me", headers=bearer).status_code == 200
    world.clock.advance(timedelta(hours=2))
    answer = browse(None).get("/api/v1/me", headers=bearer)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert "expired at 2026-01-05T10:00:00" in answer.json()["detail"]
    assert answer.json()["hint"] == "Create another."


@requirement("A18.metrics-are-not-public")
def test_metrics_need_a_permission(browse: Browse, world: World) -> None:
    assert browse(None).get("/metrics").status_code == 401
    assert browse(world.viewer).get("/metrics").status_code == 403
    answer = browse(world.otto).get("/metrics")
    assert answer.status_code == 200
    assert "alloy_http_requests_total" in answer.text


def test_signing_in_and_out_sets_and_takes_back_the_cookie(browse: Browse, world: World) -> None:
    browser = browse(None)
    answer = browser.post("/api/v1/session", json={"email": "ann@acme.example", "password": "correct horse battery"})
    secret, _, attributes = answer.headers["set-cookie"].partition(";")
    assert answer.status_code == 201
    assert "httponly" in attributes.lower()
    assert "samesite=lax" in attributes.lower()
    # Sent by hand: to the client's real clock a cookie of the frozen one has expired.
    signed_in = {"cookie": secret}
    assert browser.get("/api/v1/me", headers=signed_in).json()["user"]["email"] == "ann@acme.example"
    left = browser.request("DELETE", "/api/v1/session", headers=signed_in)
    assert (left.status_code, "max-age=0" in left.headers["set-cookie"].lower()) == (204, True)
    assert browser.get("/api/v1/me", headers=signed_in).status_code == 401


def test_a_change_is_in_the_audit_log_with_before_and_after(browse: Browse, world: World) -> None:
    browser = browse(world.owner)
    changed = browser.request("PATCH", f"/api/v1/tenants/{world.acme.id}", json={"name": "Acme 2", "version": 1})
    entry = browser.get("/api/v1/audit?action=access.tenant.update").json()["items"][0]
    assert (entry["actor_name"], entry["actor_email"], entry["actor_kind"]) == ("Olga", "olga@acme.example", ActorKind.HUMAN)
    assert (entry["before"]["name"], entry["after"]["name"]) == ("Acme", "Acme 2")
    assert entry["correlation_id"] == changed.headers["x-correlation-id"]


def test_what_a_page_of_members_says_is_what_the_verb_says(browse: Browse, world: World) -> None:
    page = world.read(world.owner, lambda work, actor: access.list_members(work, actor, PageRequest(limit=2)))
    answer = browse(world.owner).get("/api/v1/members?limit=2").json()
    assert [item["id"] for item in answer["items"]] == [str(member.id) for member in page.items]
    assert answer["next_cursor"] == page.next_cursor
