"""Accounts: made by one tenant, changed by that one alone, and never so that nobody is left."""

from dataclasses import replace
from uuid import UUID

import pytest

from app import access
from app.access import BuiltinRole, User
from app.access.passwords import PasswordHash
from app.base.errors import Conflict, Denied, InternalError, NotFound, Stale
from app.testing import Person, World

NEW = PasswordHash("hashed elsewhere")


def _create(world: World, person: Person, email: str, role: str = "viewer") -> User:
    registry = world.access.registry
    return world.write(
        person,
        lambda work, actor: access.create_user(work, actor, registry, email=email, display_name="New", role=role, password=NEW),
    )


def _update(world: World, person: Person, user_id: UUID, version: int = 1, *, name: str | None = None, active: bool | None = None) -> User:
    registry = world.access.registry
    return world.write(
        person,
        lambda work, actor: access.update_user(work, actor, registry, user_id, version=version, display_name=name, is_active=active),
    )


def test_a_new_account_belongs_to_the_tenant_that_made_it(world: World) -> None:
    made = _create(world, world.otto, " New@Acme.example")
    assert (made.email, made.is_managed, made.is_active) == ("new@acme.example", True, True)
    assert world.read(world.rex, lambda work, actor: access.get_user(work, actor, made.id)) == made


@pytest.mark.parametrize("email", ["ann@acme.example", "mallory@rival.example"])
def test_an_address_has_one_account_in_whichever_tenant(world: World, email: str) -> None:
    with pytest.raises(Conflict) as caught:
        _create(world, world.owner, email)
    assert caught.value.field == "email"


def test_an_account_is_not_made_with_a_role_beyond_its_makers(memory_world: World) -> None:
    with pytest.raises(Denied):
        _create(memory_world, memory_world.otto, "new@acme.example", "owner")


def test_an_account_of_another_tenant_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        world.read(world.mallory, lambda work, actor: access.get_user(work, actor, world.ann.user.id))
    with pytest.raises(NotFound):
        _update(world, world.mallory, world.ann.user.id, name="Mine")


def test_a_guest_keeps_the_name_their_own_tenant_gave_them(world: World) -> None:
    world.join(world.ann, world.rival, BuiltinRole.VIEWER)
    with pytest.raises(Denied, match="another tenant"):
        _update(world, world.mallory, world.ann.user.id, name="Mine")


def test_nobody_disables_themselves(memory_world: World) -> None:
    with pytest.raises(Conflict) as caught:
        _update(memory_world, memory_world.owner, memory_world.owner.user.id, active=False)
    assert caught.value.field == "is_active"


def test_nobody_disables_whoever_holds_more(memory_world: World) -> None:
    with pytest.raises(Denied):
        _update(memory_world, memory_world.otto, memory_world.owner.user.id, active=False)


def test_an_enabled_account_signs_in_again(memory_world: World) -> None:
    world = memory_world
    assert not _update(world, world.admin, world.viewer.user.id, active=False).is_active
    assert _update(world, world.admin, world.viewer.user.id, 2, active=True).is_active
    assert world.session(world.viewer).tenant_id == world.acme.id


def test_enabling_an_enabled_account_ends_no_session(memory_world: World) -> None:
    _update(memory_world, memory_world.admin, memory_world.viewer.user.id, active=True)
    assert memory_world.actor(memory_world.viewer).role == "viewer"


def test_a_save_of_an_old_account_is_refused(world: World) -> None:
    _update(world, world.admin, world.viewer.user.id, name="Vera the First")
    with pytest.raises(Stale):
        _update(world, world.admin, world.viewer.user.id, name="Vera the Second")


def test_my_own_view_lists_my_tenants_in_the_order_i_joined_them(world: World) -> None:
    world.join(world.ann, world.rival, BuiltinRole.VIEWER)
    mine = world.read(world.ann, access.me)
    assert [(each.tenant.slug, each.role) for each in mine.tenants] == [("acme", "author"), ("rival", "viewer")]
    assert (mine.tenant.slug, mine.user.email, mine.role) == ("acme", "ann@acme.example", "author")


def test_an_actor_without_an_account_is_a_fault_of_ours(memory_world: World) -> None:
    nobody = replace(memory_world.actor(memory_world.ann), user_id=UUID(int=7))
    database = memory_world.ground.database
    with pytest.raises(InternalError):
        database.read_now(lambda work: access.me(work, nobody))
    with pytest.raises(InternalError):
        database.write_now(lambda work: access.update_me(work, nobody, display_name="x", version=1))
