"""Templates: ready scripts to start from."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from app import scripts
from app.access import needs
from app.rest.face import RestFace
from app.rest.routes import PREFIX
from app.scripts import NAME_PATTERN, Template

router = APIRouter(prefix=f"{PREFIX}/scripts/templates", tags=["scripts"])

PathTemplate = Annotated[str, Path(max_length=80, pattern=NAME_PATTERN, description="The name of a template.")]


@router.get("", response_model=list[Template])
@needs("scripts.script.list")
async def list_templates(face: RestFace) -> Response:
    """Ready scripts, each with what starts it, what it needs, and a sample to try it with."""
    return await face.glance(scripts.list_templates)


@router.get("/{template_name}", response_model=Template)
@needs("scripts.script.read")
async def get_template(face: RestFace, template_name: PathTemplate) -> Response:
    """A ready script."""
    return await face.glance(lambda work, actor: scripts.get_template(work, actor, template_name))
