"""The socket of the list of runs: who may listen, and that what happens is told."""

import asyncio
import json
import re

import pytest
from fastapi import FastAPI

from app.access import sign_out
from app.main import create_app
from app.runs import RunIndex
from app.runs.recorder import write_runs
from app.testing import World
from app.web.live.runs import parse
from tests.scripting import finished_run, kept_run
from tests.web.live.talk import talking

pytestmark = pytest.mark.asyncio(loop_scope="session")

PATH = "/live/runs"
WATCH = {"type": "watch", "query": ""}


@pytest.fixture
def application(memory_world: World) -> FastAPI:
    """The application; nothing has to run for these."""
    return create_app(ground=memory_world.ground)


def rows(message: dict[str, str]) -> list[str]:
    return re.findall(r'data-run="([^"]+)"', message["content"])


async def test_the_list_comes_at_once_and_again_when_a_run_is_recorded(application: FastAPI, memory_world: World) -> None:
    first = kept_run(memory_world, memory_world.ann)
    async with asyncio.timeout(30), talking(application, memory_world.ann, PATH) as talk:
        assert rows(await talk.told(WATCH)) == [str(first.result.run_id)]
        second = kept_run(memory_world, memory_world.ann)
        assert rows(await talk.answer()) == [str(second.result.run_id), str(first.result.run_id)]


async def test_many_runs_at_once_are_told_in_few_messages(application: FastAPI, memory_world: World) -> None:
    async with asyncio.timeout(60), talking(application, memory_world.ann, PATH) as talk:
        await talk.told(WATCH)
        newest = [str(kept_run(memory_world, memory_world.ann).result.run_id) for _ in range(100)][-1]
        told = 1
        while newest not in rows(await talk.answer()):
            told += 1
    assert told < 20


async def test_a_filter_holds_for_what_comes_later(application: FastAPI, memory_world: World) -> None:
    async with asyncio.timeout(30), talking(application, memory_world.ann, PATH) as talk:
        assert rows(await talk.told({"type": "watch", "query": "outcome=error"})) == []
        kept_run(memory_world, memory_world.ann)
        answer = await talk.answer()
        assert (rows(answer), answer["query"]) == ([], "outcome=error")


async def test_words_find_a_run_when_the_search_knows_it(application: FastAPI, memory_world: World) -> None:
    run = finished_run(memory_world, memory_world.ann)
    async with asyncio.timeout(30), talking(application, memory_world.ann, PATH) as talk:
        assert rows(await talk.told({"type": "watch", "query": "text=draft"})) == []
        await memory_world.ground.database.write(lambda work: write_runs(work, [run], set()))
        assert rows(await talk.answer()) == []
        await memory_world.ground.database.write(RunIndex().catch_up)
        assert rows(await talk.answer()) == [str(run.result.run_id)]


async def test_runs_of_another_tenant_are_not_told(application: FastAPI, memory_world: World) -> None:
    async with asyncio.timeout(30), talking(application, memory_world.mallory, PATH) as talk:
        await talk.told(WATCH)
        kept_run(memory_world, memory_world.ann)
        own = kept_run(memory_world, memory_world.mallory)
        assert rows(await talk.answer()) == [str(own.result.run_id)]


async def test_a_session_that_ended_closes_the_socket_without_a_word(application: FastAPI, memory_world: World) -> None:
    async with asyncio.timeout(30), talking(application, memory_world.ann, PATH) as talk:
        await talk.told(WATCH)
        memory_world.write(memory_world.ann, sign_out)
        kept_run(memory_world, memory_world.owner)
        assert await talk.closed() == 4401


async def test_nobody_and_no_other_origin_may_listen(application: FastAPI, memory_world: World) -> None:
    async with asyncio.timeout(30), talking(application, None, PATH) as talk:
        talk.send(json.dumps(WATCH))
        assert await talk.closed() == 4401
    async with asyncio.timeout(30), talking(application, memory_world.ann, PATH, origin="https://elsewhere.example") as talk:
        assert await talk.closed() == 4403


@pytest.mark.parametrize("text", ["", "{", "[]", '{"type": "run"}', '{"type": "watch"}', '{"type": "ping", "more": 1}', "x" * 10_000])
async def test_anything_but_a_message_of_ours_is_refused(application: FastAPI, memory_world: World, text: str) -> None:
    assert parse(text) is None
    async with asyncio.timeout(30), talking(application, memory_world.ann, PATH) as talk:
        talk.send(text)
        assert (await talk.answer())["type"] == "refused"
        assert await talk.told({"type": "ping"}) == {"type": "pong"}
