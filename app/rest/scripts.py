"""Scripts: the registry and their life."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from app import schedules, scripts
from app.access import Actor, needs
from app.base.db import Work
from app.base.paging import Page
from app.rest.face import RestFace, answer
from app.rest.fields import IdempotencyKey, PathId
from app.rest.routes import PREFIX
from app.rest.script_fields import (
    ActivateBody,
    ChangeBody,
    DisableBody,
    NewScriptBody,
    PathScriptName,
    RevisionBody,
    ScriptDetail,
    ScriptQuery,
    ValidateBody,
    Validated,
    detailed,
)
from app.scripts import Script

router = APIRouter(prefix=f"{PREFIX}/scripts", tags=["scripts"])

OptionalRevision = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="Delete it only if it still has this revision.")]


@router.get("", response_model=Page[Script])
@needs("scripts.script.list")
async def list_scripts(face: RestFace, query: Annotated[ScriptQuery, Query()]) -> Response:
    """Scripts, newest first; without a status, all of them."""
    return await face.glance(lambda work, actor: scripts.list_scripts(work, actor, query.filter(), query.request()))


@router.post("", status_code=201, response_model=ScriptDetail)
@needs("scripts.script.create")
async def create_script(face: RestFace, body: NewScriptBody, key: IdempotencyKey = None) -> Response:
    """Create a script. Its source is checked; errors keep it from being activated, not from being saved as a draft."""
    verb = await face.services.scripts.creating(face.find, body.new())
    return await face.create(key, body, with_source(verb))


@router.post("/validate", response_model=Validated)
@needs("scripts.script.create")
async def validate_script(face: RestFace, body: ValidateBody) -> Response:
    """Check a source without running or saving it."""
    findings = await face.services.scripts.validate(face.find, body.source, body.phase, body.entity_type)
    return answer(Validated(not findings.errors, findings.diagnostics))


@router.get("/name/{script_name}", response_model=ScriptDetail)
@needs("scripts.script.read")
async def get_script_by_name(face: RestFace, script_name: PathScriptName) -> Response:
    """A script by its name, with its latest source."""
    return await face.glance(with_source(lambda work, actor: scripts.get_script_by_name(work, actor, script_name)))


@router.get("/{script_id:uuid}", response_model=ScriptDetail)
@needs("scripts.script.read")
async def get_script(face: RestFace, script_id: PathId) -> Response:
    """A script with its latest source."""
    return await face.glance(with_source(lambda work, actor: scripts.get_script(work, actor, script_id)))


@router.put("/{script_id:uuid}", response_model=ScriptDetail)
@needs("scripts.script.update")
async def update_script(face: RestFace, script_id: PathId, body: ChangeBody) -> Response:
    """Change a script. Another source becomes the next version; what runs stays the active version until another is activated."""
    verb = await face.services.scripts.changing(face.find, script_id, body.change())
    return await face.write(with_source(verb))


@router.delete("/{script_id:uuid}", status_code=204)
@needs("scripts.script.delete")
async def delete_script(face: RestFace, script_id: PathId, revision: OptionalRevision = None) -> Response:
    """Delete a script. It can be brought back until it is purged."""

    def verb(work: Work, actor: Actor) -> None:
        scripts.delete_script(work, actor, script_id, revision=revision)

    return await face.delete(verb)


@router.post("/{script_id:uuid}/undelete", response_model=Script)
@needs("scripts.script.delete")
async def undelete_script(face: RestFace, script_id: PathId) -> Response:
    """Bring a deleted script back; if it was active, it is paused."""
    return await face.write(lambda work, actor: scripts.undelete_script(work, actor, script_id))


@router.post("/{script_id:uuid}/purge", status_code=204)
@needs("scripts.script.manage")
async def purge_script(face: RestFace, script_id: PathId) -> Response:
    """Remove a deleted script and its versions for good; its runs stay in the history."""
    return await face.delete(lambda work, actor: scripts.purge_script(work, actor, script_id, schedules.forget_script))


@router.post("/{script_id:uuid}/activate", response_model=Script)
@needs("scripts.script.update")
async def activate_script(face: RestFace, script_id: PathId, body: ActivateBody) -> Response:
    """Let a version run from now on, if it has no errors."""
    verb = await face.services.scripts.activating(face.find, script_id, revision=body.revision, version=body.version)
    return await face.write(verb)


@router.post("/{script_id:uuid}/pause", response_model=Script)
@needs("scripts.script.update")
async def pause_script(face: RestFace, script_id: PathId, body: RevisionBody) -> Response:
    """Stop an active script until it is resumed."""
    return await _step(face, scripts.pause, script_id, body)


@router.post("/{script_id:uuid}/resume", response_model=Script)
@needs("scripts.script.update")
async def resume_script(face: RestFace, script_id: PathId, body: RevisionBody) -> Response:
    """Let a paused or disabled script run on; its errors are counted anew."""
    return await _step(face, scripts.resume, script_id, body)


@router.post("/{script_id:uuid}/disable", response_model=Script)
@needs("scripts.script.update")
async def disable_script(face: RestFace, script_id: PathId, body: DisableBody) -> Response:
    """Take a script out of service, with a reason that others see."""
    return await face.write(lambda work, actor: scripts.disable(work, actor, script_id, revision=body.revision, reason=body.reason))


@router.post("/{script_id:uuid}/archive", response_model=Script)
@needs("scripts.script.update")
async def archive_script(face: RestFace, script_id: PathId, body: RevisionBody) -> Response:
    """Put a script away."""
    return await _step(face, scripts.archive, script_id, body)


@router.post("/{script_id:uuid}/unarchive", response_model=Script)
@needs("scripts.script.update")
async def unarchive_script(face: RestFace, script_id: PathId, body: RevisionBody) -> Response:
    """Take a script out of the archive, as a draft."""
    return await _step(face, scripts.unarchive, script_id, body)


@router.post("/{script_id:uuid}/reset", response_model=Script)
@needs("scripts.script.update")
async def reset_script(face: RestFace, script_id: PathId, body: RevisionBody) -> Response:
    """Forget a script's errors; one that they disabled runs again."""
    return await _step(face, scripts.reset_errors, script_id, body)


def with_source(verb: Callable[[Work, Actor], Script]) -> Callable[[Work, Actor], ScriptDetail]:
    """The verb, its script answered with the latest source."""

    def run(work: Work, actor: Actor) -> ScriptDetail:
        script = verb(work, actor)
        return detailed(script, scripts.version_source(work, actor.tenant_id, script.id, script.latest_version))

    return run


async def _step(face: RestFace, verb: Callable[..., Script], script_id: UUID, body: RevisionBody) -> Response:
    return await face.write(lambda work, actor: verb(work, actor, script_id, revision=body.revision))
