"""The editor's socket over the whole application: who may talk to it, and that a source is answered by a sandbox child."""

import json

import pytest
import pytest_asyncio
from fastapi import FastAPI

from app.access import sign_out
from app.main import create_app
from app.testing import World
from tests.browser import Clients
from tests.web.live.talk import Talk, talking
from tests.web.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

STUDY = {"type": "study", "version": 7, "source": "print(totl);", "phase": "manual", "entity_type": None}
PING = {"type": "ping"}


async def test_a_text_is_checked_for_the_editor_and_for_the_list_of_problems(application: FastAPI, memory_world: World) -> None:
    async with talking(application, memory_world.owner) as talk:
        answer = await talk.told(STUDY)
    assert (answer["type"], answer["version"]) == ("studied", 7)
    assert answer["diagnostics"][0]["code"] == "unknown-name"
    assert "No variable `totl`" in answer["content"]


async def test_a_text_that_cannot_be_checked_yet_is_refused_with_the_time_to_come_back(memory_world: World) -> None:
    without_sandbox = create_app(ground=memory_world.ground)
    async with talking(without_sandbox, memory_world.owner) as talk:
        answer = await talk.told(STUDY)
    assert (answer["type"], answer["version"], answer["again_seconds"]) == ("refused", 7, 2)


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


@pytest_asyncio.fixture(loop_scope="session")
async def script(memory_world: World, visit: Clients) -> str:
    """The id of a script of the tenant."""
    form = {"name": "shared", "kind": "manual", "priority": "100", "source": "1"}
    return (await Visitor(visit(memory_world.ann), memory_world.ann).create("/scripts/new", form)).rpartition("/")[2]


async def told_of_others(talk: Talk) -> str:
    """What the page is told about the others, next."""
    message = await talk.answer()
    assert message["type"] == "present"
    return str(message["content"])


async def test_people_at_the_same_script_are_told_of_each_other(application: FastAPI, memory_world: World, script: str) -> None:
    opened = json.dumps({"type": "open", "script": script})
    async with talking(application, memory_world.owner) as owners:
        owners.send(opened)
        assert "has it open" not in await told_of_others(owners)
        async with talking(application, memory_world.ann) as anns:
            anns.send(opened)
            assert f"{memory_world.owner.user.display_name} has it open" in await told_of_others(anns)
            assert f"{memory_world.ann.user.display_name} has it open" in await told_of_others(owners)
        assert "has it open" not in await told_of_others(owners)


async def test_a_second_page_of_the_same_person_is_named_as_theirs(application: FastAPI, memory_world: World, script: str) -> None:
    async with talking(application, memory_world.ann) as first, talking(application, memory_world.ann) as second:
        for talk in (first, second):
            talk.send(json.dumps({"type": "open", "script": script}))
            await told_of_others(talk)
        assert "You have it open on another page" in await told_of_others(first)


async def test_nobody_of_another_tenant_is_at_a_script(application: FastAPI, memory_world: World, script: str) -> None:
    async with talking(application, memory_world.ann) as anns, talking(application, memory_world.mallory) as mallorys:
        anns.send(json.dumps({"type": "open", "script": script}))
        await told_of_others(anns)
        assert (await mallorys.told({"type": "open", "script": script}))["type"] == "refused"
        assert await anns.told(PING) == {"type": "pong"}


async def test_whose_session_ended_is_told_of_nobody(application: FastAPI, memory_world: World, script: str) -> None:
    async with talking(application, memory_world.owner) as owners, talking(application, memory_world.ann) as anns:
        owners.send(json.dumps({"type": "open", "script": script}))
        await told_of_others(owners)
        memory_world.write(memory_world.owner, sign_out)
        anns.send(json.dumps({"type": "open", "script": script}))
        assert await owners.closed() == 4401


async def test_a_fault_of_ours_is_told_and_the_connection_stays(
    application: FastAPI, memory_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("odd")

    monkeypatch.setattr("app.web.live.socket.problems_of", broken)
    async with talking(application, memory_world.owner) as talk:
        answer = await talk.told(STUDY)
        assert (answer["type"], answer["version"]) == ("refused", 7)
        assert "our side" in answer["reason"]
        assert await talk.told(PING) == {"type": "pong"}
