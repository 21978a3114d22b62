"""Frames: what is cut out of a stream, and what a hostile child may make of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sandbox import wire
from app.sandbox.jobs import Analyse, Run

LIMIT = 1000


def pieces(data: bytes, sizes: list[int]) -> list[bytes]:
    cut, at = [], 0
    for size in sizes:
        cut.append(data[at : at + size])
        at += size
    return [piece for piece in [*cut, data[at:]] if piece]


@given(bodies=st.lists(st.binary(min_size=1, max_size=50), max_size=8), sizes=st.lists(st.integers(1, 40), max_size=20))
def test_a_stream_cut_anywhere_gives_the_same_frames(bodies: list[bytes], sizes: list[int]) -> None:
    buffer = wire.FrameBuffer(LIMIT)
    stream = b"".join(wire.HEADER.pack(len(body)) + body for body in bodies)
    found = [bytes(body) for piece in pieces(stream, sizes) for body in buffer.feed(piece)]
    assert found == bodies


@pytest.mark.parametrize("length", [0, LIMIT + 1, 2**32 - 1])
def test_a_frame_of_a_wrong_length_is_refused_before_it_arrives(length: int) -> None:
    with pytest.raises(wire.ProtocolError, match=str(length)):
        wire.FrameBuffer(LIMIT).feed(wire.HEADER.pack(length))


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_a_message_or_a_protocol_error(body: bytes) -> None:
    try:
        message = wire.decode_from_child(body)
    except wire.ProtocolError:
        return
    assert isinstance(message, (wire.Ready, wire.Broken, wire.Logs, wire.Ask, wire.Done))


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_json_or_a_protocol_error(text: bytes) -> None:
    try:
        value = wire.decode_json(text)
    except wire.ProtocolError:
        return
    assert value is None or isinstance(value, (bool, int, float, str, list, dict))


@pytest.mark.parametrize("text", [b"[" * 100_000, b'{"a":' * 100_000])
def test_deep_json_is_a_protocol_error(text: bytes) -> None:
    with pytest.raises(wire.ProtocolError):
        wire.decode_json(text)


@pytest.mark.parametrize("job", [Run(tenant="t", source="1", digest="d"), Analyse(tenant="t", question="hover", source="1", offset=1)])
def test_a_job_arrives_as_it_was_sent(job: Run | Analyse) -> None:
    frame = wire.encode(wire.Do(7, job))
    assert wire.decode_to_child(frame[wire.HEADER_BYTES :]) == wire.Do(7, job)


def test_a_child_cannot_claim_an_ending_that_is_the_parents() -> None:
    body = b"\x93\xa4done\x01\xa4busy"
    with pytest.raises(wire.ProtocolError):
        wire.decode_from_child(body)
