"""Versions of scripts."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from app import scripts
from app.access import needs
from app.base.paging import Page
from app.rest.face import RestFace
from app.rest.fields import IdempotencyKey, Paging, PathId
from app.rest.routes import PREFIX
from app.rest.script_fields import CompareQuery, NewVersionBody, PathNumber, RevisionBody, ScriptDetail
from app.rest.scripts import with_source
from app.scripts import Comparison, ScriptVersion, VersionInfo

router = APIRouter(prefix=f"{PREFIX}/scripts/{{script_id}}", tags=["scripts"])


@router.get("/versions", response_model=Page[VersionInfo])
@needs("scripts.script.read")
async def list_versions(face: RestFace, script_id: PathId, page: Paging) -> Response:
    """A script's versions without their sources, newest first."""
    return await face.glance(lambda work, actor: scripts.list_versions(work, actor, script_id, page.request()))


@router.post("/versions", status_code=201, response_model=ScriptDetail)
@needs("scripts.script.update")
async def save_version(face: RestFace, script_id: PathId, body: NewVersionBody, key: IdempotencyKey = None) -> Response:
    """Save a source as the next version. The latest version's source saves none."""
    verb = await face.services.scripts.changing(face.find, script_id, body.change())
    return await face.create(key, body, with_source(verb))


@router.get("/versions/{number}", response_model=ScriptVersion)
@needs("scripts.script.read")
async def get_version(face: RestFace, script_id: PathId, number: PathNumber) -> Response:
    """A version with its source."""
    return await face.glance(lambda work, actor: scripts.get_version(work, actor, script_id, number))


@router.post("/versions/{number}/restore", response_model=ScriptDetail)
@needs("scripts.script.update")
async def restore_version(face: RestFace, script_id: PathId, number: PathNumber, body: RevisionBody) -> Response:
    """Roll back: save an older version's source as the next version."""
    verb = await face.services.scripts.restoring(face.find, script_id, number, revision=body.revision)
    return await face.write(with_source(verb))


@router.get("/diff", response_model=Comparison)
@needs("scripts.script.read")
async def compare_versions(face: RestFace, script_id: PathId, query: Annotated[CompareQuery, Query()]) -> Response:
    """What changed from one version to another."""
    return await face.read(lambda work, actor: scripts.compare_versions(work, actor, script_id, query.before, query.after))
