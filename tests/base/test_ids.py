"""Identifiers: RFC 9562's layout, and an order that holds whatever the clock does."""

import time
from datetime import UTC, datetime, timedelta

from app.base.clock import FrozenClock
from app.base.ids import TimeOrderedIds, first_id_at, ordered_token


def test_ids_of_one_moment_are_in_order() -> None:
    ids = TimeOrderedIds(FrozenClock())
    made = [ids.new() for _ in range(5000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_ids_stay_in_order_when_the_clock_steps_back() -> None:
    clock = FrozenClock()
    ids = TimeOrderedIds(clock)
    before = ids.new()
    clock.advance(timedelta(seconds=-10))
    assert ids.new() > before


def test_an_id_says_its_version_and_its_millisecond() -> None:
    clock = FrozenClock()
    made = TimeOrderedIds(clock).new()
    assert made.version == 7
    assert made.int >> 80 == int(clock.now().timestamp() * 1000)


def test_the_first_id_of_a_moment_parts_what_came_before_from_what_came_after() -> None:
    clock = FrozenClock()
    ids = TimeOrderedIds(clock)
    before = ids.new()
    clock.advance(timedelta(milliseconds=1))
    assert before < first_id_at(clock.now()) <= ids.new()


def test_a_moment_before_all_ids_parts_nothing() -> None:
    assert first_id_at(datetime(1, 1, 1, tzinfo=UTC)) <= TimeOrderedIds(FrozenClock()).new()


def test_tokens_sort_by_their_millisecond_and_are_never_the_same() -> None:
    before = time.time_ns() // 1_000_000
    tokens = [ordered_token() for _ in range(1_000)]
    after = time.time_ns() // 1_000_000
    moments = [int(token[:12], 16) for token in tokens]
    assert before <= min(moments)
    assert max(moments) <= after
    assert len(set(tokens)) == 1_000
    assert {len(token) for token in tokens} == {32}
