"""API tokens: shown once, never stronger than their maker, and over at once when revoked."""

from datetime import timedelta
from uuid import UUID

import pytest

from app import access
from app.access import ActorKind, Credentials, NewApiToken
from app.base.errors import Conflict, Denied, NotFound, Unauthenticated
from app.base.paging import PageRequest
from app.testing import Person, World
from tests.requirements import requirement


def _token(world: World, person: Person, permissions: list[str], kind: ActorKind = ActorKind.SERVICE) -> NewApiToken:
    settings = world.ground.settings
    return world.write(
        person,
        lambda work, actor: access.create_token(work, actor, settings, name="robot", kind=kind, permissions=permissions, expires_at=None),
    )


def _use(world: World, secret: str) -> access.Actor:
    return world.ground.database.read_now(lambda work: world.access.authenticate(work, Credentials(bearer=secret)))


def test_a_token_acts_under_its_own_kind_with_its_own_permissions(world: World) -> None:
    actor = _use(world, _token(world, world.ann, ["access.self.read"], ActorKind.AI).secret)
    assert (actor.kind, actor.permissions) == (ActorKind.AI, frozenset({"access.self.read"}))


@requirement("R5.nobody-grants-more-than-they-hold")
def test_a_token_cannot_hold_what_its_maker_lacks(world: World) -> None:
    with pytest.raises(Denied):
        _token(world, world.ann, ["access.tenant.update"])


@requirement("R5.tokens-end-at-once")
def test_a_revoked_token_stops_at_once_even_where_it_was_remembered(world: World) -> None:
    made = _token(world, world.ann, ["access.self.read"])
    elsewhere = access.Access(world.ground, tuple(world.access.registry.by_name.values()))
    remembered = Credentials(bearer=made.secret)
    for process in (world.access, elsewhere):
        world.ground.database.read_now(lambda work, process=process: process.authenticate(work, remembered))  # type: ignore[misc]  # a default has no place for a type
    world.write(world.ann, lambda work, actor: access.revoke_token(work, actor, made.token.id))
    for process in (world.access, elsewhere):
        with pytest.raises(Unauthenticated, match="revoked"):
            world.ground.database.read_now(lambda work, process=process: process.authenticate(work, remembered))  # type: ignore[misc]  # as above


def test_a_token_ends_by_itself(world: World) -> None:
    made = _token(world, world.ann, ["access.self.read"])
    _use(world, made.secret)
    world.clock.advance(timedelta(days=world.ground.settings.token_default_days))
    with pytest.raises(Unauthenticated, match="expired"):
        _use(world, made.secret)


def test_a_token_loses_what_its_maker_loses(world: World) -> None:
    made = _token(world, world.ann, ["access.token.list"])
    members = world.read(world.owner, lambda work, actor: access.list_members(work, actor, PageRequest()))
    member = next(each for each in members.items if each.user_id == world.ann.user.id)
    registry = world.access.registry
    world.write(world.owner, lambda work, actor: access.change_role(work, actor, registry, member.id, role="viewer", version=1))
    assert _use(world, made.secret).permissions == frozenset()


@pytest.mark.parametrize("wrong", ["", "alloy_", "alloy_x_y", "nonsense", "alloy_" + "A" * 22 + "_wrong", "alloy_\ud800" + "A" * 40])
def test_a_made_up_token_proves_nobody(world: World, wrong: str) -> None:
    with pytest.raises(Unauthenticated):
        _use(world, wrong)


def test_a_token_with_a_changed_end_proves_nobody(world: World) -> None:
    made = _token(world, world.ann, ["access.self.read"])
    with pytest.raises(Unauthenticated):
        _use(world, made.secret[:-1] + ("A" if made.secret[-1] != "A" else "B"))


def test_somebody_elses_token_is_not_found_unless_one_manages_tokens(world: World) -> None:
    made: UUID = _token(world, world.owner, ["access.self.read"]).token.id
    with pytest.raises(NotFound):
        world.read(world.ann, lambda work, actor: access.get_token(work, actor, made))
    assert world.read(world.admin, lambda work, actor: access.get_token(work, actor, made)).id == made


def test_everybody_lists_their_own_tokens_and_those_who_manage_tokens_list_all(world: World) -> None:
    made = {person: _token(world, person, ["access.self.read"]).token.id for person in (world.ann, world.owner, world.mallory)}

    def listed(person: Person) -> list[UUID]:
        return [each.id for each in world.read(person, lambda work, actor: access.list_tokens(work, actor, PageRequest())).items]

    assert listed(world.ann) == [made[world.ann]]
    assert listed(world.owner) == [made[world.owner], made[world.ann]]
    assert listed(world.mallory) == [made[world.mallory]]


def test_a_token_cannot_begin_expired(world: World) -> None:
    settings, past = world.ground.settings, world.clock.now()
    with pytest.raises(Conflict, match="in the past"):
        world.write(
            world.ann,
            lambda work, actor: access.create_token(
                work, actor, settings, name="late", kind=ActorKind.HUMAN, permissions=[], expires_at=past
            ),
        )


def test_neither_database_nor_audit_log_holds_a_secret(world: World) -> None:
    made = _token(world, world.ann, ["access.self.read"])
    entries = world.read(world.owner, lambda work, actor: access.list_audit(work, actor, access.AuditFilter(), PageRequest()))
    assert made.secret not in repr(entries)
    assert made.secret not in repr(world.read(world.ann, lambda work, actor: access.get_token(work, actor, made.token.id)))
