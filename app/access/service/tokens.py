"""API tokens: what programs and AI assistants sign their requests with. They do at most what their maker may, and end by themselves."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.access import policy, queries, secrets
from app.access.authenticate import REVISION
from app.access.models import TokenRecord
from app.access.service.audit import record
from app.access.types import Actor, ActorKind, ApiToken, NewApiToken, require
from app.base.db import Work
from app.base.errors import not_found
from app.base.paging import Page, PageRequest, page_of
from app.base.settings import Settings


def list_tokens(work: Work, actor: Actor, request: PageRequest) -> Page[ApiToken]:
    """The actor's own tokens, or everybody's for those who manage them; newest first."""
    require(actor, "access.token.list")
    owner = None if actor.may("access.token.manage") else actor.user_id
    rows = queries.tokens_page(work.scope(actor.tenant_id), owner, request)
    return page_of(rows, request, _token, lambda row: row.id)


def get_token(work: Work, actor: Actor, token_id: UUID) -> ApiToken:
    """A token.

    Raises:
        NotFound: not in this tenant, or somebody else's.
    """
    require(actor, "access.token.read")
    return _token(_visible(work, actor, token_id))


def create_token(
    work: Work,
    actor: Actor,
    settings: Settings,
    *,
    name: str,
    kind: ActorKind,
    permissions: Sequence[str],
    expires_at: datetime | None,
) -> NewApiToken:
    """Create a token; its secret is in the result and nowhere else, ever.

    Raises:
        Denied: a permission that the actor lacks.
        Conflict: it would be expired already.
    """
    require(actor, "access.token.create")
    policy.check_token_permissions(actor, permissions)
    now, token_id = work.clock.now(), work.ids.new()
    secret = secrets.new_token(token_id)
    row = TokenRecord(
        id=token_id,
        tenant_id=actor.tenant_id,
        user_id=actor.user_id,
        name=name,
        kind=kind,
        digest=secrets.digest_of(secret),
        permissions=sorted(set(permissions)),
        created_at=now,
        expires_at=policy.token_expiry(now, expires_at, settings),
    )
    work.scope(actor.tenant_id).add(row)
    token = _token(row)
    record(work, actor, "access.token.create", "token", token_id, after=token)
    return NewApiToken(token, secret)


def revoke_token(work: Work, actor: Actor, token_id: UUID) -> ApiToken:
    """End a token at once, everywhere; ending it again changes nothing.

    Raises:
        NotFound: not in this tenant, or somebody else's.
    """
    require(actor, "access.token.delete")
    row = _visible(work, actor, token_id)
    before = _token(row)
    if row.revoked_at is None:
        row.revoked_at = work.clock.now()
        work.scope(actor.tenant_id).flush()
        work.bump(REVISION)
        record(work, actor, "access.token.delete", "token", token_id, before=before, after=_token(row))
    return _token(row)


def _visible(work: Work, actor: Actor, token_id: UUID) -> TokenRecord:
    row = queries.token_by_id(work.scope(actor.tenant_id), token_id)
    if row is None or (row.user_id != actor.user_id and not actor.may("access.token.manage")):
        raise not_found("token", token_id)
    return row


def _token(row: TokenRecord) -> ApiToken:
    return ApiToken(
        row.id,
        row.name,
        secrets.token_prefix(row.id),
        ActorKind(row.kind),
        tuple(row.permissions),
        row.user_id,
        row.created_at,
        row.expires_at,
        row.revoked_at,
    )
