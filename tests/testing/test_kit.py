"""The test kit, as those who extend Alloy use it."""

from datetime import timedelta

from app.access import BuiltinRole
from app.testing import open_world
from tests.requirements import requirement


@requirement("R10.kit-opens-a-world")
def test_a_world_opens_in_memory_with_its_cast_signed_in() -> None:
    with open_world() as world:
        roles = [world.actor(person).role for person in world.acme_people]
        assert roles == [role.value for role in BuiltinRole]
        assert world.actor(world.mallory).tenant_id == world.rival.id


def test_its_clock_moves_only_when_told() -> None:
    with open_world() as world:
        before = world.clock.now()
        assert world.clock.now() == before
        world.clock.advance(timedelta(hours=1))
        assert world.clock.now() - before == timedelta(hours=1)


def test_worlds_know_nothing_of_each_other() -> None:
    with open_world() as one, open_world() as other:
        assert one.acme.id != other.acme.id or one.ground.database is not other.ground.database
        one.tenant("Extra", "extra")
        fresh = other.tenant("Extra too", "extra")
        assert fresh.name == "Extra too"
