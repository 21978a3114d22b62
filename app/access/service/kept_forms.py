"""Forms sent after their session had run out: what was typed waits for the same person, in the same tenant, to sign in again.

Only a session that ended by time keeps anything: one that was ended on purpose is gone, and nobody can show whose it was.
Decision 0008.
"""

from collections.abc import Mapping
from uuid import UUID

from app.access import policy, queries, secrets
from app.access.models import KeptFormRecord
from app.access.types import Actor, KeptForm, require
from app.base.db import Work


def keep_form(work: Work, session_secret: str, path: str, fields: Mapping[str, tuple[str, ...]]) -> UUID | None:
    """Keep the fields of a form for whose session it was; None when there is nothing to keep, or nobody to keep it for.

    The caller has checked that the form came from that session, and left out passwords.
    """
    session = queries.session_by_digest(work.platform, secrets.digest_of(session_secret))
    size = sum(len(name) + sum(map(len, texts)) for name, texts in fields.items())
    if session is None or not 0 < size <= policy.KEPT_FORM_CHARS:
        return None
    scope = work.scope(session.current_tenant_id)
    if queries.member_of_user(scope, session.user_id) is None:
        return None
    queries.delete_kept_form(scope, session.user_id)
    row = KeptFormRecord(
        tenant_id=session.current_tenant_id,
        user_id=session.user_id,
        id=work.ids.new(),
        path=path,
        fields={name: list(texts) for name, texts in fields.items()},
        created_at=work.clock.now(),
    )
    scope.add(row)
    return row.id


def get_kept_form(work: Work, actor: Actor, form_id: UUID) -> KeptForm | None:
    """The form kept for the actor under this id; None when there is none, or its time is over."""
    require(actor, "access.self.read")
    row = queries.kept_form(work.scope(actor.tenant_id), actor.user_id)
    if row is None or row.id != form_id or work.clock.now() - row.created_at >= policy.KEPT_FORM_FOR:
        return None
    return KeptForm(row.path, {name: tuple(texts) for name, texts in row.fields.items()})
