"""Running past runs again over REST: one at once, or many through the queue."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints
from starlette.responses import Response

from app import runs
from app.access import needs
from app.base.paging import Page
from app.rest.face import RestFace, answer
from app.rest.fields import Body, IdempotencyKey, Name, Paging, PathId
from app.rest.routes import PREFIX
from app.rest.run_filter import RunsWanted
from app.rest.runs import refuse_busy
from app.runs import BulkRerun, RerunPreview, RerunVersion, RunFilter, RunResult

router = APIRouter(prefix=PREFIX, tags=["runs"])

RerunName = Annotated[Name, StringConstraints(max_length=100)]


class RerunBody(Body):
    """Which source gets the past run's input: the one that ran, or the script's active version."""

    version: RerunVersion = RerunVersion.CURRENT


class RerunFilter(RunsWanted):
    """Which past runs are wanted; a field that is left out fits all."""

    script_version: Annotated[int | None, Field(ge=1, le=2**31 - 1)] = None

    def filter(self) -> RunFilter:
        """As the domain takes it."""
        return replace(self.wanted(), version=self.script_version)


class BulkBody(Body):
    """A bulk re-run: what it is called, which runs it takes, and which source gets their input."""

    name: RerunName
    version: RerunVersion = RerunVersion.CURRENT
    filter: RerunFilter


class PreviewBody(Body):
    """Which runs a bulk re-run would take."""

    filter: RerunFilter


@router.post("/executions/{run_id}/rerun", response_model=RunResult)
@needs("runs.run.create")
async def rerun_execution(face: RestFace, run_id: PathId, body: RerunBody) -> Response:
    """Run a past run's input again, in earnest; the new run has it as `parent_run_id`."""
    runner = face.services.runner
    request = await face.access.write(face.credentials, lambda work, actor: runs.ready_rerun(work, actor, run_id, body.version))
    result = await runner.execute(request)
    refuse_busy(result)
    return answer(result)


@router.post("/reruns/preview", response_model=RerunPreview)
@needs("runs.run.create")
async def preview_reruns(face: RestFace, body: PreviewBody) -> Response:
    """How many runs a bulk re-run would make."""
    await face.caught_up(body.filter.text)
    return await face.read(lambda work, actor: runs.preview_reruns(work, actor, body.filter.filter()))


@router.post("/reruns", response_model=BulkRerun, status_code=201)
@needs("runs.run.create")
async def start_reruns(face: RestFace, body: BulkBody, key: IdempotencyKey = None) -> Response:
    """Have all runs that match run again, at most the 1,000 newest; they wait in the history until their turn."""
    transport = face.services.transport
    await face.caught_up(body.filter.text)
    return await face.create(
        key, body, lambda work, actor: runs.start_reruns(work, actor, transport, body.name, body.version, body.filter.filter())
    )


@router.get("/reruns", response_model=Page[BulkRerun])
@needs("runs.run.list")
async def list_reruns(face: RestFace, query: Paging) -> Response:
    """Bulk re-runs with their progress, newest first."""
    return await face.read(lambda work, actor: runs.list_reruns(work, actor, query.request()))


@router.get("/reruns/{rerun_id}", response_model=BulkRerun)
@needs("runs.run.list")
async def get_rerun(face: RestFace, rerun_id: PathId) -> Response:
    """A bulk re-run and how far it is."""
    return await face.read(lambda work, actor: runs.get_rerun(work, actor, rerun_id))


@router.post("/reruns/{rerun_id}/cancel", response_model=BulkRerun)
@needs("runs.run.cancel")
async def cancel_rerun(face: RestFace, rerun_id: PathId) -> Response:
    """Have those of its runs that wait never begin."""
    return await face.write(lambda work, actor: runs.stop_reruns(work, actor, rerun_id))
