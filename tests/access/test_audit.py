"""The audit log: by period, and with the name and the address of whoever acted."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from app import access
from app.access import ActorKind, AuditFilter, Credentials
from app.base.errors import Denied, NotFound
from app.base.paging import PageRequest
from app.testing import World


def _rename(world: World, name: str) -> None:
    version = world.read(world.owner, access.me).user.version
    world.write(world.owner, lambda work, actor: access.update_me(work, actor, display_name=name, version=version))


def _names(world: World, wanted: AuditFilter) -> Sequence[str]:
    page = world.read(world.owner, lambda work, actor: access.list_audit(work, actor, wanted, PageRequest()))
    return [str(entry.after["display_name"]) for entry in page.items if entry.after is not None]


def test_a_period_includes_its_start_and_leaves_out_its_end(world: World) -> None:
    moments = []
    for name in ("first", "second", "third"):
        world.clock.advance(timedelta(minutes=1))
        moments.append(world.clock.now())
        _rename(world, name)
    kind = "access.user.update"
    assert _names(world, AuditFilter(action=kind, since=moments[1], until=moments[2])) == ["second"]
    assert _names(world, AuditFilter(action=kind, since=moments[1])) == ["third", "second"]
    assert _names(world, AuditFilter(action=kind, until=moments[1])) == ["first"]


def test_entries_can_be_asked_for_by_who_did_what_to_which(world: World) -> None:
    _rename(world, "Olga the Great")
    user_id = world.owner.user.id
    fits = AuditFilter("access.user.update", "user", str(user_id), user_id)
    assert _names(world, fits) == ["Olga the Great"]
    assert _names(world, AuditFilter("access.user.update", "user", str(user_id), world.ann.user.id)) == []


def test_an_entry_keeps_the_name_and_the_address_of_whoever_acted(world: World) -> None:
    settings = world.ground.settings
    made = world.write(
        world.ann,
        lambda work, actor: access.create_token(
            work, actor, settings, name="robot", kind=ActorKind.AI, permissions=["access.self.update", "access.self.read"], expires_at=None
        ),
    )
    world.ground.database.write_now(
        lambda work: access.update_me(
            work, world.access.authenticate(work, Credentials(bearer=made.secret)), display_name="Ann Other", version=1
        )
    )
    page = world.read(world.rex, lambda work, actor: access.list_audit(work, actor, AuditFilter("access.user.update"), PageRequest()))
    entry = page.items[0]
    assert (entry.actor_name, entry.actor_email, entry.actor_kind) == ("Ann (robot)", "ann@acme.example", ActorKind.AI)


def test_an_entry_of_another_tenant_is_not_found(world: World) -> None:
    page = world.read(world.owner, lambda work, actor: access.list_audit(work, actor, AuditFilter(), PageRequest()))
    with pytest.raises(NotFound):
        world.read(world.mallory, lambda work, actor: access.get_audit_entry(work, actor, page.items[0].id))


def test_a_viewer_may_not_read_the_log(world: World) -> None:
    with pytest.raises(Denied):
        world.read(world.viewer, lambda work, actor: access.list_audit(work, actor, AuditFilter(), PageRequest()))
