"""A dry run that a page watches: its log as it is written, its end, and then what each line did."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Final

from markupsafe import Markup
from starlette.websockets import WebSocketDisconnect

from app import runs
from app.base.errors import AlloyError
from app.base.telemetry.logs import logger
from app.ide.line_values import line_values
from app.runs import Document, DryRun, ReadyTrial, RunLog, Runner
from app.web.live import protocol
from app.web.live.gate import Gate
from app.web.live.protocol import Try
from app.web.render import Renderer
from app.web.scripts.trials import wishes
from app.web.scripts.trials.results import Tried, log_line, refused_trial, tried_view
from app.web.scripts.trials.wishes import Prepared, Wish

_LINES_EVERY_SECONDS: Final = 0.1
_NO_INPUT: Final = "The input doesn't fit."
_STOPPED: Final = "It was cancelled before it began."
_OUR_FAULT: Final = "Something broke on our side, and the run has no result; the server's log tells more. Run it again."


@dataclass(frozen=True, slots=True)
class Ended:
    """A trial that ran."""

    prepared: Prepared
    ready: ReadyTrial
    tried: DryRun


class LiveTrial:
    """One trial of one page."""

    def __init__(
        self,
        trial: Try,
        gate: Gate,
        runner: Runner,
        render: Renderer,
        send: Callable[[str], Awaitable[None]],
    ) -> None:
        self._trial = trial
        self._gate = gate
        self._runner = runner
        self._render = render
        self._send = send
        self._run_id = gate.access.ground.ids.new()
        self._is_stopped = False
        self._lines: list[RunLog] = []

    def stop(self) -> None:
        """End it, wherever it is."""
        self._is_stopped = True
        self._runner.stop(self._run_id)

    async def run(self) -> Ended | None:
        """Run it and tell the page; None when it didn't begin, or broke, which the page is told too."""
        try:
            return await self._run()
        except AlloyError as error:
            await self._end(refused_trial(error.sentence))
        except WebSocketDisconnect:
            raise
        except Exception as error:  # a fault of ours; the page keeps its connection and all else that it can do
            self._note(error)
            await self._end(refused_trial(_OUR_FAULT))
        return None

    async def show_values(self, ended: Ended) -> None:
        """Have the run made again with every step recorded, and tell the page what its lines did; null when that can't be."""
        try:
            values = await self._values(ended)
        except Exception as error:  # a fault of ours; the result is on the page, and stays
            self._note(error)
            values = None
        await self._send(protocol.traced(self._trial.id, values))

    async def _run(self) -> Ended | None:
        number, trial = self._trial.id, self._trial
        wish = Wish(trial.source, trial.phase, trial.entity_type, trial.limits_profile, trial.script, trial.fields)
        now, runner = self._gate.access.ground.clock.now(), self._runner
        prepared = await self._gate.glance(lambda work, actor: wishes.prepare(work, actor, now, runner, wish))
        if prepared.ready is None:
            await self._end(refused_trial(_NO_INPUT), prepared)
            return None
        if self._is_stopped:
            await self._end(refused_trial(_STOPPED))
            return None
        await self._send(protocol.started(number, self._shown(Tried("running", number))))
        tried = await self._watched(prepared, prepared.ready)
        await self._end(tried_view(number, prepared.inputs, tried))
        return Ended(prepared, prepared.ready, tried)

    async def _values(self, ended: Ended) -> Document | None:
        trace = await runs.trace_trial(self._runner, ended.prepared.actor, ended.ready, ended.tried)
        # Some thousand steps: too long for the loop.
        return None if trace is None else await asyncio.to_thread(line_values, self._trial.source, trace)

    def _note(self, error: Exception) -> None:
        logger().error("A trial broke.", run_id=str(self._run_id), error=f"{type(error).__name__}: {error}"[:500])

    async def _watched(self, prepared: Prepared, ready: ReadyTrial) -> DryRun:
        """The run, with its log sent every now and then; what the page hasn't got at the end comes with the result."""
        running = asyncio.create_task(wishes.run(self._runner, prepared, ready, run_id=self._run_id, told=self._lines.append))
        try:
            while not running.done():
                await asyncio.wait((running,), timeout=_LINES_EVERY_SECONDS)
                if self._is_stopped:  # perhaps before the sandbox knew of it
                    self._runner.stop(self._run_id)
                if self._lines and not running.done():
                    lines, self._lines[:] = [asdict(log_line(line)) for line in self._lines], []
                    await self._send(protocol.logged(self._trial.id, lines))
            return running.result()
        finally:
            running.cancel()

    async def _end(self, tried: Tried, prepared: Prepared | None = None) -> None:
        inputs = None if prepared is None else self._render.fragment("scripts/_inputs.html", prepared.form)
        await self._send(protocol.tried(self._trial.id, self._shown(tried), inputs, tried.line))

    def _shown(self, tried: Tried) -> Markup:
        return self._render.fragment("scripts/_tried.html", tried)
