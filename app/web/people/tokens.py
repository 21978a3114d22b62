"""API tokens: the list, the form, and the one page that ever shows a secret."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app import access
from app.access import Actor, ActorKind, ApiToken, Permission, needs
from app.base.db import Work
from app.base.paging import Page, page_request
from app.web.forms import REFUSALS, Sent
from app.web.guards import PageVisit, Visit, id_of
from app.web.lists import pager
from app.web.people.contexts import Choice, NewTokenPage, TokenLine, TokenMadePage, Tokens
from app.web.people.forms import NewTokenForm
from app.web.times import when

router = APIRouter(prefix="/tokens", include_in_schema=False)

_KINDS: Final = (
    (ActorKind.SERVICE, "A program", "Another system, a job, a host application."),
    (ActorKind.AI, "An AI assistant", "What it does is marked as AI in the audit log."),
    (ActorKind.HUMAN, "Myself", "Your own command line or notebook."),
)


@router.get("")
@needs("access.token.list")
async def show_tokens(visit: PageVisit) -> Response:
    """One's own tokens, or everybody's for those who manage them."""
    return await _list(visit)


@router.get("/new")
@needs("access.token.create")
async def show_new(visit: PageVisit) -> Response:
    """The form."""
    return await _form(visit, await visit.kept("/tokens/new"))


@router.post("/new")
@needs("access.token.create")
async def create(visit: PageVisit) -> Response:
    """Create a token and show its secret, this once: the answer is not stored anywhere and not kept by the browser."""
    posted, settings = await visit.posted(), visit.access.ground.settings
    try:
        form = posted.parse(NewTokenForm, many=("permissions",))
        expires_at = visit.now + timedelta(days=form.days)
        made = await visit.act(
            lambda work, actor: access.create_token(
                work,
                actor,
                settings,
                name=form.name,
                kind=form.kind,
                permissions=form.permissions,
                expires_at=expires_at,
            )
        )
    except REFUSALS as error:
        return await _form(visit, posted.refused(error), 422)
    viewer = await visit.viewer()
    origin = settings.public_origin or str(visit.request.base_url).rstrip("/")
    example = f'curl -H "Authorization: Bearer {made.secret}" {origin}/api/v1/me'
    view = TokenMadePage(made.token.name, made.secret, when(made.token.expires_at, visit.now), example)
    return visit.page(viewer, "tokens/made.html", "Token created", view, 201)


@router.post("/{token_id}/revoke")
@needs("access.token.delete")
async def revoke(visit: PageVisit, token_id: str) -> Response:
    """End a token at once."""
    wanted = id_of("token", token_id)
    await visit.posted()
    await visit.act(lambda work, actor: access.revoke_token(work, actor, wanted))
    if visit.is_scripted:
        return await _list(visit, "token-revoked")
    return visit.done("/tokens", "token-revoked")


async def _list(visit: Visit, done: str | None = None) -> Response:
    after = visit.request.query_params.get("after") if visit.request.method == "GET" else None

    def find(work: Work, actor: Actor) -> Page[ApiToken]:
        return access.list_tokens(work, actor, page_request(after))

    viewer, page = await visit.look(find)
    actor = viewer.actor
    view = Tokens(
        tuple(_line(visit, token, actor.user_id) for token in page.items),
        actor.may("access.token.create"),
        actor.may("access.token.delete"),
        visit.csrf,
        pager(page, "/tokens", after),
    )
    if visit.is_scripted:
        return visit.render.fragments(visit.render.oob("tokens/_tokens.html", view), done=done)
    return visit.page(viewer, "tokens/page.html", "API tokens", view)


async def _form(visit: Visit, form: Sent, status: int = 200) -> Response:
    registry = visit.access.registry

    def find(work: Work, actor: Actor) -> tuple[Permission, ...]:
        return access.list_permissions(work, actor, registry)

    viewer, permissions = await visit.look(find)
    kind = form.text("kind", ActorKind.SERVICE)
    view = NewTokenPage(
        form,
        tuple(Choice(value.value, label, hint, value == kind) for value, label, hint in _KINDS),
        tuple(
            Choice(each.name, each.name, each.description, form.has("permissions", each.name))
            for each in permissions
            if viewer.actor.may(each.name)
        ),
        visit.access.ground.settings.token_default_days,
    )
    return visit.page(viewer, "tokens/new.html", "New token", view, status)


def _line(visit: Visit, token: ApiToken, viewer_id: UUID) -> TokenLine:
    state = "revoked" if token.revoked_at else "expired" if token.expires_at <= visit.now else "active"
    return TokenLine(token, when(token.created_at, visit.now), when(token.expires_at, visit.now), state, token.user_id == viewer_id)
