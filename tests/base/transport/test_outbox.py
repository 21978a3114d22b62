"""The outbox alone: relays that compete, and relays that are killed."""

import asyncio
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from app.base.outbox import OutboxTransport
from app.base.outbox.transport import LEASE
from app.base.transport import Delivery, Message, Retries
from app.testing import World

RELAY = """
import asyncio, sys
from uuid import UUID
from app.base.clock import SystemClock
from app.base.ground import build_ground
from app.base.outbox import OutboxTransport
from app.base.transport import Delivery
from app.testing import in_memory_settings

async def main(url, log):
    ground = build_ground(in_memory_settings(database_url=url))
    transport = OutboxTransport(ground.database, SystemClock())
    async def deliver(delivery: Delivery) -> None:
        with open(log, "a") as out:
            out.write(f"{delivery.payload['n']} {delivery.idempotency_key}\\n")
    transport.subscribe("saved", "file", deliver)
    print("ready", flush=True)
    while await transport.deliver_due():
        print("batch", flush=True)
    ground.close()
asyncio.run(main(*sys.argv[1:]))
"""
MESSAGES = 300


def _publish_many(world: World, transport: OutboxTransport, count: int) -> None:
    world.ground.database.write_now(
        lambda work: [transport.publish(work, Message(world.acme.id, "saved", {"n": n}, f"key-{n}")) for n in range(count)]
    )


async def test_two_relays_never_deliver_the_same_message_at_once(world: World) -> None:
    heard: list[int] = []

    async def deliver(delivery: Delivery) -> None:
        heard.append(delivery.payload["n"])

    relays = [OutboxTransport(world.ground.database, world.clock) for _ in range(2)]
    for relay in relays:
        relay.subscribe("saved", "list", deliver)
    _publish_many(world, relays[0], 80)
    while sum(await asyncio.gather(*(relay.deliver_due() for relay in relays))):
        assert len(heard) == len(set(heard))
    assert sorted(heard) == list(range(80))


async def test_a_claim_whose_owner_is_gone_ends_by_itself(world: World) -> None:
    heard: list[int] = []

    async def cancelled(_delivery: Delivery) -> None:
        raise asyncio.CancelledError

    async def deliver(delivery: Delivery) -> None:
        heard.append(delivery.attempt)

    gone, alive = (OutboxTransport(world.ground.database, world.clock) for _ in range(2))
    gone.subscribe("saved", "reader", cancelled)
    alive.subscribe("saved", "reader", deliver)
    _publish_many(world, gone, 1)
    with pytest.raises(asyncio.CancelledError):
        await gone.deliver_due()
    assert await alive.deliver_due() == 0
    world.clock.advance(LEASE + timedelta(seconds=1))
    assert (await alive.deliver_due(), heard) == (1, [2])


def test_a_killed_relay_loses_nothing_and_repeats_only_under_the_same_key(world: World, tmp_path: Path) -> None:
    transport = OutboxTransport(world.ground.database, world.clock)
    _publish_many(world, transport, MESSAGES)
    log = tmp_path / "delivered"
    command = [sys.executable, "-c", RELAY, world.ground.settings.database_url, str(log)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(3):
            assert process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
    before = [tuple(line.split()) for line in log.read_text().splitlines()]
    world.clock.advance(timedelta(days=3650))

    async def deliver(delivery: Delivery) -> None:
        with log.open("a") as out:
            out.write(f"{delivery.payload['n']} {delivery.idempotency_key}\n")

    async def finish() -> None:
        transport.subscribe("saved", "file", deliver)
        while await transport.deliver_due():
            continue

    asyncio.run(finish())
    delivered = [tuple(line.split()) for line in log.read_text().splitlines()]
    assert 0 < len(before) < MESSAGES
    assert {number for number, _ in delivered} == {str(n) for n in range(MESSAGES)}
    assert set(delivered) == {(str(n), f"key-{n}") for n in range(MESSAGES)}


@pytest.mark.parametrize(("attempt", "luck", "seconds"), [(1, 0.0, 1.0), (2, 0.0, 2.0), (2, 1.0, 1.0), (5, 0.0, 8.0), (100, 0.0, 8.0)])
def test_the_wait_doubles_up_to_its_longest_and_chance_takes_off_at_most_half(attempt: int, luck: float, seconds: float) -> None:
    retries = Retries(first=timedelta(seconds=1), longest=timedelta(seconds=8), attempts=1000)
    assert retries.wait_after(attempt, luck) == timedelta(seconds=seconds)


def test_the_last_attempt_has_no_wait_after_it() -> None:
    assert Retries(attempts=3).wait_after(3, 0.0) is None
