"""Tenants: those one belongs to, the one a token is bound to, and the one that can be renamed."""

import pytest

from app import access
from app.access import Actor, ActorKind, BuiltinRole, Credentials
from app.base.db import Work
from app.base.errors import Conflict, Denied, NotFound, Stale, Unauthenticated
from app.base.paging import PageRequest
from app.testing import Person, World


def _token(world: World, person: Person) -> str:
    settings = world.ground.settings
    names = ["access.tenant.read", "access.self.update", "access.self.read"]
    return world.write(
        person,
        lambda work, actor: access.create_token(
            work, actor, settings, name="robot", kind=ActorKind.SERVICE, permissions=names, expires_at=None
        ),
    ).secret


def test_a_person_sees_all_their_tenants_and_a_token_its_own_alone(world: World) -> None:
    world.join(world.ann, world.rival, BuiltinRole.VIEWER)
    secret = _token(world, world.ann)
    everywhere = world.read(world.ann, lambda work, actor: access.list_tenants(work, actor, PageRequest()))
    assert [each.slug for each in everywhere.items] == ["acme", "rival"]

    narrowed = world.ground.database.read_now(
        lambda work: access.list_tenants(work, world.access.authenticate(work, Credentials(bearer=secret)), PageRequest())
    )
    assert [each.slug for each in narrowed.items] == ["acme"]
    with pytest.raises(NotFound):
        world.ground.database.read_now(
            lambda work: access.get_tenant(work, world.access.authenticate(work, Credentials(bearer=secret)), world.rival.id)
        )


def test_only_the_tenant_one_is_in_is_renamed(world: World) -> None:
    world.join(world.owner, world.rival, BuiltinRole.OWNER)
    with pytest.raises(Denied, match="current tenant"):
        world.write(world.owner, lambda work, actor: access.update_tenant(work, actor, world.rival.id, name="Mine", version=1))


def test_a_rename_based_on_an_old_version_is_refused(world: World) -> None:
    world.write(world.owner, lambda work, actor: access.update_tenant(work, actor, world.acme.id, name="Acme 2", version=1))
    with pytest.raises(Stale):
        world.write(world.owner, lambda work, actor: access.update_tenant(work, actor, world.acme.id, name="Acme 3", version=1))


def test_a_token_has_no_session_to_end_to_switch_or_to_change_the_password_of(world: World) -> None:
    secret = _token(world, world.ann)
    settings, database = world.ground.settings, world.ground.database

    def actor_of(work: Work) -> Actor:
        return world.access.authenticate(work, Credentials(bearer=secret))

    database.write_now(lambda work: access.sign_out(work, actor_of(work)))
    assert database.read_now(lambda work: actor_of(work).name) == "Ann (robot)"
    with pytest.raises(Denied, match="browser session"):
        database.write_now(lambda work: access.switch_tenant(work, actor_of(work), settings, world.acme.id))


async def test_a_password_is_not_changed_with_a_token(memory_world: World) -> None:
    secret = _token(memory_world, memory_world.ann)
    with pytest.raises(Denied, match="API token"):
        await memory_world.access.change_password(Credentials(bearer=secret), current="x", new="a long enough phrase")


async def test_a_form_without_a_session_is_not_kept(memory_world: World) -> None:
    assert await memory_world.access.keep_form(Credentials(), "/roles/new", {"name": ("typed",)}) is None


async def test_nothing_is_kept_for_somebody_who_left_the_tenant(memory_world: World) -> None:
    world, registry = memory_world, memory_world.access.registry
    members = world.read(world.owner, lambda work, actor: access.list_members(work, actor, PageRequest())).items
    vera = next(each for each in members if each.user_id == world.viewer.user.id)
    world.write(world.owner, lambda work, actor: access.remove_member(work, actor, registry, vera.id))
    assert await world.access.keep_form(world.viewer.credentials, "/profile/name", {"display_name": ("typed",)}) is None
    with pytest.raises(Unauthenticated):
        world.actor(world.viewer)


def test_no_tenant_takes_an_address_of_the_program_itself(world: World) -> None:
    with pytest.raises(Conflict, match="address of Alloy's own"):
        world.write(world.owner, lambda work, actor: access.create_tenant(work, actor, name="Records", slug="records"))
