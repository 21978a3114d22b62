"""The editor's connection: reads messages, does what the session says, sends what comes of it.

Who is connected is looked up again for every message, so what somebody may do ends when their session or permission does.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Final, assert_never, cast

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from app.access import Access, Credentials, needs, require
from app.base.errors import AlloyError, Unauthenticated
from app.base.http.origin import is_own_origin
from app.base.http.session_cookie import session_cookie_name
from app.base.telemetry.logs import logger
from app.scripts import Json, LanguageQuestion
from app.services import Services
from app.web.live import protocol
from app.web.live.protocol import Ask, Study, Try
from app.web.live.session import Begin, Command, Confirm, End, Event, Finished, Refuse, Run, Session
from app.web.live.trial import LiveTrial
from app.web.render import Renderer
from app.web.script_contexts import Problems, problems_of

router = APIRouter()

PERMISSION: Final = "scripts.script.create"
_NOT_SIGNED_IN: Final = 4401
_FOREIGN: Final = 4403
_TOO_LONG: Final = "This source takes too long to check."


@router.websocket("/live/editor")
@needs(PERMISSION)
async def editor(websocket: WebSocket) -> None:
    """One page's editor."""
    await _Connection(websocket).serve()


@dataclass(frozen=True, slots=True)
class _Refused:
    """Why a question was not put to the language service."""

    reason: str


class _Connection:
    """A socket with its dialogue."""

    def __init__(self, websocket: WebSocket) -> None:
        self._socket = websocket
        self._access = cast(Access, websocket.app.state.access)
        self._services = cast(Services, websocket.app.state.services)
        self._render = cast(Renderer, websocket.app.state.renderer)
        settings = self._access.ground.settings
        self._is_ours = is_own_origin(websocket.headers, settings)
        self._credentials = Credentials(session=websocket.cookies.get(session_cookie_name(settings), "") or None)
        self._dialogue = Session()
        self._tasks: set[asyncio.Task[None]] = set()
        self._trial: LiveTrial | None = None

    async def serve(self) -> None:
        """Until the page goes, or may no longer stay."""
        await self._socket.accept()
        if not self._is_ours:
            await self._socket.close(_FOREIGN)
            return
        try:
            async with asyncio.TaskGroup() as group:
                try:
                    await self._listen(group)
                finally:
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
                await self._access.glance(self._credentials, lambda work, actor: require(actor, PERMISSION))
            except AlloyError as error:
                await self._socket.close(_NOT_SIGNED_IN if isinstance(error, Unauthenticated) else _FOREIGN)
                return
            await self._follow(group, protocol.parse(text))

    async def _follow(self, group: asyncio.TaskGroup, event: Event) -> None:
        for command in self._dialogue.handle(event):
            await self._do(group, command)

    async def _do(self, group: asyncio.TaskGroup, command: Command) -> None:
        match command:
            case Begin(what=what):
                self._start(group, self._look(group, what))
            case Run(trial=trial):
                self._trial = LiveTrial(trial, self._access, self._credentials, self._services.runner, self._render, self._socket.send_text)
                self._start(group, self._try(group, trial, self._trial))
            case End():
                if self._trial is not None:
                    self._trial.stop()
            case Refuse(what=what, reason=reason):
                await self._socket.send_text(protocol.refused(reason, number=what.id if what else None))
            case Confirm():
                await self._socket.send_text(protocol.pong())
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

    async def _look(self, group: asyncio.TaskGroup, what: Study | Ask) -> None:
        """Have the language service answer, tell the page, and go on with what waited for it."""
        await self._socket.send_text(await (self._studied(what) if isinstance(what, Study) else self._answered(what)))
        await self._follow(group, Finished(what))

    async def _studied(self, study: Study) -> str:
        found = await self._answer(study, LanguageQuestion("study"))
        if not isinstance(found, dict):
            return protocol.refused(found.reason if isinstance(found, _Refused) else _TOO_LONG, version=study.version)
        problems = Problems(problems_of(found["diagnostics"]))
        return protocol.studied(study.version, found, self._render.fragment("scripts/_problems.html", problems))

    async def _answered(self, ask: Ask) -> str:
        answer = await self._answer(ask, LanguageQuestion(ask.question, ask.offset, ask.name))
        if isinstance(answer, _Refused):
            return protocol.refused(answer.reason, number=ask.id)
        return protocol.answered(ask.id, answer)

    async def _answer(self, what: Study | Ask, asked: LanguageQuestion) -> Json:
        """What the service says, or why it is not asked."""
        try:
            return await self._services.scripts.answer(
                lambda verb: self._access.glance(self._credentials, verb), what.source, what.phase, what.entity_type, asked
            )
        except AlloyError as error:
            return _Refused(error.message)
