"""Messages that were given up on: who may do what with them, and what the audit log says of it."""

from datetime import timedelta
from uuid import UUID

import pytest

from app import access
from app.access.types import AuditFilter
from app.base.errors import Denied, NotFound
from app.base.paging import PageRequest
from app.base.transport import Delivery, MemoryTransport, Message, Retries
from app.hooks import Letters
from app.testing import Person, World


async def _given_up(world: World, transport: MemoryTransport) -> UUID:
    """A message of acme that nobody could deliver."""

    async def refuse(_delivery: Delivery) -> None:
        raise RuntimeError("on purpose")

    transport.subscribe("saved", "refusing", refuse)
    message = Message(world.acme.id, "saved", {"n": 1})
    message_id = await world.ground.database.write(lambda work: transport.publish(work, message))
    await transport.deliver_due()
    return message_id


@pytest.fixture
def transport(memory_world: World) -> MemoryTransport:
    """A transport that gives up at once."""
    return MemoryTransport(memory_world.clock, Retries(timedelta(seconds=1), timedelta(seconds=1), 1), lambda: 0.0)


def actions(world: World) -> list[str]:
    """What the audit log says was done with letters."""
    wanted = AuditFilter(subject_type="letter")
    return [each.action for each in world.read(world.owner, lambda w, actor: access.list_audit(w, actor, wanted, PageRequest())).items]


async def test_a_letter_is_tried_again_and_the_log_says_by_whom(memory_world: World, transport: MemoryTransport) -> None:
    letters, ann = Letters(memory_world.ground.database, transport), memory_world.actor(memory_world.ann)
    letter_id = await _given_up(memory_world, transport)
    assert [each.id for each in await letters.list(ann)] == [letter_id]
    await letters.retry(ann, letter_id)
    assert await letters.list(ann) == ()
    assert await transport.deliver_due() == 1
    assert actions(memory_world) == ["hooks.letter.retry"]


async def test_a_letter_is_dropped_for_good(memory_world: World, transport: MemoryTransport) -> None:
    letters, ann = Letters(memory_world.ground.database, transport), memory_world.actor(memory_world.ann)
    letter_id = await _given_up(memory_world, transport)
    await letters.drop(ann, letter_id)
    assert (await letters.list(ann), await transport.deliver_due()) == ((), 0)
    with pytest.raises(NotFound):
        await letters.drop(ann, letter_id)
    assert actions(memory_world) == ["hooks.letter.drop"]


async def test_another_tenant_finds_no_letter_and_a_viewer_may_do_nothing(memory_world: World, transport: MemoryTransport) -> None:
    letters = Letters(memory_world.ground.database, transport)
    letter_id = await _given_up(memory_world, transport)

    def actor(person: Person) -> access.Actor:
        return memory_world.actor(person)

    for verb in (letters.retry, letters.drop):
        with pytest.raises(NotFound):
            await verb(actor(memory_world.mallory), letter_id)
        with pytest.raises(Denied):
            await verb(actor(memory_world.viewer), letter_id)
    with pytest.raises(Denied):
        await letters.list(actor(memory_world.viewer))
    assert actions(memory_world) == []
