"""Sessions: opened by the right password alone, rotated when their power changes, over in time."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from app import access
from app.access import BuiltinRole, Credentials, Refused, SignedIn, SignInOutcome, Throttled, authenticate
from app.access.passwords import PasswordHash
from app.access.service.sessions import change_password, own_password_hash
from app.base.errors import Denied, InternalError, Invalid, NotFound, Unauthenticated
from app.testing import World
from app.testing.world import PASSWORD


async def _sign_in(world: World, email: str, password: str) -> SignInOutcome:
    return await world.access.sign_in(email=email, password=password, address="192.0.2.1", user_agent="tests")


async def test_the_right_password_opens_a_session(world: World) -> None:
    outcome = await _sign_in(world, "ANN@acme.example ", PASSWORD)
    assert isinstance(outcome, SignedIn)
    assert (await world.access.actor(Credentials(session=outcome.session.secret))).user_id == world.ann.user.id


@pytest.mark.parametrize("email", ["ann@acme.example", "nobody@acme.example", "\x00", "\ud800", ""])
async def test_a_wrong_password_and_an_unknown_account_are_refused_alike(world: World, email: str) -> None:
    assert await _sign_in(world, email, "wrong \ud800 password") == Refused()


async def test_too_many_failures_close_the_account_for_a_while_even_to_the_right_password(world: World) -> None:
    for _ in range(world.ground.settings.sign_in_failures_per_account):
        assert await _sign_in(world, "ann@acme.example", "wrong") == Refused()
    assert isinstance(await _sign_in(world, "ann@acme.example", PASSWORD), Throttled)
    world.clock.advance(timedelta(minutes=world.ground.settings.sign_in_window_minutes))
    assert isinstance(await _sign_in(world, "ann@acme.example", PASSWORD), SignedIn)


def test_an_unused_session_ends(world: World) -> None:
    world.actor(world.ann)
    world.clock.advance(timedelta(minutes=world.ground.settings.session_idle_minutes))
    with pytest.raises(Unauthenticated, match="expired"):
        world.actor(world.ann)


async def test_a_used_session_goes_on_until_its_absolute_end(world: World) -> None:
    step = timedelta(minutes=world.ground.settings.session_idle_minutes) - timedelta(minutes=1)
    end = world.clock.now() + timedelta(hours=world.ground.settings.session_absolute_hours)
    while world.clock.now() + step < end:
        world.clock.advance(step)
        await world.access.glance(world.ann.credentials, access.me)
    world.clock.advance(step)
    with pytest.raises(Unauthenticated):
        await world.access.glance(world.ann.credentials, access.me)


def test_signing_out_ends_the_session_at_once(world: World) -> None:
    world.actor(world.ann)
    world.write(world.ann, access.sign_out)
    with pytest.raises(Unauthenticated):
        world.actor(world.ann)


def test_switching_tenants_rotates_the_secret(world: World) -> None:
    world.join(world.ann, world.rival, BuiltinRole.VIEWER)
    settings = world.ground.settings
    opened = world.write(world.ann, lambda work, actor: access.switch_tenant(work, actor, settings, world.rival.id))
    with pytest.raises(Unauthenticated):
        world.actor(world.ann)
    moved = world.ground.database.read_now(lambda work: world.access.authenticate(work, Credentials(session=opened.secret)))
    assert (moved.tenant_id, moved.role) == (world.rival.id, "viewer")


def test_a_tenant_one_does_not_belong_to_is_not_found(world: World) -> None:
    settings = world.ground.settings
    with pytest.raises(NotFound):
        world.write(world.ann, lambda work, actor: access.switch_tenant(work, actor, settings, world.rival.id))


async def test_a_new_password_ends_other_sessions_and_rotates_this_one(world: World) -> None:
    other = world.session(world.ann)
    opened = await world.access.change_password(world.ann.credentials, current=PASSWORD, new="another long phrase")
    for ended in (Credentials(session=other.secret), world.ann.credentials):
        with pytest.raises(Unauthenticated):
            await world.access.actor(ended)
    assert (await world.access.actor(Credentials(session=opened.secret))).user_id == world.ann.user.id
    assert await _sign_in(world, "ann@acme.example", PASSWORD) == Refused()
    assert isinstance(await _sign_in(world, "ann@acme.example", "another long phrase"), SignedIn)


async def test_a_wrong_current_password_changes_nothing(world: World) -> None:
    with pytest.raises(Denied):
        await world.access.change_password(world.ann.credentials, current="wrong", new="another long phrase")
    assert isinstance(await _sign_in(world, "ann@acme.example", PASSWORD), SignedIn)


def test_a_disabled_account_is_signed_out_at_once(world: World) -> None:
    world.actor(world.viewer)
    registry = world.access.registry
    world.write(
        world.admin,
        lambda work, actor: access.update_user(work, actor, registry, world.viewer.user.id, version=1, display_name=None, is_active=False),
    )
    with pytest.raises(Unauthenticated):
        world.actor(world.viewer)


def test_a_form_token_belongs_to_one_session(world: World) -> None:
    token = access.csrf_token(world.ann.session.secret)
    assert access.verify_csrf_token(world.ann.session.secret, token)
    assert not access.verify_csrf_token(world.rex.session.secret, token)
    assert not access.verify_csrf_token(world.ann.session.secret, "é")


def test_somebody_elses_session_is_not_found(world: World) -> None:
    session_id = world.rex.session.session_id
    with pytest.raises(NotFound):
        world.write(world.ann, lambda work, actor: access.end_session(work, actor, session_id))
    assert world.actor(world.rex).role == "reviewer"


def test_all_other_sessions_end_and_this_one_stays(world: World) -> None:
    other = world.session(world.ann)
    assert world.write(world.ann, access.end_other_sessions) == 1
    with pytest.raises(Unauthenticated):
        world.ground.database.read_now(lambda work: world.access.authenticate(work, Credentials(session=other.secret)))
    assert [each.is_current for each in world.read(world.ann, access.list_sessions)] == [True]


async def test_a_used_session_is_noted_when_something_is_written_too(world: World) -> None:
    world.actor(world.ann)
    world.clock.advance(timedelta(minutes=5))
    await world.access.write(world.ann.credentials, lambda work, actor: None)
    session = world.read(world.ann, access.list_sessions)[0]
    assert session.last_seen_at == world.clock.now()


async def test_a_password_that_was_changed_meanwhile_is_not_changed_again(world: World) -> None:
    settings = world.ground.settings
    with pytest.raises(Unauthenticated, match="meanwhile"):
        world.write(
            world.ann, lambda work, actor: change_password(work, actor, settings, "the hash that was", PasswordHash("the hash to be"))
        )


@pytest.mark.parametrize(("password", "word"), [("short", "at least 10"), ("x" * 201, "at most 200")])
async def test_a_password_is_neither_short_nor_endless(memory_world: World, password: str, word: str) -> None:
    with pytest.raises(Invalid) as caught:
        await memory_world.access.hash_password(password)
    assert word in caught.value.hint


def test_a_session_of_an_actor_without_account_is_a_fault_of_ours(memory_world: World) -> None:
    nobody = replace(memory_world.actor(memory_world.ann), user_id=UUID(int=7))
    with pytest.raises(InternalError):
        memory_world.ground.database.read_now(lambda work: own_password_hash(work, nobody))


def test_what_is_remembered_of_credentials_is_bounded(memory_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authenticate, "_REMEMBERED", 2)
    people = (memory_world.ann, memory_world.rex, memory_world.otto)
    assert [memory_world.actor(person).role for person in people] == ["author", "reviewer", "operator"]
    assert len(memory_world.access._authenticator._memory.known) == 1
