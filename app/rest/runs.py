"""Runs: starting scripts by hand, trying sources, the history, replays."""

from dataclasses import dataclass, replace
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import Field, StringConstraints
from starlette.responses import Response

from app import runs
from app.access import Actor, needs, require
from app.base.db import Work
from app.base.errors import Conflict, LimitExceeded, not_found
from app.base.paging import Page
from app.rest.face import RestFace, answer
from app.rest.fields import Body, IdempotencyKey, PageQuery, PathId
from app.rest.routes import PREFIX
from app.rest.run_filter import RunsWanted, Word
from app.runs import (
    DryRun,
    Replayed,
    RunDetail,
    RunFilter,
    RunOutcome,
    RunRequest,
    RunResult,
    RunStatus,
    RunSummary,
    RunTrigger,
    Subject,
    Trial,
)
from app.scripts import ActiveScript, LimitsProfile, Phase, by_id, by_name, get_script
from app.services import Services

router = APIRouter(prefix=PREFIX, tags=["runs"])

_NAME: Final = r"^[a-z][a-z0-9_-]{0,79}$"
PathScriptName = Annotated[str, Path(pattern=_NAME, max_length=80, description="The name of a script in the current tenant.")]
Source = Annotated[str, StringConstraints(max_length=65_536), Field(examples=["params"])]
Plain = Annotated[dict[str, Any], Field(examples=[{}])]


class EntityBody(Body):
    """A record as a script sees it."""

    type: Word = "record"
    id: Word = "sample"
    fields: Plain = Field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """As a run takes it."""
        return {"type": self.type, "id": self.id, "fields": self.fields}


class RunBody(Body):
    """What a script is run with: `params`, and the record it is run on if it is about one."""

    params: Plain = Field(default_factory=dict)
    entity: EntityBody | None = None

    def inputs(self) -> dict[str, Any]:
        """As a run takes them."""
        return runs.inputs_of(Phase.MANUAL, entity=self.entity.document() if self.entity else None, params=self.params)


class DryRunBody(Body):
    """What to try, in which phase and on what: sample data, or the input of a recorded run."""

    source: Source
    phase: Phase = Phase.MANUAL
    entity: EntityBody | None = None
    entity_before: EntityBody | None = None
    params: Plain = Field(default_factory=dict)
    request: Annotated[dict[str, Any] | None, Field(examples=[None])] = None
    recorded_run_id: Annotated[UUID | None, Field(description="A run whose input is used, and whose calls are answered as they were.")] = (
        None
    )
    limits_profile: LimitsProfile = LimitsProfile.DEFAULT
    allowed_secrets: Annotated[list[Word], Field(max_length=50)] = Field(default_factory=list)

    def trial(self) -> Trial:
        """As the domain takes it."""
        return Trial(
            self.source,
            self.phase,
            {} if self.recorded_run_id else self._inputs(),
            recorded_run_id=self.recorded_run_id,
            limits_profile=self.limits_profile,
            allowed_secrets=tuple(self.allowed_secrets),
        )

    def _inputs(self) -> dict[str, Any]:
        return runs.inputs_of(
            self.phase,
            entity=self.entity.document() if self.entity else None,
            before=self.entity_before.document() if self.entity_before else None,
            params=self.params,
            request=self.request,
        )


class RunsQuery(RunsWanted, PageQuery):
    """Which runs are wanted."""

    version: Annotated[int | None, Field(ge=1, le=2**31 - 1, description="Of the script.")] = None
    status: RunStatus | None = None
    parent_run_id: UUID | None = None

    def filter(self) -> RunFilter:
        """As the domain takes it."""
        return replace(self.wanted(), version=self.version, status=self.status, parent_run_id=self.parent_run_id)


@dataclass(frozen=True, slots=True)
class Stopped:
    """A run that somebody wanted stopped, as it was found; `was_killed`: it was under way and is ended."""

    run: RunSummary
    was_killed: bool


@router.get("/executions", response_model=Page[RunSummary])
@needs("runs.run.list")
async def list_executions(face: RestFace, query: Annotated[RunsQuery, Query()]) -> Response:
    """The history: runs that match, newest first."""
    await face.caught_up(query.text)
    return await face.read(lambda work, actor: runs.list_runs(work, actor, query.filter(), query.request()))


@router.get("/scripts/{script_id}/executions", response_model=Page[RunSummary])
@needs("runs.run.list")
async def list_executions_of_script(face: RestFace, script_id: PathId, query: Annotated[RunsQuery, Query()]) -> Response:
    """One script's runs, newest first."""
    await face.caught_up(query.text)

    def find(work: Work, actor: Actor) -> Page[RunSummary]:
        require(actor, "runs.run.list")
        get_script(work, actor, script_id)
        return runs.list_runs(work, actor, replace(query.filter(), script_id=script_id), query.request())

    return await face.read(find)


@router.get("/executions/{run_id}", response_model=RunDetail)
@needs("runs.run.read")
async def get_execution(face: RestFace, run_id: PathId) -> Response:
    """Everything about one run: source, input, changes, log, calls."""
    return await face.read(lambda work, actor: runs.get_run(work, actor, run_id))


@router.post("/executions/{run_id}/replay", response_model=Replayed)
@needs("runs.run.create")
async def replay_execution(face: RestFace, run_id: PathId) -> Response:
    """Run again from the record, without asking or changing anything outside; shows what differs."""
    actor, detail = await face.access.read(face.credentials, lambda work, actor: (actor, runs.replayable(work, actor, run_id)))
    replayed = await runs.replay(_services(face).runner, actor, detail)
    refuse_busy(replayed.result)
    return answer(replayed)


@router.post("/executions/{run_id}/cancel", response_model=Stopped)
@needs("runs.run.cancel")
async def cancel_execution(face: RestFace, run_id: PathId) -> Response:
    """Have a queued run never begin, or end one that is under way."""
    found = await face.access.write(face.credentials, lambda work, actor: runs.cancel_run(work, actor, run_id))
    was_killed = found.status is RunStatus.RUNNING and _services(face).runner.stop(run_id)
    return answer(Stopped(found, was_killed))


@router.post("/scripts/dry-run", response_model=DryRun)
@needs("runs.run.create")
async def dry_run(face: RestFace, body: DryRunBody) -> Response:
    """Try a source: nothing is written and nothing outside is called; shows what would be."""
    runner = _services(face).runner
    actor, ready = await face.access.read(
        face.credentials, lambda work, actor: (actor, runs.ready_trial(work, actor, runner, body.trial()))
    )
    tried = await runs.dry_run(runner, actor, ready)
    refuse_busy(tried.result)
    return answer(tried)


@router.post("/scripts/{script_id}/run", response_model=RunResult)
@needs("runs.run.create")
async def run_script(face: RestFace, script_id: PathId, body: RunBody, key: IdempotencyKey = None) -> Response:
    """Run a script's active version now. The same call under the same idempotency key runs once."""

    def find(work: Work, actor: Actor) -> ActiveScript:
        require(actor, "runs.run.create")
        script = by_id(work, actor.tenant_id, script_id)
        if script is None:
            raise _not_active(get_script(work, actor, script_id).name)
        return script

    return await _run(face, find, body, key)


@router.post("/scripts/name/{script_name}/run", response_model=RunResult)
@needs("runs.run.create")
async def run_script_by_name(face: RestFace, script_name: PathScriptName, body: RunBody, key: IdempotencyKey = None) -> Response:
    """Run a script's active version now, by its name."""

    def find(work: Work, actor: Actor) -> ActiveScript:
        require(actor, "runs.run.create")
        script = by_name(work, actor.tenant_id, script_name)
        if script is None:
            raise not_found("active script", repr(script_name))
        return script

    return await _run(face, find, body, key)


async def _run(face: RestFace, find: Any, body: RunBody, key: str | None) -> Response:
    runner = _services(face).runner
    unique = ""

    def look(work: Work, actor: Actor) -> tuple[Actor, ActiveScript, RunResult | None]:
        nonlocal unique
        script: ActiveScript = find(work, actor)
        unique = f"rest-{actor.user_id.hex}-{script.id.hex}-{key}" if key else ""
        return actor, script, runs.done_before(work, actor, unique) if unique else None

    actor, script, done = await face.access.glance(face.credentials, look)
    if done is not None:
        response = answer(done)
        response.headers["Idempotent-Replay"] = "true"
        return response
    request = RunRequest(
        actor.tenant_id, Subject.of(script), Phase.MANUAL, RunTrigger.MANUAL, runs.actor_of(actor), body.inputs(), idempotency_key=unique
    )
    result = await runner.execute(request)
    refuse_busy(result)
    return answer(result)


def _services(face: RestFace) -> Services:
    services: Services = face.request.app.state.services
    return services


def _not_active(name: str) -> Conflict:
    return Conflict(f"The script {name} isn't active.", "Activate a version of it, or dry-run its source.")


def refuse_busy(result: RunResult) -> None:
    """Say that it is to be tried again if there was no room for a run."""
    if result.outcome is RunOutcome.BUSY:
        message = result.error.message if result.error else "Too many scripts are waiting."
        raise LimitExceeded(message, "Send it again in a moment.", details={"retry_after_seconds": 1})
