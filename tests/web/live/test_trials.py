"""Trying a script over the editor's socket."""

import json
from typing import Any

import pytest
from fastapi import FastAPI

from app.scripts import Phase
from app.testing import World
from app.web.live.protocol import Stop, Try
from app.web.live.session import End, Finished, Refuse, Run, Session
from tests.web.live.talk import Talk, talking

pytestmark = pytest.mark.asyncio(loop_scope="session")

TRY = {"type": "try", "id": 4, "source": "params.a + 1", "phase": "manual"}
SLOW = 'log("begun"); let text = "x"; for i in 0..18 { text += text; } loop { text.to_upper(); }'
"""Few operations, each of which takes long: only its time would end it."""
FIELDS = {"about": "manual", "as": "form", "shown": "form", "field.params": '{"a": 41}'}


async def until(talk: Talk, kind: str) -> dict[str, Any]:
    """The next message of a kind; what comes before it is dropped."""
    while (message := await talk.answer())["type"] != kind:
        pass
    return message


async def test_a_text_is_run_on_its_input(application: FastAPI, memory_world: World) -> None:
    async with talking(application, memory_world.owner) as talk:
        talk.send(json.dumps({**TRY, "fields": FIELDS}))
        assert "Running" in (await until(talk, "started"))["content"]
        ended = await until(talk, "tried")
        traced = await until(talk, "traced")
    assert (ended["id"], ended["line"], ended["inputs"]) == (4, 0, None)
    assert "42" in ended["content"]
    assert [each["hits"] for each in traced["values"]["lines"]] == [1]


async def test_an_error_names_its_line(application: FastAPI, memory_world: World) -> None:
    async with talking(application, memory_world.owner) as talk:
        talk.send(json.dumps({**TRY, "source": '\nthrow "<b>no</b>";', "fields": FIELDS}))
        ended = await until(talk, "tried")
    assert ended["line"] == 2
    assert "&lt;b&gt;no&lt;/b&gt;" in ended["content"]


async def test_an_input_that_does_not_fit_comes_back_with_what_is_wrong(application: FastAPI, memory_world: World) -> None:
    async with talking(application, memory_world.owner) as talk:
        ended = await talk.told({**TRY, "fields": {**FIELDS, "field.params": "{"}})
    assert "isn&#39;t JSON" in ended["inputs"]
    assert "doesn&#39;t fit" in ended["content"]


async def test_a_form_made_for_something_else_is_made_anew(application: FastAPI, memory_world: World) -> None:
    async with talking(application, memory_world.owner) as talk:
        ended = await talk.told({**TRY, "phase": "api", "fields": FIELDS})
    assert 'value="api"' in ended["inputs"]


async def test_a_run_that_is_stopped_ends(application: FastAPI, memory_world: World) -> None:
    async with talking(application, memory_world.owner) as talk:
        talk.send(json.dumps({**TRY, "source": SLOW, "limits_profile": "relaxed", "fields": FIELDS}))
        await until(talk, "logged")
        talk.send(json.dumps({"type": "stop", "id": 4}))
        ended = await until(talk, "tried")
    assert ">Cancelled<" in ended["content"]


async def test_a_run_that_is_stopped_before_it_began_does_not_begin(application: FastAPI, memory_world: World) -> None:
    async with talking(application, memory_world.owner) as talk:
        talk.send(json.dumps({**TRY, "source": SLOW, "limits_profile": "relaxed", "fields": FIELDS}))
        talk.send(json.dumps({"type": "stop", "id": 4}))
        ended = await until(talk, "tried")
    assert "ancelled" in ended["content"]


async def test_a_fault_of_ours_ends_the_trial_with_a_message_and_the_next_one_runs(
    application: FastAPI, memory_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("odd")

    async with talking(application, memory_world.owner) as talk:
        with monkeypatch.context() as patched:
            patched.setattr("app.web.scripts.trials.wishes.run", broken)
            talk.send(json.dumps({**TRY, "fields": FIELDS}))
            assert "our side" in (await until(talk, "tried"))["content"]
        talk.send(json.dumps({**TRY, "id": 5, "fields": FIELDS}))
        assert "42" in (await until(talk, "tried"))["content"]


async def test_values_that_can_not_be_made_leave_the_result_on_the_page(
    application: FastAPI, memory_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("odd")

    monkeypatch.setattr("app.web.live.trial.line_values", broken)
    async with talking(application, memory_world.owner) as talk:
        talk.send(json.dumps({**TRY, "fields": FIELDS}))
        assert "42" in (await until(talk, "tried"))["content"]
        assert (await until(talk, "traced"))["values"] is None


async def test_the_next_trial_runs_when_the_last_has_ended(application: FastAPI, memory_world: World) -> None:
    async with talking(application, memory_world.owner) as talk:
        for number in (1, 2):
            talk.send(json.dumps({**TRY, "id": number, "fields": FIELDS}))
            assert (await until(talk, "tried"))["id"] == number


def trial(number: int) -> Try:
    return Try(type="try", id=number, source="", phase=Phase.MANUAL)


async def test_one_trial_runs_at_a_time() -> None:
    session = Session()
    assert session.handle(trial(1)) == [Run(trial(1))]
    assert session.handle(trial(2)) == [Refuse(trial(2), "The last trial still runs.")]
    assert session.handle(Stop(type="stop", id=2)) == []
    assert session.handle(Stop(type="stop", id=1)) == [End(trial(1))]
    assert session.handle(Finished(trial(1))) == []
    assert session.handle(trial(3)) == [Run(trial(3))]
