"""How often: buckets that fill steadily."""

import pytest

from app.hooks.rates import Rates


def test_a_burst_passes_and_the_next_call_waits() -> None:
    rates = Rates(per_second=2, burst=3)
    assert [rates.wait_for("a", 0.0) for _ in range(4)] == [0, 0, 0, 1]


def test_a_bucket_fills_as_time_goes_by_and_never_over_its_size() -> None:
    rates = Rates(per_second=2, burst=3)
    for _ in range(3):
        rates.wait_for("a", 0.0)
    assert [rates.wait_for("a", 0.5), rates.wait_for("a", 0.5)] == [0, 1]
    assert [rates.wait_for("a", 1000.0) for _ in range(4)] == [0, 0, 0, 1]


def test_one_key_takes_nothing_from_another() -> None:
    rates = Rates(per_second=1, burst=1)
    assert [rates.wait_for("a", 0.0), rates.wait_for("b", 0.0), rates.wait_for("a", 0.0)] == [0, 0, 1]


def test_a_slow_bucket_says_how_long_to_wait() -> None:
    rates = Rates(per_second=0.1, burst=1)
    rates.wait_for("a", 0.0)
    assert rates.wait_for("a", 0.0) == 10


@pytest.mark.parametrize("keys", [25_000])
def test_the_memory_for_keys_is_bounded(keys: int) -> None:
    rates = Rates(per_second=1, burst=1)
    for number in range(keys):
        assert rates.wait_for(str(number), number / 10_000) == 0
    assert len(rates._buckets) <= 10_000
