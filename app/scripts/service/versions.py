"""Versions: every saved source, kept as it was."""

from uuid import UUID

from app.access import Actor, require
from app.base.db import Work
from app.base.errors import not_found
from app.base.paging import Page, PageRequest, page_of
from app.scripts import queries
from app.scripts.comparing import hunks_of, unified
from app.scripts.service.rows import found, info_of, version_of
from app.scripts.types import Comparison, ScriptVersion, VersionInfo


def list_versions(work: Work, actor: Actor, script_id: UUID, request: PageRequest) -> Page[VersionInfo]:
    """A script's versions without their sources, newest first.

    Raises:
        NotFound: not in this tenant.
    """
    require(actor, "scripts.script.read")
    found(work, actor, script_id)
    rows = queries.versions_page(work.scope(actor.tenant_id), script_id, request)
    return page_of(rows, request, info_of, lambda row: row.id)


def get_version(work: Work, actor: Actor, script_id: UUID, number: int | None = None) -> ScriptVersion:
    """One version of a script; without a number, the latest.

    Raises:
        NotFound: no such script or version in this tenant.
    """
    require(actor, "scripts.script.read")
    latest = found(work, actor, script_id).latest_version
    return version_source(work, actor.tenant_id, script_id, latest if number is None else number)


def version_source(work: Work, tenant_id: UUID, script_id: UUID, number: int) -> ScriptVersion:
    """One version of a script, deleted ones included; for domains above that have checked who asks.

    Raises:
        NotFound: no such version in this tenant.
    """
    row = queries.version_by_number(work.scope(tenant_id), script_id, number)
    if row is None:
        raise not_found("version", number)
    return version_of(row)


def compare_versions(work: Work, actor: Actor, script_id: UUID, before: int | None = None, after: int | None = None) -> Comparison:
    """What changed from one version to another, in either direction.

    Without numbers: from the version that runs, or the one before if that is the other, to the latest.

    Raises:
        NotFound: no such script or version in this tenant.
    """
    require(actor, "scripts.script.read")
    row = found(work, actor, script_id)
    after = row.latest_version if after is None else after
    if before is None:
        before = row.active_version if row.active_version not in (None, after) else max(1, after - 1)
    old, new = (version_source(work, actor.tenant_id, script_id, number) for number in (before, after))
    hunks = hunks_of(old.source, new.source)
    return Comparison(old.info, new.info, hunks, unified(hunks, f"version {before}", f"version {after}"))
