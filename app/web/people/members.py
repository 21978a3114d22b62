"""Members: who belongs to the tenant, their roles and accounts; new accounts and existing ones let in."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app import access
from app.access import Actor, Member, Role, User, needs
from app.base.db import Work
from app.base.paging import Page, page_request
from app.web.forms import REFUSALS, Sent, VersionForm
from app.web.guards import PageVisit, Visit, id_of
from app.web.lists import pager
from app.web.people.contexts import MemberLine, MemberPage, Members, MembersPage, NewMemberPage
from app.web.people.forms import AccountForm, AddMemberForm, ChangeRoleForm, NewUserForm
from app.web.times import when

router = APIRouter(prefix="/members", include_in_schema=False)


@router.get("")
@needs("access.member.list")
async def show_members(visit: PageVisit) -> Response:
    """The members, oldest first."""
    return await _list(visit, {})


@router.get("/new")
@needs("access.member.create")
async def show_new(visit: PageVisit) -> Response:
    """Forms for a new account and for an existing one."""
    return await _new(visit, await visit.kept("/members/new"), await visit.kept("/members/add"))


@router.post("/new")
@needs("access.user.create")
async def create_user(visit: PageVisit) -> Response:
    """Create an account."""
    posted, registry = await visit.posted(), visit.access.registry
    try:
        form = posted.parse(NewUserForm)
        password = await visit.access.hash_password(form.password)
        await visit.act(
            lambda work, actor: access.create_user(
                work, actor, registry, email=form.email, display_name=form.display_name, role=form.role, password=password
            )
        )
    except REFUSALS as error:
        return await _new(visit, posted.refused(error), Sent(), 422)
    return visit.done("/members", "user-created")


@router.post("/add")
@needs("access.member.create")
async def add_member(visit: PageVisit) -> Response:
    """Let an existing account in."""
    posted, registry = await visit.posted(), visit.access.registry
    try:
        form = posted.parse(AddMemberForm)
        await visit.act(lambda work, actor: access.add_member(work, actor, registry, email=form.email, role=form.role))
    except REFUSALS as error:
        return await _new(visit, Sent(), posted.refused(error), 422)
    return visit.done("/members", "member-added")


@router.get("/{member_id}")
@needs("access.member.read")
async def show_member(visit: PageVisit, member_id: str) -> Response:
    """One member."""
    wanted = id_of("member", member_id)
    return await _one(visit, wanted, await visit.kept(f"/members/{wanted}/role"), await visit.kept(f"/members/{wanted}/account"))


@router.post("/{member_id}/role")
@needs("access.member.update")
async def change_role(visit: PageVisit, member_id: str) -> Response:
    """Give a member another role, from the list or from their page."""
    wanted, posted, registry = id_of("member", member_id), await visit.posted(), visit.access.registry
    refused: Sent | None = None
    try:
        form = posted.parse(ChangeRoleForm)
        await visit.act(lambda work, actor: access.change_role(work, actor, registry, wanted, role=form.role, version=form.version))
    except REFUSALS as error:
        refused = posted.refused(error)
    if visit.is_scripted:
        return await _list(visit, {wanted: refused} if refused else {}, None if refused else "role-changed")
    if refused:
        return await _one(visit, wanted, refused, Sent(), 422)
    return visit.done(f"/members/{wanted}", "role-changed")


@router.post("/{member_id}/account")
@needs("access.user.update")
async def rename(visit: PageVisit, member_id: str) -> Response:
    """Change the name of a member's account."""
    return await _change_account(visit, member_id, AccountForm, "account-changed")


@router.post("/{member_id}/disable")
@needs("access.user.update")
async def disable(visit: PageVisit, member_id: str) -> Response:
    """Disable a member's account; they are signed out everywhere."""
    return await _change_account(visit, member_id, VersionForm, "account-disabled", is_active=False)


@router.post("/{member_id}/enable")
@needs("access.user.update")
async def enable(visit: PageVisit, member_id: str) -> Response:
    """Enable a member's account again."""
    return await _change_account(visit, member_id, VersionForm, "account-enabled", is_active=True)


@router.post("/{member_id}/remove")
@needs("access.member.delete")
async def remove(visit: PageVisit, member_id: str) -> Response:
    """Remove a member from the tenant."""
    wanted, posted, registry = id_of("member", member_id), await visit.posted(), visit.access.registry
    try:
        await visit.act(lambda work, actor: access.remove_member(work, actor, registry, wanted))
    except REFUSALS as error:
        return await _one(visit, wanted, Sent(), posted.refused(error), 422)
    return visit.done("/members", "member-removed")


async def _list(visit: Visit, refused: Mapping[UUID, Sent], done: str | None = None) -> Response:
    after = visit.request.query_params.get("after") if visit.request.method == "GET" else None
    registry = visit.access.registry

    def find(work: Work, actor: Actor) -> tuple[Page[Member], tuple[Role, ...]]:
        return access.list_members(work, actor, page_request(after)), access.list_roles(work, actor, registry)

    viewer, (page, roles) = await visit.look(find)
    now, user_id = visit.now, viewer.actor.user_id
    lines = tuple(_line(member, now, refused.get(member.id), is_self=member.user_id == user_id) for member in page.items)
    may_change = viewer.actor.may("access.member.update")
    view = Members(lines, _names(roles), may_change, visit.csrf, pager(page, "/members", after))
    if visit.is_scripted:
        return visit.render.fragments(visit.render.oob("members/_members.html", view), done=done)
    may_create = viewer.actor.may("access.user.create") or viewer.actor.may("access.member.create")
    return visit.page(viewer, "members/page.html", "Members", MembersPage(view, may_create))


def _line(member: Member, now: datetime, refused: Sent | None, *, is_self: bool) -> MemberLine:
    if refused is None:
        return MemberLine(member, when(member.created_at, now), is_self, member.role, None)
    problem = refused.error("role") or refused.problem
    return MemberLine(member, when(member.created_at, now), is_self, refused.text("role", member.role), problem)


async def _one(visit: Visit, member_id: UUID, role_form: Sent, account_form: Sent, status: int = 200) -> Response:
    registry = visit.access.registry

    def find(work: Work, actor: Actor) -> tuple[Member, User, tuple[Role, ...]]:
        member = access.get_member(work, actor, member_id)
        return member, access.get_user(work, actor, member.user_id), access.list_roles(work, actor, registry)

    viewer, (member, user, roles) = await visit.look(find)
    actor = viewer.actor
    is_self = user.id == actor.user_id
    view = MemberPage(
        member,
        user,
        when(member.created_at, visit.now),
        _names(roles),
        is_self,
        actor.may("access.member.update"),
        actor.may("access.user.update") and user.is_managed,
        actor.may("access.member.delete") and not is_self,
        role_form,
        account_form,
    )
    return visit.page(viewer, "members/member.html", member.display_name, view, status)


async def _new(visit: Visit, user_form: Sent, member_form: Sent, status: int = 200) -> Response:
    registry = visit.access.registry
    viewer, roles = await visit.look(lambda work, actor: access.list_roles(work, actor, registry))
    actor = viewer.actor
    offered = tuple(role for role in roles if actor.permissions.issuperset(role.permissions))
    view = NewMemberPage(offered, user_form, member_form, actor.may("access.user.create"), actor.may("access.member.create"))
    return visit.page(viewer, "members/new.html", "Add a member", view, status)


async def _change_account(visit: Visit, member_id: str, model: type[VersionForm], word: str, *, is_active: bool | None = None) -> Response:
    """Give the account the name that the form holds, if it is one that does, or switch it."""
    wanted, posted, registry = id_of("member", member_id), await visit.posted(), visit.access.registry
    try:
        form = posted.parse(model)
        name = form.display_name if isinstance(form, AccountForm) else None

        def change(work: Work, actor: Actor) -> User:
            user_id = access.get_member(work, actor, wanted).user_id
            return access.update_user(work, actor, registry, user_id, version=form.version, display_name=name, is_active=is_active)

        await visit.act(change)
    except REFUSALS as error:
        return await _one(visit, wanted, Sent(), posted.refused(error), 422)
    return visit.done(f"/members/{wanted}", word)


def _names(roles: tuple[Role, ...]) -> tuple[str, ...]:
    return tuple(role.name for role in roles)
