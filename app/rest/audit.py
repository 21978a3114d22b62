"""The audit log."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from app import access
from app.access import AuditEntry, AuditFilter, needs
from app.base.paging import Page
from app.rest.face import RestFace
from app.rest.fields import Moment, PageQuery, PathId
from app.rest.routes import PREFIX

router = APIRouter(prefix=f"{PREFIX}/audit", tags=["audit"])

Word = Annotated[str | None, Field(max_length=100, pattern=r"^[A-Za-z0-9._:-]*$")]


class AuditQuery(PageQuery):
    """Which entries are wanted."""

    action: Word = None
    subject_type: Word = None
    subject_id: Word = None
    actor_id: UUID | None = None
    since: Annotated[Moment | None, Field(description="Entries from this moment on.")] = None
    until: Annotated[Moment | None, Field(description="Entries before this moment.")] = None

    def filter(self) -> AuditFilter:
        """As the domain takes it."""
        return AuditFilter(self.action, self.subject_type, self.subject_id, self.actor_id, self.since, self.until)


@router.get("", response_model=Page[AuditEntry])
@needs("access.audit.list")
async def list_audit(face: RestFace, query: Annotated[AuditQuery, Query()]) -> Response:
    """What was changed, newest first."""
    return await face.glance(lambda work, actor: access.list_audit(work, actor, query.filter(), query.request()))


@router.get("/{entry_id}", response_model=AuditEntry)
@needs("access.audit.read")
async def get_audit_entry(face: RestFace, entry_id: PathId) -> Response:
    """One change, as it was before and after."""
    return await face.glance(lambda work, actor: access.get_audit_entry(work, actor, entry_id))
