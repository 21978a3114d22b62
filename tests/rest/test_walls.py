"""Every route, walked as mallory of another tenant and as a viewer: nothing of acme is seen, nothing is changed."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

import pytest
from fastapi import FastAPI, WebSocket

from app import access, entities, runs, schedules
from app.access import Needs, csrf_token
from app.access.types import ActorKind, AuditFilter
from app.base.paging import PageRequest
from app.entities import Entities, FieldKind, FieldSpec, NoHooks, Record, RecordIndex, Saved, SaveRecord, TypeSettings
from app.main import create_app
from app.runs import Sealer
from app.runs.models import RerunRecord
from app.runs.sealing import KEY_BYTES
from app.sandbox.pool import Pool
from app.testing import Person, World
from tests.browser import ORIGIN, Browser
from tests.requirements import requirement
from tests.scripting import kept_run, script, settings_for
from tests.walls import SAID, Step, aimed, body_of, heard, query_of, state, steps, undeclared

FORM = {
    "name": "Intruder", "display_name": "Intruder", "slug": "intruder", "email": "intruder@rival.example", "role": "viewer", "version": "1",
    "password": "a long enough phrase", "current_password": "a long enough phrase", "new_password": "a long enough phrase",
    "inherits": "viewer", "description": "none", "kind": "service", "permissions": "access.self.read", "is_active": "no",
}  # fmt: skip
MARKS = ("@acme.example", "secret of acme", "of acme", "Acme", "acmes_note")
"""Where one of these is seen, something of acme is seen."""


@pytest.fixture
def targets(world: World) -> dict[str, str]:
    """Ids of things of acme, by the name of the path parameter that takes them."""
    settings, registry = world.ground.settings, world.access.registry
    token = world.write(
        world.owner,
        lambda work, actor: access.create_token(
            work, actor, settings, name="of acme", kind=ActorKind.SERVICE, permissions=["access.self.read"], expires_at=None
        ),
    )
    world.write(
        world.owner,
        lambda work, actor: access.create_role(
            work, actor, registry, name="acme-only", description="secret of acme", inherits="viewer", extra_permissions=[]
        ),
    )
    host = world.write(world.owner, lambda work, actor: runs.allow_host(work, actor, "acme.example"))
    sealer = Sealer(bytes(KEY_BYTES))
    world.write(world.owner, lambda work, actor: runs.set_secret(work, actor, sealer, "acme_only", "secret of acme"))
    kind = TypeSettings("secret of acme", (FieldSpec("acmes_note", FieldKind.TEXT),))
    world.write(world.owner, lambda work, actor: entities.create_type(work, actor, "acme_only", kind))
    members = world.read(world.owner, lambda work, actor: access.list_members(work, actor, PageRequest()))
    entries = world.read(world.owner, lambda work, actor: access.list_audit(work, actor, AuditFilter(), PageRequest()))
    return {
        "tenant_id": str(world.acme.id),
        "user_id": str(world.ann.user.id),
        "member_id": next(str(member.id) for member in members.items if member.user_id == world.ann.user.id),
        "token_id": str(token.token.id),
        "entry_id": str(entries.items[0].id),
        "session_id": str(world.ann.session.session_id),
        "run_id": str(kept_run(world, world.owner, reason="secret of acme").result.run_id),
        "rerun_id": str(_rerun(world)),
        "script_id": str(script(world, settings_for("acme-only"), "1").id),
        "script_name": "acme-only",
        "number": "1",
        "template_name": "no-such-template",
        "host_id": str(host.id),
        "secret_name": "acme_only",
        "letter_id": str(world.ground.ids.new()),
        "tenant": world.acme.slug,
        "type_name": "acme_only",
        "schedule_id": str(_schedule(world).id),
        "record_id": str(_record(world).id),
        "name": "acme-only",
        "path": "no-such-file",
        "step": "pause",
    }


def _rerun(world: World) -> UUID:
    row = RerunRecord(
        id=world.ground.ids.new(),
        tenant_id=world.acme.id,
        name="secret of acme",
        version="current",
        total=0,
        actor_id=world.owner.user.id,
        actor_name="of acme",
        created_at=world.clock.now(),
    )
    rerun_id = row.id
    world.ground.database.write_now(lambda work: work.scope(world.acme.id).add(row))
    return rerun_id


def _schedule(world: World) -> schedules.Schedule:
    new = schedules.NewSchedule(script(world, settings_for("acme-clock"), "1").id, "of acme", "0 9 * * *")
    return world.write(world.owner, lambda work, actor: schedules.create_schedule(work, actor, new))


def _record(world: World) -> Record:
    store = Entities(world.ground.database, NoHooks())
    outcome = asyncio.run(store.save(world.actor(world.owner), SaveRecord("acme_only", {"acmes_note": "secret of acme"})))
    assert isinstance(outcome, Saved)
    # Anybody's search enters what waits, whichever tenant's it is; here nothing does.
    world.ground.database.write_now(RecordIndex().catch_up)
    return outcome.record


def walk(world: World, application: FastAPI, person: Person, targets: dict[str, str]) -> Iterator[tuple[Step, int, str]]:
    """Each route's answer to this person, who sends it valid bodies aimed at acme's things, in a fresh session each time."""
    browser = Browser(application)
    document = browser.get("/api/v1/openapi.json").json()
    browser.close()
    for step in steps(application):
        if step.is_socket:
            continue
        secret = world.session(person).secret
        browser = Browser(application, secret)
        path = aimed(step.path, targets)
        if step.is_rest or step.method == "GET":
            answer = browser.request(step.method, path, params=query_of(document, step), json=body_of(document, step))
        else:
            answer = browser.request(step.method, path, data={**FORM, "csrf": csrf_token(secret)})
        browser.close()
        yield step, answer.status_code, answer.text


@requirement("A12.foreign-id-is-not-found")
@pytest.mark.slow
def test_mallory_sees_and_changes_nothing_of_acme(world: World, application: FastAPI, targets: dict[str, str]) -> None:
    before = state(world)
    walked = 0
    for step, status, body in walk(world, application, world.mallory, targets):
        walked += 1
        seen = [mark for mark in MARKS if mark in body]
        # The document's examples and the sign-in page name no real people.
        assert seen == [] or step.path.endswith("openapi.json"), f"{step.method} {step.path} showed {seen}"
        assert status < 500, f"{step.method} {step.path} answered {status}: {body[:300]}"
        if step.is_rest and "_id}" in step.path:
            assert status == 404, f"{step.method} {step.path} answered {status} for a foreign id"
    assert state(world) == before
    assert walked >= 25


@requirement("A9.verb-checks-permission")
@pytest.mark.slow
def test_a_viewer_changes_nothing_but_their_own_account(world: World, application: FastAPI, targets: dict[str, str]) -> None:
    # Their own name, password and sessions are theirs to change, and that leaves entries in the audit log.
    mine = str(world.viewer.user.email)
    before = state(world, without=mine)
    permitted = world.actor(world.viewer).permissions
    for step, status, body in walk(world, application, world.viewer, targets):
        assert status < 500, f"{step.method} {step.path} answered {status}: {body[:300]}"
        if isinstance(step.stated, Needs) and step.stated.permission not in permitted:
            refused = {403} if step.is_rest else {403, 404, 422}
            assert status in refused, f"{step.method} {step.path} answered {status} to a viewer"
    assert state(world, without=mine) == before


@requirement("A9.verb-checks-permission")
@pytest.mark.slow
def test_whoever_holds_all_permissions_but_the_stated_one_is_refused(memory_world: World) -> None:
    world, settings = memory_world, memory_world.ground.settings
    application = create_app(ground=world.ground)
    opener = Browser(application)
    document = opener.get("/api/v1/openapi.json").json()
    opener.close()
    everything = world.access.registry.names
    refused = 0
    for step in steps(application):
        if not step.is_rest or not isinstance(step.stated, Needs):
            continue
        lacking = sorted(everything - {step.stated.permission})
        made = world.write(
            world.owner,
            lambda work, actor, lacking=lacking: access.create_token(  # type: ignore[misc]  # a default has no place for a type
                work, actor, settings, name="but one", kind=ActorKind.SERVICE, permissions=lacking, expires_at=None
            ),
        )
        browser = Browser(application, bearer=made.secret)
        own = defaultdict(
            lambda: "01890000-0000-7000-8000-000000000000",
            name="viewer",
            type_name="ticket",
            script_name="acme-only",
            number="1",
            template_name="no-such-template",
            secret_name="acme_only",
        )
        answer = browser.request(step.method, aimed(step.path, own), params=query_of(document, step), json=body_of(document, step))
        browser.close()
        assert answer.status_code == 403, f"{step.method} {step.path} answered {answer.status_code} without {step.stated.permission}"
        refused += 1
    assert refused >= 25


@requirement("A9.verb-checks-permission")
def test_every_route_states_what_it_needs(application: FastAPI) -> None:
    assert undeclared(application) == []


def test_a_route_without_a_statement_is_found(application: FastAPI) -> None:
    async def forgotten() -> dict[str, str]:
        return {}

    application.add_api_route("/api/v1/forgotten", forgotten)
    assert undeclared(application) == ["GET /api/v1/forgotten"]


def sockets(application: FastAPI) -> list[Step]:
    """Every step that is a connection."""
    return [step for step in steps(application) if step.is_socket]


async def walk_sockets(world: World, application: FastAPI, targets: dict[str, str]) -> None:
    """Fails if a socket tells a stranger anything of acme, or says a word to those who may not hear it."""
    permitted = world.actor(world.viewer).permissions
    for step in sockets(application):
        path = aimed(step.path, targets)
        frames, _ = await heard(application, step, world.mallory, path)
        seen = [mark for mark in MARKS if any(mark in frame for frame in frames)]
        assert seen == [], f"{step.path} showed {seen} to mallory"
        may_listen = isinstance(step.stated, Needs) and step.stated.permission in permitted
        strangers = [(None, ORIGIN), (world.owner, "https://evil.example"), *([] if may_listen else [(world.viewer, ORIGIN)])]
        for person, origin in strangers:
            frames, code = await heard(application, step, person, path, origin)
            assert (frames, code is not None) == ([], True), f"{step.path} spoke to {person and person.role} from {origin}: {frames}"


@pytest.fixture
def speaking(application: FastAPI, script_pool: Pool) -> FastAPI:
    """The application, whose sockets have somebody to ask."""
    application.state.services.runner.pool = script_pool
    return application


@requirement("A12.foreign-id-is-not-found")
@pytest.mark.asyncio(loop_scope="session")
async def test_sockets_are_shut_to_strangers(world: World, targets: dict[str, str], speaking: FastAPI) -> None:
    before = state(world)
    assert {step.path for step in sockets(speaking)} == set(SAID)
    await walk_sockets(world, speaking, targets)
    assert state(world) == before


@pytest.mark.asyncio(loop_scope="session")
async def test_what_strangers_do_not_hear_is_there_to_be_heard(world: World, targets: dict[str, str], speaking: FastAPI) -> None:
    for step in sockets(speaking):
        frames, code = await heard(speaking, step, world.owner, aimed(step.path, targets))
        assert (len(frames), code) == (len(SAID[step.path]), None)
        assert any(mark in frame for frame in frames for mark in MARKS), f"{step.path} told acme's owner nothing of acme"


@pytest.mark.parametrize("told", ["secret of acme", "hello"])
@pytest.mark.asyncio(loop_scope="session")
async def test_a_socket_that_speaks_to_anybody_is_found(memory_world: World, monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    application = create_app(ground=memory_world.ground)
    application.router.routes[:] = []

    @application.websocket("/live/forgotten")
    async def forgotten(websocket: WebSocket) -> None:
        await websocket.accept()
        async for _ in websocket.iter_text():
            await websocket.send_text(told)

    monkeypatch.setitem(SAID, "/live/forgotten", ({"type": "ping"},))
    assert undeclared(application) == ["SOCKET /live/forgotten"]
    with pytest.raises(AssertionError, match=r"/live/forgotten (showed|spoke)"):
        await walk_sockets(memory_world, application, {})
