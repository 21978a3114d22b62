"""Frames in both directions, made up and spoilt by Hypothesis, at the decoder and through real locked children."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.sandbox import wire
from app.sandbox.jobs import Fault, HostCall, Json, Limits, LogLine, Run
from app.sandbox.pool import Pool
from app.sandbox.settings import PoolSettings
from tests.sandbox.arena import INJECTED

SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False) | st.text()
PLAIN = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=12)
NUMBERS = st.integers(0, 2**63 - 1)
FAULTS = st.none() | st.builds(Fault, kind=st.text(), message=st.text(), line=st.integers(0, 2**31), column=st.integers(0, 2**31))
LOG_LINES = st.builds(LogLine, st.sampled_from(["print", "debug", "info", "warning", "error"]), st.text(), st.integers(0, 2**31), NUMBERS)
FROM_CHILD = st.one_of(
    st.builds(wire.Ready, NUMBERS),
    st.builds(wire.Broken, st.text()),
    st.builds(wire.Compiling, NUMBERS),
    st.builds(wire.Begun, NUMBERS),
    st.builds(wire.Logs, NUMBERS, st.lists(LOG_LINES, max_size=4)),
    st.builds(wire.Ask, NUMBERS, st.text(), st.binary()),
    st.builds(wire.Done, NUMBERS, st.sampled_from(["ok", "error", "memory"]), st.binary(), st.binary(), FAULTS, NUMBERS),
)
TO_CHILD = st.one_of(
    st.builds(
        wire.Do,
        NUMBERS,
        st.builds(Run, tenant=st.text(), source=st.text(), digest=st.text(), inputs=st.dictionaries(st.text(), PLAIN, max_size=3)),
    ),
    st.builds(wire.Answer, PLAIN),
    st.builds(wire.Refusal, st.text(), st.text()),
)
SPOILING = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=4)
PATIENT = Limits(wall_ms=60_000)
HASTY = Limits(wall_ms=100)


def spoilt(body: bytes, spoiling: list[tuple[int, int]]) -> bytes:
    """The body with some of its bytes replaced."""
    changed = bytearray(body)
    for at, value in spoiling:
        changed[at % len(changed)] = value
    return bytes(changed)


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as started:
        yield started


@pytest.fixture(scope="module")
def pool(runner: asyncio.Runner) -> Iterator[Pool]:
    pool = Pool(PoolSettings(handlers=INJECTED, harden_parent=False))
    runner.run(pool.__aenter__())
    yield pool
    runner.run(pool.__aexit__(None, None, None))


@given(FROM_CHILD)
def test_what_a_child_says_arrives_as_it_was_said(message: wire.FromChild) -> None:
    assert wire.decode_from_child(wire.encode(message)[wire.HEADER_BYTES :]) == message


@given(TO_CHILD)
def test_what_a_child_is_told_arrives_as_it_was_told(message: wire.ToChild) -> None:
    assert wire.decode_to_child(wire.encode(message)[wire.HEADER_BYTES :]) == message


@given(FROM_CHILD, SPOILING)
def test_a_spoilt_message_of_a_child_is_another_message_or_a_protocol_error(
    message: wire.FromChild, spoiling: list[tuple[int, int]]
) -> None:
    try:
        found = wire.decode_from_child(spoilt(wire.encode(message)[wire.HEADER_BYTES :], spoiling))
    except wire.ProtocolError:
        return
    assert isinstance(found, get_args(wire.FromChild))


@given(TO_CHILD, SPOILING)
def test_a_spoilt_message_to_a_child_is_another_message_or_ends_it(message: wire.ToChild, spoiling: list[tuple[int, int]]) -> None:
    try:
        found = wire.decode_to_child(spoilt(wire.encode(message)[wire.HEADER_BYTES :], spoiling))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return
    assert isinstance(found, (wire.Do, wire.Answer, wire.Refusal))


def test_plain_data_come_back_from_a_real_child_as_they_went(runner: asyncio.Runner, pool: Pool) -> None:
    async def echo(call: HostCall) -> Json:
        return call.arguments

    @settings(max_examples=60)
    @given(PLAIN)
    def there_and_back(value: Json) -> None:
        job = Run(tenant="ann", source="result = channel.call('x', inputs['v'])", digest="d", inputs={"v": value}, limits=PATIENT)
        outcome = runner.run(pool.run(job, host_calls=echo))
        assert (outcome.kind, outcome.value) == ("ok", value)

    there_and_back()


def test_whatever_a_real_child_sends_its_caller_gets_an_outcome_and_the_next_is_served(runner: asyncio.Runner, pool: Pool) -> None:
    @settings(max_examples=60)
    @given(st.lists(FROM_CHILD, max_size=3), SPOILING, st.booleans())
    def says(messages: list[wire.FromChild], spoiling: list[tuple[int, int]], is_framed: bool) -> None:
        said = b"".join(wire.encode(message) for message in messages) or b"\0"
        said = said if is_framed else spoilt(said, spoiling)
        source = f"channel._data.sendall({said!r})\nresult = 1"
        outcome = runner.run(pool.run(Run(tenant="mallory", source=source, digest="d", limits=HASTY)))
        assert outcome.kind in ("ok", "error", "memory", "crashed", "timeout")
        honest = runner.run(pool.run(Run(tenant="mallory", source="result = 42", digest="h", limits=PATIENT)))
        assert (honest.kind, honest.value) == ("ok", 42)

    says()
