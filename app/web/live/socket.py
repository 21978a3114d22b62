"""The editor's connection: reads messages, does what the session says, sends what comes of it.

Who is connected is looked up again for every message, so what somebody may do ends when their session or permission does.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final, assert_never, cast
from uuid import UUID

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from app import scripts
from app.access import Actor, needs, require
from app.base.db import Work
from app.base.errors import AlloyError, NotFound
from app.base.telemetry.logs import logger
from app.scripts import Json, LanguageQuestion
from app.services import Services
from app.web.live import protocol
from app.web.live.frames import pong
from app.web.live.gate import Gate, closing
from app.web.live.others import others_view
from app.web.live.presence import Presence, Present, Seat
from app.web.live.protocol import Ask, Study, Try
from app.web.live.session import Begin, Command, Confirm, End, Enter, Event, Finished, Refuse, Run, Session
from app.web.live.trial import LiveTrial
from app.web.render import Renderer
from app.web.scripts.contexts import Problems, problems_of

router = APIRouter()

PERMISSION: Final = "scripts.script.create"
_TOO_LONG: Final = "This source takes too long to check."
_OUR_FAULT: Final = "Something broke on our side; the server's log tells more."


@router.websocket("/live/editor")
@needs(PERMISSION)
async def editor(websocket: WebSocket) -> None:
    """One page's editor."""
    await _Connection(websocket).serve()


@dataclass(frozen=True, slots=True)
class _Refused:
    """Why a question was not put to the language service, and when it could be, if that is known."""

    reason: str
    again_seconds: Json = None


class _Connection:
    """A socket with its dialogue."""

    def __init__(self, websocket: WebSocket) -> None:
        self._socket = websocket
        self._gate = Gate(websocket)
        self._services = cast(Services, websocket.app.state.services)
        self._render = cast(Renderer, websocket.app.state.renderer)
        self._presence = cast(Presence, websocket.app.state.presence)
        self._seat: Seat | None = None
        self._others_changed = asyncio.Event()
        self._dialogue = Session()
        self._tasks: set[asyncio.Task[None]] = set()
        self._trial: LiveTrial | None = None

    async def serve(self) -> None:
        """Until the page goes, or may no longer stay."""
        if not await self._gate.admit():
            return
        try:
            async with asyncio.TaskGroup() as group:
                self._start(group, self._follow_others())
                try:
                    await self._listen(group)
                finally:
                    self._stand_up()
                    for task in self._tasks:
                        task.cancel()
        except* WebSocketDisconnect as gone:
            logger().debug("An editor's page has gone.", count=len(gone.exceptions))

    async def _listen(self, group: asyncio.TaskGroup) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            # Frames of bytes are none of ours; as a text they are unreadable like any other nonsense.
            text = message.get("text") or ""
            try:
                await self._gate.glance(lambda work, actor: require(actor, PERMISSION))
            except AlloyError as error:
                await self._socket.close(closing(error))
                return
            await self._follow(group, protocol.parse(text))

    async def _follow(self, group: asyncio.TaskGroup, event: Event) -> None:
        for command in self._dialogue.handle(event):
            await self._do(group, command)

    async def _do(self, group: asyncio.TaskGroup, command: Command) -> None:
        match command:
            case Begin(what=what):
                self._start(group, self._look(group, what))
            case Enter(script=script):
                await self._enter(script)
            case Run(trial=trial):
                self._trial = LiveTrial(trial, self._gate, self._services.runner, self._render, self._socket.send_text)
                self._start(group, self._try(group, trial, self._trial))
            case End():
                if self._trial is not None:
                    self._trial.stop()
            case Refuse(what=what, reason=reason):
                await self._socket.send_text(protocol.refused(reason, number=what.id if what else None))
            case Confirm():
                await self._socket.send_text(pong())
            case _:
                assert_never(command)

    def _start(self, group: asyncio.TaskGroup, doing: Coroutine[None, None, None]) -> None:
        task = group.create_task(doing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _try(self, group: asyncio.TaskGroup, trial: Try, live: LiveTrial) -> None:
        """Run it to its end, then take the next; its values come after that, beside whatever runs by then."""
        ended = await live.run()
        await self._follow(group, Finished(trial))
        if ended is not None:
            await live.show_values(ended)

    # --- who else is there

    async def _enter(self, script: UUID) -> None:
        """Take a seat at a script, if it may be seen."""
        try:
            person = await self._gate.glance(partial(_seen_by, script=script))
        except AlloyError as error:
            await self._socket.send_text(protocol.refused(error.message))
            return
        self._stand_up()
        present = Present(person.user_id, person.name, self._gate.access.ground.clock.now())
        self._seat = self._presence.join((person.tenant_id, script), present, self._others_changed.set)

    def _stand_up(self) -> None:
        seat, self._seat = self._seat, None
        if seat is not None:
            self._presence.leave(seat)

    async def _follow_others(self) -> None:
        """Tell the page whenever somebody comes or goes, as long as whoever looks may still see the script."""
        while True:
            await self._others_changed.wait()
            self._others_changed.clear()
            seat = self._seat
            if seat is None:
                continue
            try:
                await self._gate.glance(partial(_seen_by, script=seat.place[1]))
            except NotFound:  # it was deleted: nobody is told about it any more
                self._stand_up()
                continue
            except AlloyError as error:
                with suppress(WebSocketDisconnect, RuntimeError):  # the page may have gone by itself
                    await self._socket.close(closing(error))
                return
            shown = others_view(self._presence.others(seat), seat.present.user_id)
            await self._socket.send_text(protocol.present(self._render.fragment("scripts/_present.html", shown)))

    # --- the language service

    async def _look(self, group: asyncio.TaskGroup, what: Study | Ask) -> None:
        """Have the language service answer, tell the page, and go on with what waited for it."""
        try:
            answer = await (self._studied(what) if isinstance(what, Study) else self._answered(what))
        except Exception as error:  # a fault of ours; the page keeps its connection and all else that it can do
            logger().error("An editor's question broke.", question=what.type, error=f"{type(error).__name__}: {error}"[:500])
            answer = _refusal(what, _Refused(_OUR_FAULT))
        await self._socket.send_text(answer)
        await self._follow(group, Finished(what))

    async def _studied(self, study: Study) -> str:
        found = await self._answer(study, LanguageQuestion("study"))
        if not isinstance(found, dict):
            return _refusal(study, found if isinstance(found, _Refused) else _Refused(_TOO_LONG))
        problems = Problems(problems_of(found["diagnostics"]))
        return protocol.studied(study.version, found, self._render.fragment("scripts/_problems.html", problems))

    async def _answered(self, ask: Ask) -> str:
        answer = await self._answer(ask, LanguageQuestion(ask.question, ask.offset, ask.name))
        return _refusal(ask, answer) if isinstance(answer, _Refused) else protocol.answered(ask.id, answer)

    async def _answer(self, what: Study | Ask, asked: LanguageQuestion) -> Json:
        """What the service says, or why it is not asked."""
        try:
            return await self._services.scripts.answer(self._gate.glance, what.source, what.phase, what.entity_type, asked)
        except AlloyError as error:
            return _Refused(error.message, error.details.get("retry_after_seconds"))


def _seen_by(work: Work, actor: Actor, script: UUID) -> Actor:
    """Whoever looks at a script.

    Raises:
        NotFound: there is no such script in their tenant.
        Denied: they may not read scripts.
    """
    scripts.get_script(work, actor, script)
    return actor


def _refusal(what: Study | Ask, refused: _Refused) -> str:
    if isinstance(what, Study):
        return protocol.refused(refused.reason, version=what.version, again_seconds=refused.again_seconds)
    return protocol.refused(refused.reason, number=what.id)
