"""The editor's socket over the whole application: who may talk to it, and that a source is answered by a sandbox child."""

import json

import pytest
from fastapi import FastAPI

from app.access import sign_out
from app.main import create_app
from app.sandbox.pool import Pool
from app.testing import World
from tests.web.live.talk import talking

pytestmark = pytest.mark.asyncio(loop_scope="session")

STUDY = {"type": "study", "version": 7, "source": "print(totl);", "phase": "manual", "entity_type": None}
PING = {"type": "ping"}


@pytest.fixture
def application(memory_world: World, script_pool: Pool) -> FastAPI:
    """The application, which asks the shared sandbox."""
    application = create_app(ground=memory_world.ground)
    application.state.services.runner.pool = script_pool
    return application


async def test_a_text_is_checked_for_the_editor_and_for_the_list_of_problems(application: FastAPI, memory_world: World) -> None:
    async with talking(application, memory_world.owner) as talk:
        answer = await talk.told(STUDY)
    assert (answer["type"], answer["version"]) == ("studied", 7)
    assert answer["diagnostics"][0]["code"] == "unknown-name"
    assert "No variable `totl`" in answer["content"]


async def test_a_question_gets_its_answer(application: FastAPI, memory_world: World) -> None:
    async with talking(application, memory_world.owner) as talk:
        answer = await talk.told({"type": "ask", "id": 3, "question": "format", "source": "let  a=1;", "phase": "manual"})
    assert answer == {"type": "answered", "id": 3, "answer": "let a = 1;\n"}


@pytest.mark.parametrize("nonsense", ["", "{}", '{"type": "study"}', "[" * 10_000])
async def test_nonsense_is_refused_and_the_connection_stays(application: FastAPI, memory_world: World, nonsense: str) -> None:
    async with talking(application, memory_world.owner) as talk:
        talk.send(nonsense)
        assert (await talk.answer())["type"] == "refused"
        assert await talk.told(PING) == {"type": "pong"}


async def test_a_frame_of_bytes_is_nonsense_too(application: FastAPI, memory_world: World) -> None:
    async with talking(application, memory_world.owner) as talk:
        talk.send_bytes(b"\xff\x00")
        assert (await talk.answer())["type"] == "refused"


async def test_a_source_over_the_limit_is_refused_for_its_version(application: FastAPI, memory_world: World) -> None:
    async with talking(application, memory_world.owner) as talk:
        answer = await talk.told({**STUDY, "source": "ä" * 40_000})
    assert (answer["type"], answer["version"]) == ("refused", 7)
    assert "80000 bytes" in answer["reason"]


async def test_markup_in_a_source_is_text_in_the_list_of_problems(application: FastAPI, memory_world: World) -> None:
    async with talking(application, memory_world.owner) as talk:
        answer = await talk.told({**STUDY, "source": 'let a = <img src="x" onerror="alert(1)">;'})
    assert answer["diagnostics"]
    assert "<img" not in answer["content"]


async def test_nobody_without_a_session_is_answered(application: FastAPI) -> None:
    async with talking(application, None) as talk:
        talk.send(json.dumps(STUDY))
        assert await talk.closed() == 4401


async def test_who_may_not_write_scripts_is_not_answered(application: FastAPI, memory_world: World) -> None:
    async with talking(application, memory_world.viewer) as talk:
        talk.send(json.dumps(STUDY))
        assert await talk.closed() == 4403


async def test_a_page_of_another_origin_is_not_answered(application: FastAPI, memory_world: World) -> None:
    async with talking(application, memory_world.owner, origin="https://elsewhere.example") as talk:
        assert await talk.closed() == 4403


async def test_a_session_that_ended_closes_its_sockets(application: FastAPI, memory_world: World) -> None:
    async with talking(application, memory_world.owner) as talk:
        assert await talk.told(PING) == {"type": "pong"}
        memory_world.write(memory_world.owner, sign_out)
        talk.send(json.dumps(PING))
        assert await talk.closed() == 4401
