"""Endpoints called over a real connection by programs that know nothing of ours: set up over REST, signed as the documents say."""

import importlib.util
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from app.main import DECLARED
from app.testing import World, in_memory_settings, open_world
from tests.requirements import requirement
from tests.rest.conformance import serving

pytestmark = pytest.mark.slow
EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "signed_call.py"
SECRET = "between the shop and us"
ECHO = '#{ status: 201, headers: #{ "x-method": request.method }, body: #{ path: request.path, query: request.query, body: request.body } }'


@dataclass(frozen=True, slots=True)
class Site:
    """A server, and acme's owner with a browser's cookie."""

    url: str
    world: World
    owner: httpx.Client

    def put_in_place(self, name: str, path: str, source: str = ECHO, method: str = "POST", **trigger: Any) -> None:
        """A script behind an endpoint."""
        told = {"kind": "api", "path": path, "method": method, "authentication": "none", **trigger}
        answer = self.owner.post("/api/v1/scripts", json={"name": name, "source": source, "activate": True, "trigger": told})
        assert answer.status_code == 201, answer.text
        assert answer.json()["status"] == "active", answer.text


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One server for all of these tests; each has a path of its own."""
    settings = in_memory_settings(database_url=f"sqlite:///{tmp_path_factory.mktemp('site')}/alloy.db", sandbox="degraded")
    with open_world(settings, DECLARED) as world, serving(world) as url:
        cookies = {"alloy_session": world.owner.session.secret}
        with httpx.Client(base_url=url, cookies=cookies, headers={"origin": url}, timeout=60) as owner:
            assert owner.put("/api/v1/secrets/shop", json={"value": SECRET}).status_code == 200
            yield Site(url, world, owner)


@pytest.fixture(scope="module")
def example() -> ModuleType:
    """The documented program."""
    spec = importlib.util.spec_from_file_location("signed_call", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _called(request: urllib.request.Request) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310  # our own server
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, json.loads(refused.read())


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_each_method_has_its_own_script(site: Site, method: str) -> None:
    site.put_in_place(f"by-{method.lower()}", "by/method", method=method)
    answer = httpx.request(method, f"{site.url}/acme/hooks/by/method?a=1&a=2&b=%C3%A4", timeout=60)
    assert (answer.status_code, answer.headers["x-method"]) == (201, method)
    assert answer.json() == {"path": "by/method", "query": {"a": ["1", "2"], "b": "ä"}, "body": None}


def test_a_method_nobody_answers_is_refused(site: Site) -> None:
    site.put_in_place("put-only", "put/only", method="PUT")
    address = f"{site.url}/acme/hooks/put/only"
    assert httpx.post(address, timeout=60).status_code == 404
    assert httpx.request("TRACE", address, timeout=60).status_code == 405
    assert httpx.request("HEAD", address, timeout=60).status_code in {404, 405}


@requirement("A2.endpoints-are-guarded")
def test_a_call_signed_as_the_documents_say_is_let_in(site: Site, example: ModuleType) -> None:
    site.put_in_place("signed", "orders/new", authentication="hmac", secret="shop")
    now = int(site.world.clock.now().timestamp())
    body = '{"n": 1, "note": "ä"}'.encode()
    assert _called(example.request(site.url, "acme", "orders/new", SECRET, body, now)) == (
        201,
        {"path": "orders/new", "query": {}, "body": {"n": 1, "note": "ä"}},
    )
    for secret, sent_at in (("another", now), (SECRET, now - 301), (SECRET, now + 301)):
        status, told = _called(example.request(site.url, "acme", "orders/new", secret, body, sent_at))
        assert (status, told["status"]) == (401, 401)


def test_a_program_may_call_what_is_open_and_the_page_of_another_site_may_not(site: Site) -> None:
    site.put_in_place("open", "open")
    answers = [
        httpx.post(f"{site.url}/acme/hooks/open", content="plain", headers=headers, timeout=60)
        for headers in ({}, {"origin": "https://shop.example"})
    ]
    assert [each.status_code for each in answers] == [201, 403]
    assert answers[0].json()["body"] == "plain"


@pytest.mark.parametrize(
    "address", ["/acme/hooks/none", "/rival/hooks/open", "/no-tenant/hooks/open", "/acme/hooks/", "/acme/hooks/../open"]
)
def test_what_is_not_there_is_not_found_and_says_so_in_the_shape_of_problems(site: Site, address: str) -> None:
    answer = httpx.post(f"{site.url}{address}", timeout=60)
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (404, "application/problem+json")


def test_a_body_beyond_the_limit_is_refused_before_any_script_sees_it(site: Site) -> None:
    site.put_in_place("large", "large")
    answer = httpx.post(f"{site.url}/acme/hooks/large", content=b"x" * 10_000_000, timeout=60)
    assert answer.status_code == 413


@requirement("A2.endpoints-are-guarded")
def test_a_stranger_can_not_pass_a_call_off_as_the_run_that_somebody_else_asked_for(site: Site) -> None:
    site.put_in_place("anybodys", "anybodys")
    assert site.owner.post("/api/v1/scripts", json={"name": "mine", "source": "42", "activate": True}).status_code == 201
    mine, owner = site.owner.get("/api/v1/scripts/name/mine").json(), site.world.owner.user.id
    stolen = f"rest-{owner.hex}-{mine['id'].replace('-', '')}-k1"
    assert httpx.post(f"{site.url}/acme/hooks/anybodys", headers={"idempotency-key": stolen}, timeout=60).status_code == 201
    answer = site.owner.post(f"/api/v1/scripts/{mine['id']}/run", json={}, headers={"idempotency-key": "k1"})
    assert (answer.status_code, answer.json()["value"]) == (200, 42)
    assert "idempotent-replay" not in answer.headers
