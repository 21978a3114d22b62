"""Accounts of the tenant's people."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from app import access
from app.access import User, needs
from app.base.paging import Page
from app.rest.face import RestFace
from app.rest.fields import Body, Email, IdempotencyKey, Name, NewPassword, Paging, PathId, RoleName, Version
from app.rest.routes import PREFIX

router = APIRouter(prefix=f"{PREFIX}/users", tags=["users"])


class NewUser(Body):
    """An account to create."""

    email: Email
    display_name: Name
    role: RoleName
    password: NewPassword


class ChangeUser(Body):
    """What may be changed about an account; what is left out stays."""

    version: Version
    display_name: Name | None = None
    is_active: Annotated[bool | None, Field(strict=True)] = None


@router.get("", response_model=Page[User])
@needs("access.user.list")
async def list_users(face: RestFace, page: Paging) -> Response:
    """The accounts of the tenant's people, oldest first."""
    return await face.glance(lambda work, actor: access.list_users(work, actor, page.request()))


@router.post("", status_code=201, response_model=User)
@needs("access.user.create")
async def create_user(face: RestFace, body: NewUser, key: IdempotencyKey = None) -> Response:
    """Create an account with a role in the current tenant."""
    registry = face.access.registry
    await face.require("access.user.create")
    password = await face.access.hash_password(body.password)
    return await face.create(
        key,
        body,
        lambda work, actor: access.create_user(
            work, actor, registry, email=body.email, display_name=body.display_name, role=body.role, password=password
        ),
    )


@router.get("/{user_id}", response_model=User)
@needs("access.user.read")
async def get_user(face: RestFace, user_id: PathId) -> Response:
    """The account of one of the tenant's people."""
    return await face.glance(lambda work, actor: access.get_user(work, actor, user_id))


@router.patch("/{user_id}", response_model=User)
@needs("access.user.update")
async def update_user(face: RestFace, user_id: PathId, body: ChangeUser) -> Response:
    """Rename, disable or enable an account that this tenant made."""
    registry = face.access.registry
    return await face.write(
        lambda work, actor: access.update_user(
            work, actor, registry, user_id, version=body.version, display_name=body.display_name, is_active=body.is_active
        )
    )
