"""Roles of a tenant's own, and the registry that all permissions are in."""

import pytest

from app import access
from app.access import PERMISSIONS, BuiltinRole, Permission, PermissionRegistry, Role
from app.base.errors import Conflict, Denied, NotFound, Stale
from app.base.paging import PageRequest
from app.testing import Person, World


def _create(world: World, person: Person, name: str = "release-manager", extra: tuple[str, ...] = ("access.audit.list",)) -> Role:
    registry = world.access.registry
    return world.write(
        person,
        lambda work, actor: access.create_role(
            work, actor, registry, name=name, description="Releases", inherits="viewer", extra_permissions=extra
        ),
    )


def _update(world: World, name: str, version: int, extra: tuple[str, ...]) -> Role:
    registry = world.access.registry
    return world.write(
        world.owner,
        lambda work, actor: access.update_role(
            work, actor, registry, name, version=version, description="Other", inherits="viewer", extra_permissions=extra
        ),
    )


def _give(world: World, person: Person, role: str) -> None:
    registry = world.access.registry

    members = world.read(world.owner, lambda work, actor: access.list_members(work, actor, PageRequest())).items
    member = next(each for each in members if each.user_id == person.user.id)
    world.write(world.owner, lambda work, actor: access.change_role(work, actor, registry, member.id, role=role, version=member.version))


def test_a_role_of_the_tenants_own_permits_what_it_inherits_and_adds(world: World) -> None:
    made = _create(world, world.owner)
    _give(world, world.viewer, made.name)
    actor = world.actor(world.viewer)
    assert actor.may("access.audit.list")
    assert actor.permissions == world.access.registry.of_role(BuiltinRole.VIEWER) | {"access.audit.list"}


def test_a_changed_role_holds_from_the_next_request_on(world: World) -> None:
    _create(world, world.owner)
    _give(world, world.viewer, "release-manager")
    world.actor(world.viewer)
    _update(world, "release-manager", 1, ())
    assert not world.actor(world.viewer).may("access.audit.list")


def test_a_role_is_listed_read_and_deleted_in_its_own_tenant_alone(world: World) -> None:
    registry, made = world.access.registry, _create(world, world.owner)
    listed = world.read(world.viewer, lambda work, actor: access.list_roles(work, actor, registry))
    assert listed[-1] == world.read(world.viewer, lambda work, actor: access.get_role(work, actor, registry, made.name)) == made
    assert len(listed) == len(BuiltinRole) + 1
    with pytest.raises(NotFound):
        world.read(world.mallory, lambda work, actor: access.get_role(work, actor, registry, made.name))
    with pytest.raises(NotFound):
        world.write(world.mallory, lambda work, actor: access.delete_role(work, actor, registry, made.name))
    world.write(world.owner, lambda work, actor: access.delete_role(work, actor, registry, made.name))
    with pytest.raises(NotFound):
        world.read(world.owner, lambda work, actor: access.get_role(work, actor, registry, made.name))


@pytest.mark.parametrize("name", ["viewer", "release-manager"])
def test_a_name_that_is_taken_is_refused(memory_world: World, name: str) -> None:
    _create(memory_world, memory_world.owner)
    with pytest.raises(Conflict) as caught:
        _create(memory_world, memory_world.owner, name)
    assert caught.value.field == "name"


def test_a_built_in_role_stays_as_it_is(memory_world: World) -> None:
    with pytest.raises(Denied, match="built in"):
        _update(memory_world, "viewer", 1, ())


def test_a_role_with_a_permission_that_nobody_declares_is_refused_with_the_nearest(memory_world: World) -> None:
    with pytest.raises(Conflict) as caught:
        _create(memory_world, memory_world.owner, extra=("access.audit.lst",))
    assert "access.audit.list" in caught.value.hint


def test_nobody_makes_a_role_that_holds_more_than_they_do(memory_world: World) -> None:
    with pytest.raises(Denied):
        _create(memory_world, memory_world.rex)


def test_a_save_of_an_old_role_is_refused(memory_world: World) -> None:
    _create(memory_world, memory_world.owner)
    _update(memory_world, "release-manager", 1, ())
    with pytest.raises(Stale):
        _update(memory_world, "release-manager", 1, ("access.audit.read",))


def test_a_role_that_somebody_has_is_not_deleted(memory_world: World) -> None:
    world, registry = memory_world, memory_world.access.registry
    _create(world, world.owner)
    _give(world, world.viewer, "release-manager")
    with pytest.raises(Conflict, match="1 members"):
        world.write(world.owner, lambda work, actor: access.delete_role(work, actor, registry, "release-manager"))


@pytest.mark.parametrize(
    ("declared", "word"),
    [([PERMISSIONS[0], PERMISSIONS[0]], "twice"), ([Permission("access.self", "Two words.", BuiltinRole.VIEWER)], "not named")],
)
def test_a_permission_is_declared_once_and_named_by_the_rule(declared: list[Permission], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        PermissionRegistry(declared)


def test_a_permission_may_start_at_roles_that_inherit_nothing_from_each_other() -> None:
    registry = PermissionRegistry([Permission("a.b.c", "Both.", BuiltinRole.REVIEWER, (BuiltinRole.OPERATOR,))])
    holders = [role for role in BuiltinRole if "a.b.c" in registry.of_role(role)]
    assert holders == [BuiltinRole.OWNER, BuiltinRole.ADMIN, BuiltinRole.AUTHOR, BuiltinRole.REVIEWER, BuiltinRole.OPERATOR]
