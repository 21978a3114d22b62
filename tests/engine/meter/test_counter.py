"""The counter: exact, limited, and still alive after a stack overflow was met."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.errors import Stop
from app.engine.meter import Meter


def _draw(iterator: object, times: int) -> None:
    for _ in range(times):
        next(iterator)  # type: ignore[call-overload]  # an iterator of a level


def test_what_was_drawn_is_counted_exactly_by_its_weight() -> None:
    meter = Meter((1, 3, -2), 0, 8)
    light, heavy, _ = meter.top()
    _draw(light, 5)
    _draw(heavy, 7)
    assert meter.used == 5 + 21


def test_beyond_the_limit_drawing_stops_the_run() -> None:
    meter = Meter((1, -1), 100, 8)
    with pytest.raises(Stop, match="Too many operations"):
        _draw(meter.top()[0], 101)
    assert 95 <= meter.used <= 101


def test_an_entry_leads_one_level_down_until_the_deepest() -> None:
    meter = Meter((1, -1), 0, 2)
    second = next(meter.top()[1])
    third = next(second[1])
    with pytest.raises(Stop, match="Stack overflow"):
        iter(third[1])
    with pytest.raises(Stop, match="Stack overflow"):
        iter(third[1])


def test_charging_counts_at_once_and_stops_beyond_the_limit() -> None:
    meter = Meter((1, -1), 100, 8)
    meter.charge(100)
    with pytest.raises(Stop, match="Too many operations"):
        meter.charge(1)


def test_the_look_out_is_asked_at_refills() -> None:
    asked = []
    meter = Meter((1, -1), 0, 8, lambda: asked.append(1))
    _draw(meter.top()[0], 2_000)
    assert 2 <= len(asked) <= 20


Draws = list[tuple[int, int, int]]
"""So many draws from the iterator of that number, on that level."""

_draws = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 3), st.integers(1, 30)), max_size=12)


def _drawn(meter: Meter, draws: Draws) -> list[int]:
    """The operations counted after each step; charging, for a number without an iterator; -1 at the end of a run that was stopped."""
    used = []
    try:
        for level, number, times in draws:
            if number == 3:
                meter.charge(times)
            else:
                _draw(meter.level(level)[number], times)
            used.append(meter.used)
    except Stop:
        return [*used, meter.used, -1]
    return used


@given(before=st.lists(_draws, max_size=4), draws=_draws, limit=st.sampled_from([0, 40, 300, 1_000]))
def test_a_meter_used_before_counts_and_stops_like_a_new_one(before: list[Draws], draws: Draws, limit: int) -> None:
    used = Meter((1, 3, -7), limit, 8)
    for earlier in before:
        counted = _drawn(used, earlier)
        if counted[-1:] == [-1]:
            used = Meter((1, 3, -7), limit, 8)
            continue
        assert used.settled() == (counted[-1] if counted else 0)
        assert used.used == 0
    assert _drawn(used, draws) == _drawn(Meter((1, 3, -7), limit, 8), draws)


def test_a_meter_that_counted_deep_calls_is_not_kept() -> None:
    meter = Meter((1, -1), 0, 64)
    level = meter.top()
    for _ in range(40):
        level = next(level[1])
    assert not meter.is_small


def test_the_look_out_of_the_run_is_asked_at_the_first_draw() -> None:
    asked = []
    meter = Meter((1, -1), 0, 8)
    _draw(meter.top()[0], 1)
    assert meter.settled() == 1
    meter.look = lambda: asked.append(1)
    meter.take_back()
    _draw(meter.top()[0], 1)
    assert asked == [1]
