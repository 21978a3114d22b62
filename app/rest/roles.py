"""Roles and what they can permit."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from app import access
from app.access import BuiltinRole, Permission, Role, needs
from app.rest.face import RestFace
from app.rest.fields import Body, Description, IdempotencyKey, PathName, PermissionName, RoleName, Version
from app.rest.routes import PREFIX

router = APIRouter(prefix=PREFIX, tags=["roles"])

Permissions = Annotated[list[PermissionName], Field(max_length=500)]


class NewRole(Body):
    """A role to create."""

    name: RoleName
    description: Description = ""
    inherits: BuiltinRole
    extra_permissions: Permissions = Field(default_factory=list)


class ChangeRole(Body):
    """A role as it shall be."""

    version: Version
    description: Description = ""
    inherits: BuiltinRole
    extra_permissions: Permissions = Field(default_factory=list)


@router.get("/roles", response_model=list[Role])
@needs("access.role.list")
async def list_roles(face: RestFace) -> Response:
    """The built-in roles, then the tenant's own."""
    registry = face.access.registry
    return await face.glance(lambda work, actor: access.list_roles(work, actor, registry))


@router.post("/roles", status_code=201, response_model=Role)
@needs("access.role.create")
async def create_role(face: RestFace, body: NewRole, key: IdempotencyKey = None) -> Response:
    """Create a role of the tenant's own."""
    registry = face.access.registry
    return await face.create(
        key,
        body,
        lambda work, actor: access.create_role(
            work,
            actor,
            registry,
            name=body.name,
            description=body.description,
            inherits=body.inherits,
            extra_permissions=body.extra_permissions,
        ),
    )


@router.get("/roles/{name}", response_model=Role)
@needs("access.role.read")
async def get_role(face: RestFace, name: PathName) -> Response:
    """A role."""
    registry = face.access.registry
    return await face.glance(lambda work, actor: access.get_role(work, actor, registry, name))


@router.put("/roles/{name}", response_model=Role)
@needs("access.role.update")
async def update_role(face: RestFace, name: PathName, body: ChangeRole) -> Response:
    """Change a role of the tenant's own."""
    registry = face.access.registry
    return await face.write(
        lambda work, actor: access.update_role(
            work,
            actor,
            registry,
            name,
            version=body.version,
            description=body.description,
            inherits=body.inherits,
            extra_permissions=body.extra_permissions,
        )
    )


@router.delete("/roles/{name}", status_code=204)
@needs("access.role.delete")
async def delete_role(face: RestFace, name: PathName) -> Response:
    """Delete a role of the tenant's own that nobody has."""
    registry = face.access.registry
    return await face.delete(lambda work, actor: access.delete_role(work, actor, registry, name))


@router.get("/permissions", response_model=list[Permission], tags=["permissions"])
@needs("access.permission.list")
async def list_permissions(face: RestFace) -> Response:
    """Everything that can be permitted, by name."""
    registry = face.access.registry
    return await face.glance(lambda work, actor: access.list_permissions(work, actor, registry))
