"""What pages remember about people and roles is what the database holds, after each of the changes that there are."""

from collections.abc import Callable
from typing import Any

import pytest

from app import access
from app.access import Actor, BuiltinRole, Me, Role
from app.access.passwords import PasswordHash
from app.base.db import Work
from app.base.errors import Unauthenticated
from app.base.paging import PageRequest
from app.testing import World

Change = Callable[[World, Work, Actor], Any]
HASH = PasswordHash("$argon2id$none")


def _member(world: World, work: Work, actor: Actor) -> access.Member:
    members = access.list_members(work, actor, PageRequest()).items
    return next(each for each in members if each.user_id == world.viewer.user.id)


def _rename_viewer(world: World, work: Work, actor: Actor) -> None:
    access.update_user(work, actor, world.access.registry, world.viewer.user.id, version=1, display_name="New", is_active=None)


def _change_role(world: World, work: Work, actor: Actor) -> None:
    access.change_role(work, actor, world.access.registry, _member(world, work, actor).id, role="author", version=1)


def _make_role(world: World, work: Work, actor: Actor) -> None:
    access.create_role(work, actor, world.access.registry, name="own", description="", inherits="viewer", extra_permissions=[])


def _change_own_role(world: World, work: Work, actor: Actor) -> None:
    _make_role(world, work, actor)
    access.update_role(work, actor, world.access.registry, "own", version=1, description="changed", inherits="author", extra_permissions=[])


def _make_account(world: World, work: Work, actor: Actor) -> None:
    access.create_user(work, actor, world.access.registry, email="n@acme.example", display_name="N", role="viewer", password=HASH)


CHANGES: dict[str, Change] = {
    "one's own name": lambda _world, work, actor: access.update_me(work, actor, display_name="Other", version=1),
    "somebody's name": _rename_viewer,
    "the tenant's name": lambda _world, work, actor: access.update_tenant(work, actor, actor.tenant_id, name="Acme 2", version=1),
    "a further tenant": lambda _world, work, actor: access.create_tenant(work, actor, name="Works", slug="works"),
    "somebody's role": _change_role,
    "a member less": lambda world, work, actor: access.remove_member(work, actor, world.access.registry, _member(world, work, actor).id),
    "an account more": _make_account,
    "a role more": _make_role,
    "a changed role": _change_own_role,
}


def _look(world: World, work: Work) -> list[tuple[Me, tuple[Role, ...]]]:
    """What everybody who still belongs sees."""
    seen = []
    for person in (*world.acme_people, world.mallory):
        try:
            actor = world.access.authenticate(work, person.credentials)
        except Unauthenticated:
            continue
        seen.append((access.me(work, actor), access.list_roles(work, actor, world.access.registry)))
    return seen


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_remembered_is_what_is_there(world: World, change: str) -> None:
    database = world.ground.database
    world.join(world.viewer, world.rival, BuiltinRole.VIEWER)
    before = database.read_now(lambda work: _look(world, work))
    world.write(world.owner, lambda work, actor: CHANGES[change](world, work, actor))
    remembered = database.read_now(lambda work: _look(world, work))
    # A unit of work that may write remembers nothing: it finds everything anew.
    assert remembered == database.write_now(lambda work: _look(world, work))
    assert remembered != before or change == "an account more"
