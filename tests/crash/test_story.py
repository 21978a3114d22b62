"""The main job over real HTTP, from an empty tenant to a called webhook; and the same with the server killed at each point of a save's way.

Whatever was acknowledged is there afterwards, with its run; every committed save reaches the webhook, more than once only under the same
key; and every run that is left replays to the same end.
"""

import json
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.seed import DEMO_PASSWORD
from e2e.server import Server, serving
from tests.crash.armed import POINTS, SAVES_BEFORE, SHORT_WAY, ArmedServer, serving_armed
from tests.requirements import requirement

QUIET = {
    "ALLOY_SERVE_PAGES": "false",
    "ALLOY_PASSWORD_MEMORY_KIB": "8",
    "ALLOY_LOG_LEVEL": "error",
    "ALLOY_EGRESS_PERMITTED": "127.0.0.0/8",
    "ALLOY_SECRETS_KEY": "a key of the tests, long enough for it",
    "ALLOY_OUTBOX_LEASE_SECONDS": "1",
    "ALLOY_PASSWORD_PASSES": "1",
    # What the story is about does not depend on which walls the machine offers.
    "ALLOY_SANDBOX": "degraded",
}
SECRET = "t0p-s3cr3t-of-the-story"
RULES = """
if entity.amount < 10 { abort("The minimum amount is 10"); }
entity.total = entity.amount * 2;
log(`total is ${entity.total}`);
"""
TELL = """
http_post("URL", #{ id: entity.id, total: entity.total }, #{ authorization: `Bearer ${secret("PARTNER")}` });
log("told");
"""
PATIENCE_SECONDS = 60


@dataclass
class Webhook:
    """A partner's service: what it was told, by the idempotency key of the call."""

    url: str = ""
    heard: list[tuple[str, dict[str, Any], str]] = field(default_factory=list)


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    """A partner's service on this machine."""
    found = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            found.heard.append((self.headers["idempotency-key"], body, self.headers["authorization"]))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing to say."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}/deals"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def client_of(server: Server | ArmedServer) -> Iterator[httpx.Client]:
    """Olga, signed in."""
    with httpx.Client(base_url=f"{server.url}/api/v1", timeout=60, headers={"origin": server.url}) as client:
        client.post("/session", json={"email": "olga@demo.example", "password": DEMO_PASSWORD}).raise_for_status()
        yield client


def done(answer: httpx.Response) -> Any:
    """The body of an answer that went well."""
    assert answer.is_success, answer.text
    return answer.json()


def set_up(client: httpx.Client, webhook: Webhook) -> None:
    """An entity type, a secret, a host, and a script before and one after the save."""
    fields = [{"name": "amount", "kind": "integer", "required": True}, {"name": "total", "kind": "integer"}]
    done(client.post("/entity-types", json={"name": "deal", "label": "Deals", "fields": fields}))
    done(client.put("/secrets/PARTNER", json={"value": SECRET}))
    done(client.post("/egress-hosts", json={"host": webhook.url.split("/")[2]}))
    trigger = {"kind": "event", "entity_type": "deal", "events": ["create", "update"]}
    common = {"limits_profile": "relaxed", "activate": True}
    done(client.post("/scripts", json={**common, "name": "rules", "source": RULES, "trigger": {**trigger, "phase": "before"}}))
    tell = {"name": "tell", "source": TELL.replace("URL", webhook.url), "trigger": {**trigger, "phase": "on_commit"}}
    done(client.post("/scripts", json={**common, **tell, "allowed_secrets": ["PARTNER"]}))


def runs(client: httpx.Client, **wanted: str) -> list[dict[str, Any]]:
    """All runs that match, newest first."""
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        page = done(client.get("/executions", params={**wanted, "limit": 200, **({"cursor": cursor} if cursor else {})}))
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found


def until(claim: Callable[[], bool]) -> None:
    """Wait for the server to come to it; only the end of patience depends on time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    pause = threading.Event()
    while not claim():
        assert time.monotonic() < deadline, "the server never came to it"
        pause.wait(0.05)


def replay_all(client: httpx.Client, found: list[dict[str, Any]]) -> None:
    """Every run replays to the same outcome, changes, logs and operations."""
    for run in found:
        replayed = done(client.post(f"/executions/{run['id']}/replay"))
        detail = done(client.get(f"/executions/{run['id']}"))
        assert replayed["differences"] == [], (run["script_name"], run["outcome"])
        assert replayed["input_digest"] == detail["input_digest"]


@requirement("A17.every-run-is-recorded")
@pytest.mark.timeout(240)
def test_the_main_job_is_done_from_an_empty_tenant_to_the_webhook(tmp_path: Path, database_url: str, webhook: Webhook) -> None:
    with serving(tmp_path, {**QUIET, "ALLOY_DATABASE_URL": database_url}) as server, client_of(server) as client:
        set_up(client, webhook)
        saved = done(client.post("/entities/deal", json={"data": {"amount": 21}}))
        assert saved["data"] == {"amount": 21, "total": 42}

        refused = client.post("/entities/deal", json={"data": {"amount": 5}})
        assert (refused.status_code, refused.json()["detail"]) == (422, "The minimum amount is 10")

        until(lambda: len(runs(client, status="finished")) == 3)
        told, rejected, ran = runs(client)
        assert [(run["script_name"], run["outcome"]) for run in (ran, rejected, told)] in (
            [("rules", "ok"), ("rules", "rejected"), ("tell", "ok")],
            [("rules", "ok"), ("tell", "ok"), ("rules", "rejected")],
        )
        detail = done(client.get(f"/executions/{ran['id']}"))
        assert (detail["changes"]["fields"], [line["text"] for line in detail["logs"]]) == ({"total": 42}, ["total is 42"])
        ids = [run["id"] for run in (told, rejected) if run["outcome"] == "rejected"]
        assert [run["id"] for run in runs(client, text="minimum")] == ids

        [(key, body, authorization)] = webhook.heard
        assert (body, authorization) == ({"id": saved["id"], "total": 42}, f"Bearer {SECRET}")
        on_commit = next(run for run in (told, rejected) if run["script_name"] == "tell")
        on_commit_detail = done(client.get(f"/executions/{on_commit['id']}"))
        assert on_commit_detail["idempotency_key"] == key
        assert SECRET not in json.dumps([detail, on_commit_detail])
        replay_all(client, [ran, rejected, told])


@dataclass
class Ledger:
    """What the server acknowledged, over all its lives: records by their amount."""

    acknowledged: dict[str, int] = field(default_factory=dict)

    def save_until_killed(self, client: httpx.Client) -> None:
        """Save one deal after the other until nobody answers any more."""
        for number in range(40 * SAVES_BEFORE):
            amount = 10 + number
            try:
                self.acknowledged[done(client.post("/entities/deal", json={"data": {"amount": amount}}))["id"]] = amount
            except httpx.TransportError:
                return
        pytest.fail("the server was never killed")

    def check(self, client: httpx.Client, webhook: Webhook) -> None:
        """Everything acknowledged is there, was seen by its scripts, and reached the webhook under one key."""
        until(lambda: not runs(client, status="queued") and not runs(client, status="running"))
        kept = {each["id"]: each["data"]["amount"] for each in records(client)}
        assert self.acknowledged.items() <= kept.items()
        until(lambda: {run["entity_id"] for run in runs(client, phase="on_commit", outcome="ok")} == set(kept))
        before = [run["entity_id"] for run in runs(client, phase="before")]
        assert set(self.acknowledged) <= set(before)
        assert len(before) == len(set(before))
        keys: dict[str, set[str]] = {}
        for key, body, _ in webhook.heard:
            keys.setdefault(body["id"], set()).add(key)
        assert all(len(each) == 1 for each in keys.values())
        assert set(keys) == set(kept)
        assert done(client.get("/dead-letters"))["items"] == []


@requirement("A14.later-scripts-run-at-least-once")
@pytest.mark.timeout(280)
def test_a_server_killed_at_each_point_of_a_saves_way_loses_nothing(tmp_path: Path, database_url: str, webhook: Webhook) -> None:
    settings = {**QUIET, "ALLOY_DATABASE_URL": database_url}
    ledger = Ledger()
    for position, point in enumerate(POINTS):
        with serving_armed(tmp_path, settings, point) as server, client_of(server) as client:
            if position == 0:
                set_up(client, webhook)
            ledger.check(client, webhook)
            server.light()
            ledger.save_until_killed(client)
            server.process.join(PATIENCE_SECONDS)
            assert server.process.exitcode == -signal.SIGKILL, point
    with serving_armed(tmp_path, settings, "none") as server, client_of(server) as client:
        ledger.check(client, webhook)
        replay_all(client, runs(client))


@contextmanager
def robot_of(server: ArmedServer, client: httpx.Client) -> Iterator[httpx.Client]:
    """A program with a token of its own, whose plain saves go the short way."""
    token = {"name": f"robot of {server.process.pid}", "kind": "service", "permissions": ["entities.record.create"]}
    secret = done(client.post("/tokens", json=token))["secret"]
    with httpx.Client(base_url=f"{server.url}/api/v1", timeout=60, headers={"authorization": f"Bearer {secret}"}) as robot:
        yield robot


@requirement("R1.acknowledged-writes-survive")
@pytest.mark.timeout(200)
def test_a_server_killed_while_programs_save_by_token_loses_nothing(tmp_path: Path, database_url: str, webhook: Webhook) -> None:
    settings = {**QUIET, "ALLOY_DATABASE_URL": database_url}
    ledger = Ledger()
    for position, point in enumerate((SHORT_WAY, *POINTS[:4])):
        with serving_armed(tmp_path, settings, point) as server, client_of(server) as client:
            if position == 0:
                set_up(client, webhook)
            ledger.check(client, webhook)
            with robot_of(server, client) as robot:
                server.light()
                ledger.save_until_killed(robot)
            server.process.join(PATIENCE_SECONDS)
            assert server.process.exitcode == -signal.SIGKILL, point
    with serving_armed(tmp_path, settings, "none") as server, client_of(server) as client:
        ledger.check(client, webhook)
        replay_all(client, runs(client))


def records(client: httpx.Client) -> list[dict[str, Any]]:
    """All deals."""
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        page = done(client.get("/entities/deal", params={"limit": 200, **({"cursor": cursor} if cursor else {})}))
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found
