"""Tenants that one belongs to."""

from fastapi import APIRouter
from starlette.responses import Response

from app import access
from app.access import Tenant, needs
from app.base.paging import Page
from app.rest.face import RestFace
from app.rest.fields import Body, IdempotencyKey, Name, Paging, PathId, Slug, Version
from app.rest.routes import PREFIX

router = APIRouter(prefix=f"{PREFIX}/tenants", tags=["tenants"])


class NewTenant(Body):
    """A tenant to create."""

    name: Name
    slug: Slug


class ChangeTenant(Body):
    """What may be changed about a tenant."""

    name: Name
    version: Version


@router.get("", response_model=Page[Tenant])
@needs("access.tenant.read")
async def list_tenants(face: RestFace, page: Paging) -> Response:
    """The tenants one belongs to, oldest first."""
    return await face.glance(lambda work, actor: access.list_tenants(work, actor, page.request()))


@router.post("", status_code=201, response_model=Tenant)
@needs("access.tenant.create")
async def create_tenant(face: RestFace, body: NewTenant, key: IdempotencyKey = None) -> Response:
    """Create a tenant and become its owner."""
    return await face.create(key, body, lambda work, actor: access.create_tenant(work, actor, name=body.name, slug=body.slug))


@router.get("/{tenant_id}", response_model=Tenant)
@needs("access.tenant.read")
async def get_tenant(face: RestFace, tenant_id: PathId) -> Response:
    """A tenant one belongs to."""
    return await face.glance(lambda work, actor: access.get_tenant(work, actor, tenant_id))


@router.patch("/{tenant_id}", response_model=Tenant)
@needs("access.tenant.update")
async def update_tenant(face: RestFace, tenant_id: PathId, body: ChangeTenant) -> Response:
    """Rename the current tenant."""
    return await face.write(lambda work, actor: access.update_tenant(work, actor, tenant_id, name=body.name, version=body.version))
