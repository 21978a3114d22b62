"""Scripts in and out as files."""

import hashlib
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app import scripts
from app.access import needs
from app.rest.face import RestFace
from app.rest.fields import IdempotencyKey
from app.rest.routes import PREFIX
from app.rest.script_fields import FilterQuery
from app.scripts import ImportReport, OnExisting

router = APIRouter(prefix=f"{PREFIX}/scripts", tags=["scripts"])

_BYTES: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "A zip file with `manifest.json` and a `.rhai` file for each script, as exporting makes it.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class ZipFile(Response):
    """A zip file to save."""

    media_type = "application/zip"


@dataclass(frozen=True, slots=True)
class _Bytes:
    """A body that isn't JSON, as idempotency knows it."""

    digest: str

    def model_dump_json(self) -> str:
        """What two equal bodies have in common."""
        return self.digest


@router.get("/export", response_class=ZipFile)
@needs("scripts.script.read")
async def export_scripts(face: RestFace, query: Annotated[FilterQuery, Query()]) -> Response:
    """The latest source and settings of every script that matches, as a zip file."""
    bundle = await face.find(lambda work, actor: scripts.export_scripts(work, actor, query.filter()))
    return ZipFile(bundle, headers={"Content-Disposition": 'attachment; filename="scripts.zip"'})


@router.post("/import", status_code=201, response_model=ImportReport, openapi_extra=_BYTES)
@needs("scripts.script.create")
async def import_scripts(
    face: RestFace,
    request: Request,
    existing: Annotated[OnExisting, Query(description="What to do with scripts whose names are taken.")] = OnExisting.REFUSE,
    key: IdempotencyKey = None,
) -> Response:
    """Create scripts from a zip file, as drafts: all of them or none."""
    await face.require("scripts.script.create")
    data = await request.body()
    verb = await face.services.scripts.importing(face.find, data, existing)
    return await face.create(key, _Bytes(f"{existing} {hashlib.sha256(data).hexdigest()}"), verb)
