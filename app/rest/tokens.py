"""API tokens."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from app import access
from app.access import ActorKind, ApiToken, NewApiToken, needs
from app.base.paging import Page
from app.rest.face import RestFace
from app.rest.fields import Body, IdempotencyKey, Moment, Name, Paging, PathId, PermissionName
from app.rest.routes import PREFIX

router = APIRouter(prefix=f"{PREFIX}/tokens", tags=["tokens"])


class NewToken(Body):
    """A token to create; `kind` says what will hold it."""

    name: Name
    kind: ActorKind
    permissions: Annotated[list[PermissionName], Field(max_length=500)]
    expires_at: Moment | None = None


@router.get("", response_model=Page[ApiToken])
@needs("access.token.list")
async def list_tokens(face: RestFace, page: Paging) -> Response:
    """One's own tokens, or everybody's for those who manage them; newest first."""
    return await face.glance(lambda work, actor: access.list_tokens(work, actor, page.request()))


@router.post("", status_code=201, response_model=NewApiToken)
@needs("access.token.create")
async def create_token(face: RestFace, body: NewToken, key: IdempotencyKey = None) -> Response:
    """Create a token. Its secret is in this answer alone: a repeated answer under the same idempotency key has an empty one."""
    settings = face.access.ground.settings
    return await face.create(
        key,
        body,
        lambda work, actor: access.create_token(
            work, actor, settings, name=body.name, kind=body.kind, permissions=body.permissions, expires_at=body.expires_at
        ),
        keep=lambda made: replace(made, secret=""),
    )


@router.get("/{token_id}", response_model=ApiToken)
@needs("access.token.read")
async def get_token(face: RestFace, token_id: PathId) -> Response:
    """A token, without its secret."""
    return await face.glance(lambda work, actor: access.get_token(work, actor, token_id))


@router.post("/{token_id}/revoke", response_model=ApiToken)
@needs("access.token.delete")
async def revoke_token(face: RestFace, token_id: PathId) -> Response:
    """Revoke a token; it stops working at once and stays listed."""
    return await face.write(lambda work, actor: access.revoke_token(work, actor, token_id))
