"""The counter: exact, limited, and still alive after a stack overflow was met."""

import pytest

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
