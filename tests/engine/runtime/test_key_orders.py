"""The order of short maps' keys that is kept."""

from __future__ import annotations

from app.engine.runtime.key_orders import KeyOrders


def test_the_same_keys_in_the_same_order_are_sorted_once() -> None:
    orders = KeyOrders()
    assert orders["b", "a"] == ["a", "b"]
    assert orders["b", "a"] is orders["b", "a"]
    assert orders["a", "b"] == ["a", "b"]


def test_long_names_are_left_to_the_library() -> None:
    assert KeyOrders()["b" * 1_000, "a" * 1_000] is None


def test_only_so_many_are_kept() -> None:
    orders = KeyOrders()
    for number in range(10_000):
        assert orders[str(number), "a"] == [str(number), "a"]
    assert len(orders) <= 256
