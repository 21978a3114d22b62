"""Identifiers: RFC 9562's layout, and an order that holds whatever the clock does."""

from datetime import timedelta

from app.base.clock import FrozenClock
from app.base.ids import TimeOrderedIds


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
