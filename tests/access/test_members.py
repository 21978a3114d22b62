"""Members: who may let in, change and remove whom."""

import pytest

from app import access
from app.access import BuiltinRole
from app.base.errors import Conflict, Denied, NotFound, Stale, Unauthenticated
from app.base.paging import PageRequest, page_request
from app.testing import Person, World
from tests.requirements import requirement


def _member_of(world: World, person: Person) -> access.Member:
    page = world.read(world.owner, lambda work, actor: access.list_members(work, actor, PageRequest(limit=200)))
    return next(member for member in page.items if member.user_id == person.user.id)


@requirement("A12.foreign-id-is-not-found")
def test_a_member_of_another_tenant_is_not_found(world: World) -> None:
    foreign = _member_of(world, world.ann)
    with pytest.raises(NotFound):
        world.read(world.mallory, lambda work, actor: access.get_member(work, actor, foreign.id))


def test_pages_show_every_member_once_and_in_order(world: World) -> None:
    seen: list[str] = []
    cursor: str | None = None
    while True:
        request = page_request(cursor, 2)
        page = world.read(world.owner, lambda work, actor, request=request: access.list_members(work, actor, request))  # type: ignore[misc]  # a default has no place for a type
        seen += [member.email for member in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [person.user.email for person in world.acme_people]


@requirement("R5.role-change-holds-at-once")
def test_another_role_holds_from_the_next_request_on(world: World) -> None:
    world.actor(world.viewer)
    member, registry = _member_of(world, world.viewer), world.access.registry
    world.write(world.owner, lambda work, actor: access.change_role(work, actor, registry, member.id, role="author", version=1))
    assert world.actor(world.viewer).may("access.token.create")


def test_a_removed_member_is_signed_out_at_once(world: World) -> None:
    world.actor(world.viewer)
    member, registry = _member_of(world, world.viewer), world.access.registry
    world.write(world.owner, lambda work, actor: access.remove_member(work, actor, registry, member.id))
    with pytest.raises(Unauthenticated):
        world.actor(world.viewer)


@requirement("A1.stale-save-is-refused")
def test_a_change_based_on_an_old_version_is_refused_with_the_current_one(world: World) -> None:
    member, registry = _member_of(world, world.viewer), world.access.registry
    world.write(world.owner, lambda work, actor: access.change_role(work, actor, registry, member.id, role="author", version=1))
    with pytest.raises(Stale) as caught:
        world.write(world.owner, lambda work, actor: access.change_role(work, actor, registry, member.id, role="viewer", version=1))
    assert caught.value.details["current_version"] == 2


@requirement("R5.nobody-grants-more-than-they-hold")
@pytest.mark.parametrize("role", [BuiltinRole.OWNER, BuiltinRole.ADMIN, BuiltinRole.AUTHOR])
def test_an_operator_cannot_hand_out_a_role_beyond_their_own(world: World, role: BuiltinRole) -> None:
    member, registry = _member_of(world, world.viewer), world.access.registry
    with pytest.raises(Denied):
        world.write(world.otto, lambda work, actor: access.change_role(work, actor, registry, member.id, role=role, version=1))


def test_an_operator_cannot_remove_an_owner(world: World) -> None:
    member, registry = _member_of(world, world.owner), world.access.registry
    with pytest.raises(Denied):
        world.write(world.otto, lambda work, actor: access.remove_member(work, actor, registry, member.id))


def test_the_last_owner_cannot_go(world: World) -> None:
    member, registry = _member_of(world, world.owner), world.access.registry
    with pytest.raises(Conflict):
        world.write(world.owner, lambda work, actor: access.remove_member(work, actor, registry, member.id))


def test_an_existing_account_is_let_into_a_second_tenant(world: World) -> None:
    registry = world.access.registry
    made = world.write(world.mallory, lambda work, actor: access.add_member(work, actor, registry, email="ANN@acme.example", role="viewer"))
    assert made.user_id == world.ann.user.id


def test_an_unknown_role_is_answered_with_the_nearest_one(world: World) -> None:
    registry = world.access.registry
    with pytest.raises(Conflict) as caught:
        world.write(world.owner, lambda work, actor: access.add_member(work, actor, registry, email="mallory@rival.example", role="autor"))
    assert "'author'" in caught.value.hint


def test_a_disabled_account_shows_in_the_list(world: World) -> None:
    registry = world.access.registry
    world.write(
        world.admin,
        lambda work, actor: access.update_user(work, actor, registry, world.viewer.user.id, version=1, display_name=None, is_active=False),
    )
    page = world.read(world.owner, lambda work, actor: access.list_members(work, actor, PageRequest()))
    assert [member.email for member in page.items if not member.is_active] == ["vera@acme.example"]


def test_an_operator_sees_the_people_they_manage(world: World) -> None:
    member = _member_of(world, world.ann)
    seen = world.read(
        world.otto,
        lambda work, actor: (
            len(access.list_members(work, actor, PageRequest()).items),
            access.get_member(work, actor, member.id).email,
            len(access.list_users(work, actor, PageRequest()).items),
            access.get_user(work, actor, world.ann.user.id).email,
        ),
    )
    assert seen == (6, "ann@acme.example", 6, "ann@acme.example")


def test_only_an_account_that_is_there_and_does_not_belong_here_yet_is_let_in(world: World) -> None:
    def let_in(email: str) -> None:
        registry = world.access.registry
        world.write(world.owner, lambda work, actor: access.add_member(work, actor, registry, email=email, role="viewer"))

    with pytest.raises(Conflict, match=r"no account for nobody@acme\.example"):
        let_in("nobody@acme.example")
    with pytest.raises(Conflict, match=r"ann@acme\.example belongs to this tenant already"):
        let_in("Ann@acme.example")
