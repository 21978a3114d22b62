"""What every transport promises, asked of each alike, on every database."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import TypeAlias
from uuid import UUID

import pytest

from app.base.db import Work
from app.base.outbox import OutboxTransport
from app.base.transport import Backlog, Delivery, DeliveryFailed, MemoryTransport, Message, Relay, Retries, Transport
from app.testing import World

RETRIES = Retries(first=timedelta(seconds=1), longest=timedelta(seconds=8), attempts=3)
Given: TypeAlias = tuple[World, Transport]


@pytest.fixture(params=["L0", "L1"])
def given(request: pytest.FixtureRequest, world: World) -> Given:
    """A world and a transport over it."""
    if request.param == "L0":
        return world, MemoryTransport(world.clock, RETRIES, lambda: 0.0)
    return world, OutboxTransport(world.ground.database, world.clock, RETRIES, lambda: 0.0)


class Listener:
    """A subscriber that fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.heard: list[Delivery] = []

    async def __call__(self, delivery: Delivery) -> None:
        """Hear a delivery."""
        self.heard.append(delivery)
        if len(self.heard) <= self.failures:
            raise RuntimeError("on purpose")


def publishing(given: Given, key: str = "", topic: str = "saved") -> Callable[[Work], UUID]:
    world, transport = given
    return lambda work: transport.publish(work, Message(world.acme.id, topic, {"n": 1}, key))


async def publish(given: Given, key: str = "", topic: str = "saved") -> UUID:
    return await given[0].ground.database.write(publishing(given, key, topic))


async def test_what_was_committed_is_delivered_once(given: Given) -> None:
    listener = Listener()
    given[1].subscribe("saved", "listener", listener)
    message_id = await publish(given, "key-1")
    assert [await given[1].deliver_due(), await given[1].deliver_due()] == [1, 0]
    heard = listener.heard[0]
    assert (len(listener.heard), heard.id, heard.payload, heard.idempotency_key, heard.attempt) == (1, message_id, {"n": 1}, "key-1", 1)


async def test_what_was_rolled_back_is_never_delivered(given: Given) -> None:
    listener = Listener()
    given[1].subscribe("saved", "listener", listener)

    def failing(work: Work) -> None:
        publishing(given)(work)
        raise ValueError("on purpose")

    with pytest.raises(ValueError, match="on purpose"):
        await given[0].ground.database.write(failing)
    assert (await given[1].deliver_due(), listener.heard) == (0, [])


async def test_a_failed_delivery_comes_again_later_under_the_same_key(given: Given) -> None:
    listener = Listener(failures=1)
    given[1].subscribe("saved", "listener", listener)
    await publish(given)
    await given[1].deliver_due()
    assert await given[1].deliver_due() == 0
    given[0].clock.advance(timedelta(seconds=1))
    assert await given[1].deliver_due() == 1
    assert [each.attempt for each in listener.heard] == [1, 2]
    assert len({each.idempotency_key for each in listener.heard}) == 1


async def test_only_the_subscriber_that_failed_gets_a_message_again(given: Given) -> None:
    sound, broken = Listener(), Listener(failures=1)
    given[1].subscribe("saved", "sound", sound)
    given[1].subscribe("saved", "broken", broken)
    await publish(given)
    await given[1].deliver_due()
    given[0].clock.advance(timedelta(seconds=1))
    await given[1].deliver_due()
    assert (len(sound.heard), len(broken.heard)) == (1, 2)


async def _die(given: Given) -> None:
    for _ in range(RETRIES.attempts):
        await given[1].deliver_due()
        given[0].clock.advance(timedelta(minutes=1))


async def settle(given: Given, verb: Callable[[Work, UUID, UUID], bool], tenant_id: UUID, message_id: UUID) -> bool:
    """What the verb says of a dead letter, in a unit of work of its own."""
    return await given[0].ground.database.write(lambda work: verb(work, tenant_id, message_id))


async def test_what_fails_too_often_is_a_dead_letter_that_can_be_seen(given: Given) -> None:
    listener = Listener(failures=RETRIES.attempts)
    given[1].subscribe("saved", "listener", listener)
    message_id = await publish(given)
    await _die(given)
    letters = await given[1].dead_letters(given[0].acme.id)
    assert [(each.id, each.attempts, each.error) for each in letters] == [(message_id, 3, "listener: RuntimeError: on purpose")]
    assert await given[1].deliver_due() == 0


async def test_what_a_subscriber_could_not_do_is_told_in_its_own_words(given: Given) -> None:
    async def refuse(_delivery: Delivery) -> None:
        raise DeliveryFailed("The script isn't active.")

    given[1].subscribe("saved", "listener", refuse)
    await publish(given)
    await _die(given)
    assert [each.error for each in await given[1].dead_letters(given[0].acme.id)] == ["The script isn't active."]


async def test_a_dead_letter_can_be_tried_again(given: Given) -> None:
    listener = Listener(failures=RETRIES.attempts)
    given[1].subscribe("saved", "listener", listener)
    message_id = await publish(given)
    await _die(given)
    assert await settle(given, given[1].revive, given[0].acme.id, message_id)
    assert await given[1].deliver_due() == 1
    assert (len(listener.heard), await given[1].dead_letters(given[0].acme.id)) == (4, ())


@pytest.mark.parametrize("name", ["revive", "discard"])
async def test_a_dead_letter_stays_where_the_unit_of_work_that_settles_it_fails(given: Given, name: str) -> None:
    world, transport = given
    transport.subscribe("saved", "listener", Listener(failures=RETRIES.attempts))
    message_id = await publish(given)
    await _die(given)

    def settle_and_fail(work: Work) -> None:
        assert getattr(transport, name)(work, world.acme.id, message_id)
        raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        await world.ground.database.write(settle_and_fail)
    assert [each.id for each in await transport.dead_letters(world.acme.id)] == [message_id]
    assert await transport.deliver_due() == 0


async def test_another_tenant_neither_sees_nor_revives_a_dead_letter(given: Given) -> None:
    given[1].subscribe("saved", "listener", Listener(failures=RETRIES.attempts))
    message_id = await publish(given)
    await _die(given)
    assert await given[1].dead_letters(given[0].rival.id) == ()
    assert not await settle(given, given[1].revive, given[0].rival.id, message_id)


async def test_a_topic_that_nobody_wants_waits_for_somebody(given: Given) -> None:
    given[1].subscribe("other", "listener", Listener())
    await publish(given)
    assert await given[1].deliver_due() == 0
    late = Listener()
    given[1].subscribe("saved", "late", late)
    assert (await given[1].deliver_due(), len(late.heard)) == (1, 1)


async def test_a_batch_is_bounded_and_nothing_is_left_out(given: Given) -> None:
    listener = Listener()
    given[1].subscribe("saved", "listener", listener)
    publish_one = publishing(given)
    await given[0].ground.database.write(lambda work: [publish_one(work) for _ in range(60)])
    assert [await given[1].deliver_due() for _ in range(3)] == [50, 10, 0]
    assert len({each.id for each in listener.heard}) == 60


async def test_a_relay_delivers_what_is_published_while_it_runs(given: Given) -> None:
    arrived = asyncio.Event()

    async def note(_delivery: Delivery) -> None:
        arrived.set()

    given[1].subscribe("saved", "note", note)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(Relay(given[1], given[0].clock, poll_seconds=0.05).run())
        await publish(given)
        await arrived.wait()
        running.cancel()


async def test_a_dead_letter_is_dropped_by_its_own_tenant_alone(given: Given) -> None:
    listener = Listener(failures=RETRIES.attempts)
    given[1].subscribe("saved", "listener", listener)
    message_id = await publish(given)
    assert not await settle(given, given[1].discard, given[0].acme.id, message_id)
    await _die(given)
    assert not await settle(given, given[1].discard, given[0].rival.id, message_id)
    assert await settle(given, given[1].discard, given[0].acme.id, message_id)
    assert (await given[1].dead_letters(given[0].acme.id), await given[1].deliver_due()) == ((), 0)
    assert len(listener.heard) == RETRIES.attempts


async def test_what_waits_and_what_is_dead_is_counted_by_topic(given: Given) -> None:
    world, transport = given
    assert await transport.backlog() == ()
    transport.subscribe("broken", "listener", Listener(failures=100))
    begun = world.clock.now()
    for topic in ("broken", "saved", "saved"):
        await publish(given, topic=topic)
    for _ in range(RETRIES.attempts):
        await transport.deliver_due()
        world.clock.advance(RETRIES.longest)
    assert await transport.backlog() == (Backlog("broken", 0, None, 1), Backlog("saved", 2, begun, 0))
