"""Every call that changes something leaves its entry in the audit log, whichever face it comes through, and no entry holds a secret."""

import io
import json
import re
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import Connection, text

from app.access import BuiltinRole, Needs
from app.base.outbox import OutboxTransport
from app.base.transport import Delivery, Message, Retries
from app.main import create_app
from app.runs import Sealer
from app.runs.sealing import KEY_BYTES
from app.sandbox.pool import Pool
from app.scripts import note_outcome
from app.testing import Person, World
from app.testing.world import PASSWORD
from tests.browser import Clients, opened
from tests.walls import Step, steps

pytestmark = pytest.mark.asyncio(loop_scope="session")

API: Final = "/api/v1"
NEW_PASSWORD: Final = "another long enough phrase"
SECRET: Final = "what nobody may read"
LOOKS: Final = frozenset(
    {
        "POST /entities/{type_name}/search",
        "POST /entities/{type_name}/count",
        "POST /entity-types/{type_name}/check",
        "POST /executions/{run_id}/replay",
        "POST /reruns/preview",
        "POST /schedules/preview",
        "POST /schedules/{schedule_id}/backfill/plan",
        "POST /scripts/dry-run",
        "POST /scripts/validate",
    }
)
"""Calls that carry a body and change nothing."""
RUNS: Final = frozenset(
    {
        "POST /entity-types/{type_name}/hooks/before",
        "POST /entity-types/{type_name}/hooks/after",
        "POST /scripts/{script_id}/run",
        "POST /scripts/name/{script_name}/run",
    }
)
"""Calls that only run scripts: the history has a row for each run, with who started it."""


@dataclass
class Story:
    """Calls made one after the other, each looked up in the log before the next."""

    world: World
    clients: Clients
    told: dict[str, set[str]] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=lambda: {SECRET, PASSWORD, NEW_PASSWORD})

    async def call(self, person: Person, operation: str, *, content: bytes | None = None, **values: Any) -> Any:
        """Make a call that has to work: path parameters by name, and `body` or `query`; its actions are written down."""
        method, _, template = operation.partition(" ")
        path = re.sub(r"\{(\w+)\}", lambda found: str(values[found.group(1)]), template)
        known = set(entries(self.world))
        options: dict[str, Any] = {"content": content} if content is not None else {"json": values.get("body")}
        answer = await self.clients(person).request(method, f"{API}{path}", params=values.get("query"), **options)
        assert answer.status_code < 300, f"{operation} answered {answer.status_code}: {answer.text}"
        self.told[operation] = {entry["action"] for identity, entry in entries(self.world).items() if identity not in known}
        self.secrets |= {value for value in answer.cookies.values() if value}
        return answer.json() if answer.headers.get("content-type") == "application/json" else answer


def entries(world: World) -> dict[str, dict[str, Any]]:
    """Every entry of every tenant's log."""

    def look(connection: Connection) -> dict[str, dict[str, Any]]:
        rows = connection.execute(text("SELECT * FROM access_audit")).mappings()
        return {str(row["id"]): {name: str(value) for name, value in row.items()} for row in rows}

    found: dict[str, dict[str, Any]] = world.ground.database.read_now(lambda work: work.inspect(look))
    return found


@pytest.fixture
def application(memory_world: World, script_pool: Pool) -> FastAPI:
    """The application, with a sandbox and a key to seal secrets with."""
    made = create_app(ground=memory_world.ground)
    made.state.services.runner.pool = script_pool
    made.state.services.runner.sealer = Sealer(bytes(KEY_BYTES))
    return made


@pytest_asyncio.fixture(loop_scope="session")
async def story(memory_world: World, application: FastAPI) -> AsyncIterator[Story]:
    """A story that begins."""
    async with opened(application) as make:
        yield Story(memory_world, make)
    await application.state.services.runner.settled()


def changing(application: FastAPI, *, is_rest: bool) -> dict[str, Step]:
    """The routes of a face that can change something, by method and path."""
    found = (step for step in steps(application) if step.method not in ("GET", "SOCKET") and step.is_rest == is_rest)
    return {f"{step.method} {step.path.removeprefix(API)}": step for step in found if step.stated is not None}


async def accounts(story: Story) -> None:
    """Everything about people."""
    world, olga = story.world, story.world.owner
    await story.call(olga, "PATCH /me", body={"display_name": "Olga the Great", "version": 1})
    new = {"email": "nina@acme.example", "display_name": "Nina", "role": "viewer", "password": NEW_PASSWORD}
    nina = await story.call(olga, "POST /users", body=new)
    await story.call(olga, "PATCH /users/{user_id}", user_id=nina["id"], body={"version": nina["version"], "is_active": False})
    member = await story.call(olga, "POST /members", body={"email": "mallory@rival.example", "role": "viewer"})
    other = {"role": "author", "version": member["version"]}
    await story.call(olga, "PATCH /members/{member_id}", member_id=member["id"], body=other)
    await story.call(olga, "DELETE /members/{member_id}", member_id=member["id"])
    role = await story.call(olga, "POST /roles", body={"name": "clerk", "inherits": "viewer"})
    await story.call(olga, "PUT /roles/{name}", name="clerk", body={"inherits": "author", "version": role["version"]})
    await story.call(olga, "DELETE /roles/{name}", name="clerk")
    token = await story.call(olga, "POST /tokens", body={"name": "robot", "kind": "service", "permissions": ["access.self.read"]})
    story.secrets.add(token["secret"])
    await story.call(olga, "POST /tokens/{token_id}/revoke", token_id=token["token"]["id"])
    await story.call(olga, "POST /tenants", body={"name": "Third", "slug": "third"})
    await story.call(olga, "PATCH /tenants/{tenant_id}", tenant_id=world.acme.id, body={"name": "Acme & Co.", "version": 1})


async def sessions(story: Story) -> None:
    """Coming and going. Each ends a session, so each is somebody else's."""
    world = story.world
    further = world.session(world.viewer)
    await story.call(world.viewer, "DELETE /sessions/{session_id}", session_id=further.session_id)
    await story.call(world.viewer, "DELETE /session")
    await story.call(world.admin, "POST /session", body={"email": str(world.admin.user.email), "password": PASSWORD})
    world.join(world.otto, world.rival, BuiltinRole.VIEWER)
    await story.call(world.otto, "PUT /session/tenant", body={"tenant_id": str(world.rival.id)})
    await story.call(world.rex, "PUT /me/password", body={"current_password": PASSWORD, "new_password": NEW_PASSWORD})


async def bounds(story: Story) -> None:
    """What bounds runs."""
    olga = story.world.owner
    await story.call(olga, "PUT /secrets/{secret_name}", secret_name="partner", body={"value": SECRET})
    await story.call(olga, "DELETE /secrets/{secret_name}", secret_name="partner")
    host = await story.call(olga, "POST /egress-hosts", body={"host": "api.example.com"})
    await story.call(olga, "DELETE /egress-hosts/{host_id}", host_id=host["id"])
    await story.call(olga, "PUT /limits", body={"wall_ms": 1000})


async def records(story: Story) -> None:
    """Entity types and their records."""
    olga = story.world.owner
    fields = [{"kind": "text", "name": "title"}]
    made = await story.call(olga, "POST /entity-types", body={"name": "ticket", "label": "Ticket", "fields": fields})
    renamed = {"label": "Case", "fields": fields, "version": made["version"]}
    await story.call(olga, "PUT /entity-types/{type_name}", type_name="ticket", body=renamed)
    ticket = await story.call(olga, "POST /entities/{type_name}", type_name="ticket", body={"data": {"title": "One"}})
    at = {"type_name": "ticket", "record_id": ticket["id"]}
    await story.call(olga, "PUT /entities/{type_name}/{record_id}", **at, body={"data": {"title": "Two"}, "version": 1})
    await story.call(olga, "PATCH /entities/{type_name}/{record_id}", **at, body={"data": {"title": "Three"}, "version": 2})
    await story.call(olga, "POST /entity-types/{type_name}/index", type_name="ticket", body={})
    await story.call(olga, "DELETE /entities/{type_name}/{record_id}", **at)
    await story.call(olga, "DELETE /entity-types/{type_name}", type_name="ticket")


async def registry(story: Story) -> None:
    """A script's whole life."""
    olga = story.world.owner
    made = await story.call(olga, "POST /scripts", body={"name": "adder", "source": "1"})
    at = {"script_id": made["id"]}
    await story.call(olga, "PUT /scripts/{script_id}", **at, body={"name": "adder", "source": "2", "revision": 1})
    await story.call(olga, "POST /scripts/{script_id}/versions", **at, body={"source": "3", "revision": 2})
    await story.call(olga, "POST /scripts/{script_id}/versions/{number}/restore", **at, number=1, body={"revision": 3})
    await story.call(olga, "POST /scripts/{script_id}/activate", **at, body={"revision": 4, "version": 1})
    failed = UUID(made["id"])
    story.world.ground.database.write_now(lambda work: note_outcome(work, story.world.acme.id, failed, True, "on purpose"))
    steps_of_a_life = ("reset", "pause", "resume", "disable", "archive", "unarchive")
    for revision, step in enumerate(steps_of_a_life, start=5):
        reason = {"reason": "It is wrong."} if step == "disable" else {}
        await story.call(olga, f"POST /scripts/{{script_id}}/{step}", **at, body={"revision": revision, **reason})
    bundle = (await story.clients(olga).get(f"{API}/scripts/export")).content
    await story.call(olga, "DELETE /scripts/{script_id}", **at)
    await story.call(olga, "POST /scripts/{script_id}/undelete", **at)
    await story.call(olga, "DELETE /scripts/{script_id}", **at)
    await story.call(olga, "POST /scripts/{script_id}/purge", **at)
    assert zipfile.is_zipfile(io.BytesIO(bundle))
    await story.call(olga, "POST /scripts/import", content=bundle)


async def letters(story: Story) -> None:
    """Messages that were given up on."""
    ground, olga = story.world.ground, story.world.owner
    transport = OutboxTransport(ground.database, ground.clock, Retries(attempts=1))

    async def refuse(_delivery: Delivery) -> None:
        raise RuntimeError("on purpose")

    transport.subscribe("test", "refusing", refuse)
    messages = [Message(story.world.acme.id, "test", {}) for _ in range(2)]
    first, second = await ground.database.write(lambda work: transport.publish_all(work, messages))
    await transport.deliver_due()
    await story.call(olga, "POST /dead-letters/{letter_id}/retry", letter_id=first)
    await story.call(olga, "DELETE /dead-letters/{letter_id}", letter_id=second)


async def clockwork(story: Story) -> None:
    """Schedules, and runs that are run again."""
    olga = story.world.owner
    script = (await story.clients(olga).post(f"{API}/scripts", json={"name": "tick", "source": "1", "activate": True})).json()
    new = {"script_id": script["id"], "name": "often", "expression": "*/10 * * * *"}
    made = await story.call(olga, "POST /schedules", body=new)
    at = {"schedule_id": made["id"]}
    await story.call(olga, "PATCH /schedules/{schedule_id}", **at, body={"version": 1, "expression": "0 * * * *"})
    await story.call(olga, "POST /schedules/{schedule_id}/pause", **at, body={"version": 2})
    await story.call(olga, "POST /schedules/{schedule_id}/resume", **at, body={"version": 3})
    ran = await story.call(olga, "POST /schedules/{schedule_id}/run", **at)
    await story.call(olga, "POST /executions/{run_id}/cancel", run_id=ran["last_run_id"])
    window = {"since": "2026-01-05T05:00:00Z", "until": "2026-01-05T08:00:00Z"}
    plan = (await story.clients(olga).post(f"{API}/schedules/{made['id']}/backfill/plan", json=window)).json()
    await story.call(olga, "POST /schedules/{schedule_id}/backfill", **at, body={**window, "token": plan["token"]})
    await story.call(olga, "PUT /schedules/clock", body={"zone": "Asia/Tokyo", "version": 1})
    await story.call(olga, "DELETE /schedules/{schedule_id}", **at)
    past = (await story.clients(olga).post(f"{API}/scripts/{script['id']}/run", json={})).json()
    await story.call(olga, "POST /executions/{run_id}/rerun", run_id=past["run_id"], body={})
    rerun = await story.call(olga, "POST /reruns", body={"name": "Again", "filter": {"script_id": script["id"]}})
    await story.call(olga, "POST /reruns/{rerun_id}/cancel", rerun_id=rerun["id"])


CHAPTERS: Final = (accounts, bounds, records, registry, letters, clockwork, sessions)


async def test_every_call_that_changes_something_is_in_the_log(story: Story, application: FastAPI) -> None:
    for chapter in CHAPTERS:
        await chapter(story)
    assert [operation for operation, actions in story.told.items() if not actions] == []
    assert set(changing(application, is_rest=True)) - LOOKS - RUNS == set(story.told)


async def test_no_entry_of_the_log_holds_a_secret(story: Story) -> None:
    for chapter in CHAPTERS:
        await chapter(story)
    written = json.dumps(list(entries(story.world).values()))
    people = {person.session.secret for person in (*story.world.acme_people, story.world.mallory)}
    assert [secret for secret in story.secrets | people if secret in written] == []
    assert "$argon2" not in written


async def test_what_pages_change_is_changed_by_a_call_too(application: FastAPI) -> None:
    def permissions(face: dict[str, Step]) -> set[str]:
        return {step.stated.permission for step in face.values() if isinstance(step.stated, Needs)}

    calls = {name: step for name, step in changing(application, is_rest=True).items() if name not in LOOKS}
    assert permissions(changing(application, is_rest=False)) - permissions(calls) == set()


async def test_a_look_leaves_no_entry(story: Story) -> None:
    with pytest.raises(AssertionError, match="answered 404"):
        await story.call(story.world.owner, "POST /nothing", body={})
    body = {"expression": "0 9 * * *"}
    await story.call(story.world.owner, "POST /schedules/preview", body=body)
    assert story.told == {"POST /schedules/preview": set()}
