"""Who belongs to the tenant, and under which role."""

from fastapi import APIRouter
from starlette.responses import Response

from app import access
from app.access import Member, needs
from app.base.paging import Page
from app.rest.face import RestFace
from app.rest.fields import Body, Email, IdempotencyKey, Paging, PathId, RoleName, Version
from app.rest.routes import PREFIX

router = APIRouter(prefix=f"{PREFIX}/members", tags=["members"])


class NewMember(Body):
    """An existing account to let in."""

    email: Email
    role: RoleName


class ChangeMember(Body):
    """Another role for a member."""

    role: RoleName
    version: Version


@router.get("", response_model=Page[Member])
@needs("access.member.list")
async def list_members(face: RestFace, page: Paging) -> Response:
    """The tenant's members, oldest first."""
    return await face.glance(lambda work, actor: access.list_members(work, actor, page.request()))


@router.post("", status_code=201, response_model=Member)
@needs("access.member.create")
async def add_member(face: RestFace, body: NewMember, key: IdempotencyKey = None) -> Response:
    """Let an existing account into the tenant."""
    registry = face.access.registry
    return await face.create(key, body, lambda work, actor: access.add_member(work, actor, registry, email=body.email, role=body.role))


@router.get("/{member_id}", response_model=Member)
@needs("access.member.read")
async def get_member(face: RestFace, member_id: PathId) -> Response:
    """A membership."""
    return await face.glance(lambda work, actor: access.get_member(work, actor, member_id))


@router.patch("/{member_id}", response_model=Member)
@needs("access.member.update")
async def change_role(face: RestFace, member_id: PathId, body: ChangeMember) -> Response:
    """Give a member another role."""
    registry = face.access.registry
    return await face.write(lambda work, actor: access.change_role(work, actor, registry, member_id, role=body.role, version=body.version))


@router.delete("/{member_id}", status_code=204)
@needs("access.member.delete")
async def remove_member(face: RestFace, member_id: PathId) -> Response:
    """Remove a member from the tenant."""
    registry = face.access.registry
    return await face.delete(lambda work, actor: access.remove_member(work, actor, registry, member_id))
