"""The audit log: filters in the address, paged by key, and each entry with what it changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app import access
from app.access import Actor, AuditEntry, AuditFilter, Member, needs
from app.base.db import Work
from app.base.errors import not_found
from app.base.paging import LARGEST_LIMIT, Page, PageRequest, page_request
from app.web.administration.contexts import Audit, AuditEntryPage, AuditLine, AuditPage
from app.web.documents import FieldChange, field_changes
from app.web.guards import PageVisit, id_of
from app.web.lists import address, asked, pager
from app.web.times import moment_in, when

router = APIRouter(include_in_schema=False)

_VERBS: Final = {
    "access.member.create": "let in",
    "access.member.delete": "removed",
    "access.member.update": "changed the role of",
    "access.role.create": "created",
    "access.role.delete": "deleted",
    "access.role.update": "changed",
    "access.session.create": "opened",
    "access.session.delete": "ended",
    "access.session.switch": "switched to",
    "access.tenant.create": "created",
    "access.tenant.update": "changed",
    "access.token.create": "created",
    "access.token.delete": "revoked",
    "access.user.create": "created",
    "access.user.password": "changed the password of",
    "access.user.update": "changed",
    "entities.index.update": "made the index anew of",
    "entities.record.create": "created",
    "entities.record.delete": "deleted",
    "entities.record.update": "changed",
    "entities.type.create": "defined",
    "entities.type.delete": "deleted",
    "entities.type.update": "changed",
    "hooks.letter.drop": "dropped",
    "hooks.letter.retry": "tried again",
    "runs.host.create": "allowed",
    "runs.host.delete": "removed",
    "runs.limits.update": "changed",
    "runs.rerun.cancel": "stopped",
    "runs.rerun.create": "started",
    "runs.run.cancel": "stopped",
    "runs.run.rerun": "ran again",
    "runs.secret.delete": "deleted",
    "runs.secret.update": "set",
    "schedules.clock.update": "changed",
    "schedules.schedule.backfill": "caught up",
    "schedules.schedule.create": "created",
    "schedules.schedule.delete": "deleted",
    "schedules.schedule.pause": "paused",
    "schedules.schedule.resume": "resumed",
    "schedules.schedule.run": "ran",
    "schedules.schedule.update": "changed",
    "scripts.script.activate": "activated",
    "scripts.script.archive": "archived",
    "scripts.script.create": "created",
    "scripts.script.delete": "deleted",
    "scripts.script.disable": "disabled",
    "scripts.script.pause": "paused",
    "scripts.script.purge": "purged",
    "scripts.script.reset": "forgot the errors of",
    "scripts.script.resume": "resumed",
    "scripts.script.unarchive": "took out of the archive",
    "scripts.script.undelete": "brought back",
    "scripts.script.update": "changed",
}
_NOUNS: Final = {"entity_type": "entity type", "rerun": "bulk re-run", "letter": "dead letter", "host": "outgoing host"}
_SUBJECTS: Final = (
    "clock", "entity_type", "host", "letter", "limits", "member", "rerun", "role", "run", "schedule", "script", "secret", "session",
    "tenant", "token", "user",
)  # fmt: skip
_NAMES: Final = ("name", "email", "display_name")
_WORDS: Final = {"None": "none", "True": "yes", "False": "no"}
_FILTERS: Final = ("action", "subject_type", "subject_id", "actor_id", "since", "until")


@router.get("/audit")
@needs("access.audit.list")
async def show_audit(visit: PageVisit) -> Response:
    """Entries, newest first, that fit the filters."""
    query = visit.request.query_params
    filters = {name: asked(query, name) for name in _FILTERS}
    after = query.get("after")
    wanted = AuditFilter(
        filters["action"] or None,
        filters["subject_type"] or None,
        filters["subject_id"] or None,
        _uuid(filters["actor_id"]),
        _moment(filters["since"]),
        _moment(filters["until"]),
    )

    def find(work: Work, actor: Actor) -> tuple[Page[AuditEntry], tuple[Member, ...]]:
        members = access.list_members(work, actor, PageRequest(limit=LARGEST_LIMIT)).items if actor.may("access.member.list") else ()
        return access.list_audit(work, actor, wanted, page_request(after)), members

    viewer, (page, members) = await visit.look(find)
    lines = tuple(audit_line(entry, visit.now) for entry in page.items)
    view = Audit(lines, any(filters.values()), pager(page, "/audit", after, filters))
    if visit.is_scripted:
        return visit.render.fragments(visit.render.oob("audit/_audit.html", view), address=address("/audit", filters, after))
    actors = tuple((str(member.user_id), member.display_name) for member in members)
    return visit.page(viewer, "audit/page.html", "Audit log", AuditPage(view, filters, tuple(sorted(_VERBS)), _SUBJECTS, actors))


@router.get("/audit/{entry_id}")
@needs("access.audit.read")
async def show_entry(visit: PageVisit, entry_id: str) -> Response:
    """One entry, with before and after side by side."""
    wanted = id_of("audit entry", entry_id)
    viewer, entry = await visit.look(lambda work, actor: access.get_audit_entry(work, actor, wanted))
    line = audit_line(entry, visit.now)
    view = AuditEntryPage(entry, line.at, line.sentence, diff_of(entry.before, entry.after))
    return visit.page(viewer, "audit/entry.html", "Audit entry", view)


def audit_line(entry: AuditEntry, now: datetime) -> AuditLine:
    """An entry as a list shows it."""
    verb = _VERBS.get(entry.action, entry.action)
    return AuditLine(entry, when(entry.at, now), f"{verb} {_NOUNS.get(entry.subject_type, entry.subject_type)} {_name_of(entry)}".strip())


def diff_of(before: Mapping[str, object] | None, after: Mapping[str, object] | None) -> tuple[FieldChange, ...]:
    """What a change did, value by value; nested values get dotted names."""
    return field_changes(_flat(before), _flat(after), str)


def _flat(document: Mapping[str, object] | None, prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in (document or {}).items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{prefix}{key}.")
        elif isinstance(value, list):
            found[f"{prefix}{key}"] = ", ".join(str(each) for each in value) or "none"
        else:
            found[f"{prefix}{key}"] = _WORDS.get(str(value), str(value))
    return found


def _name_of(entry: AuditEntry) -> str:
    """What people call the subject, if the entry tells; else nothing, for its id is shown beside."""
    document = entry.after or entry.before or {}
    nested = document.get("user")
    texts = _flat(nested if isinstance(nested, Mapping) else document)
    if entry.subject_type == "role":
        return entry.subject_id
    return next((texts[name] for name in _NAMES if name in texts), "")


def _moment(text: str) -> datetime | None:
    """A moment as the field sends it.

    Raises:
        NotFound: it can't be one.
    """
    try:
        return moment_in(text)
    except ValueError:
        raise not_found("moment", repr(text)) from None


def _uuid(text: str) -> UUID | None:
    return id_of("user", text) if text else None
