"""The example application of the documentation, run over both executors with real scripts."""

import importlib.util
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.pool import StaticPool
from sqlmodel import create_engine

from app import access
from app.access import ActorKind
from app.base.paging import PageRequest
from app.embed import Change, Event, HookExecutor, HooksUnavailable, HttpHooks, LocalHooks, Made, Rejected
from app.main import DECLARED, create_app
from app.runs import RunFilter
from app.runs.service.history import list_runs
from app.sandbox.pool import Pool
from app.scripts.types import EntityEvent, EventTrigger, LimitsProfile, Phase
from app.services import Services
from app.testing import World, in_memory_settings, open_world
from tests.browser import ORIGIN
from tests.requirements import requirement
from tests.scripting import script, settings_for

pytestmark = pytest.mark.asyncio(loop_scope="session")

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "bookshop.py"
BOTH = pytest.mark.parametrize("kind", ["in process", "over HTTP"])


def _load() -> ModuleType:
    if "bookshop" not in sys.modules:
        spec = importlib.util.spec_from_file_location("bookshop", EXAMPLE)
        assert spec is not None
        assert spec.loader is not None
        sys.modules["bookshop"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules["bookshop"])
    return sys.modules["bookshop"]


bookshop = _load()


def _token(world: World, permission: str = "entities.hook.run") -> str:
    settings = world.ground.settings
    made = world.write(
        world.ann,
        lambda work, actor: access.create_token(
            work, actor, settings, name="shop", kind=ActorKind.SERVICE, permissions=[permission], expires_at=None
        ),
    )
    return made.secret


async def _define(application: FastAPI, world: World) -> None:
    transport = httpx.ASGITransport(application)
    cookies = {"alloy_session": world.owner.session.secret}
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, cookies=cookies, headers={"origin": ORIGIN}) as client:
        answer = await client.post("/api/v1/entity-types", json=bookshop.ENTITY_TYPE)
        assert answer.status_code == 201, answer.text


@asynccontextmanager
async def _shop(world: World, pool: Pool, kind: str, token: str | None = None) -> AsyncIterator[tuple[Any, HookExecutor, Services]]:
    """The shop over an executor, with its type and its script in place."""
    application = create_app(ground=world.ground)
    services: Services = application.state.services
    services.runner.pool = pool
    await _define(application, world)
    trigger = EventTrigger("book_order", (EntityEvent.CREATE, EntityEvent.UPDATE), Phase.BEFORE)
    script(world, settings_for("discount", trigger, limits_profile=LimitsProfile.RELAXED), bookshop.SCRIPT)
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    secret = token or _token(world)
    try:
        if kind == "in process":
            local = LocalHooks(world.access, services.entities, secret)
            yield bookshop.Bookshop(engine, local), local, services
        else:
            async with HttpHooks(ORIGIN, secret, transport=httpx.ASGITransport(application)) as remote:
                yield bookshop.Bookshop(engine, remote), remote, services
    finally:
        engine.dispose()
        await services.runner.settled()
        await services.runner.egress.aclose()


def _order(number: str = "1", copies: int = 12, customer: str = "ada@example.org") -> Any:
    return bookshop.BookOrder(number=number, title="Wool", copies=copies, total=10.0 * copies, customer=customer)


@requirement("A27.host-saves-are-guarded")
@BOTH
async def test_the_shop_saves_what_scripts_made_of_the_order(script_pool: Pool, kind: str) -> None:
    with open_world(in_memory_settings(serve_pages=False), DECLARED) as world:
        async with _shop(world, script_pool, kind) as (shop, _hooks, _services):
            outcome = await shop.place(_order())
            assert isinstance(outcome, Made)
            assert bookshop.told(outcome) == "Saved: 12 x Wool for 108.00. 10 % off for 10 copies or more"
            assert shop.find("1").total == 108.0


@BOTH
async def test_the_shop_saves_nothing_that_a_script_refuses(script_pool: Pool, kind: str) -> None:
    with open_world(in_memory_settings(serve_pages=False), DECLARED) as world:
        async with _shop(world, script_pool, kind) as (shop, _hooks, _services):
            outcome = await shop.place(_order(customer="nobody"))
            assert isinstance(outcome, Rejected)
            assert bookshop.told(outcome) == "Refused: We need an address to send the bill to."
            assert shop.find("1") is None
            await shop.place(_order(copies=1))
            refused = await shop.change_copies("1", 500)
            assert isinstance(refused, Rejected)
            assert (refused.reason, shop.find("1").copies) == ("500 copies are too many; call us", 1)


@BOTH
async def test_scripts_that_run_afterwards_hear_of_each_save_once(script_pool: Pool, kind: str) -> None:
    with open_world(in_memory_settings(serve_pages=False), DECLARED) as world:
        async with _shop(world, script_pool, kind) as (shop, hooks, services):
            trigger = EventTrigger("book_order", (EntityEvent.CREATE,), Phase.AFTER)
            script(world, settings_for("thanks", trigger), "log(entity.title);")
            assert isinstance(await shop.place(_order()), Made)
            for _ in range(2):
                await hooks.after(Change("book_order", Event.CREATE, "9", None, {"title": "Again"}), "the-same-key")
            while await services.transport.deliver_due():
                await services.runner.settled()
        runs = world.read(world.owner, lambda work, actor: list_runs(work, actor, RunFilter(phase="after"), PageRequest())).items
        assert [run.entity_id for run in runs] == ["9", "1"]


@BOTH
async def test_a_token_without_the_permission_decides_nothing(script_pool: Pool, kind: str) -> None:
    with open_world(in_memory_settings(serve_pages=False), DECLARED) as world:
        async with _shop(world, script_pool, kind, _token(world, "access.self.read")) as (shop, _hooks, _services):
            with pytest.raises(HooksUnavailable, match=r"entities\.hook\.run is missing"):
                await shop.place(_order())
            assert shop.find("1") is None


async def test_a_busy_or_broken_alloy_is_asked_again_a_few_times() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if len(asked) == 1:
            return httpx.Response(429, headers={"retry-after": "0"}, json={"detail": "Too many."})
        if len(asked) == 2:
            raise httpx.ConnectError("gone")
        return httpx.Response(503, text="not here")

    async with HttpHooks(ORIGIN, "t", transport=httpx.MockTransport(answer)) as hooks:
        with pytest.raises(HooksUnavailable, match=r"Alloy answered 503\."):
            await hooks.before(Change("thing", Event.DELETE, "1", None, {}))
    assert asked == ["/api/v1/entity-types/thing/hooks/before"] * 3
