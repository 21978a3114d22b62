"""Figures in words, and what two documents differ in."""

import pytest

from app.web.documents import FieldChange, cut, field_changes
from app.web.figures import counted, duration, size, span


@pytest.mark.parametrize(
    ("microseconds", "text"), [(0, "0 µs"), (999, "999 µs"), (1_500, "1.5 ms"), (42_400, "42 ms"), (1_250_000, "1.2 s")]
)
def test_a_duration_is_told_in_the_unit_that_fits(microseconds: int, text: str) -> None:
    assert duration(microseconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.44, "0.4 s"), (30, "30 s"), (59.9, "59.9 s"), (187, "3 min 7 s"), (7_260, "2 h 1 min"), (3.6e7, "10,000 h 0 min")],
)
def test_a_long_time_is_told_in_its_two_largest_units(seconds: float, text: str) -> None:
    assert span(seconds) == text


@pytest.mark.parametrize(
    ("amount", "text"), [(0, "0 bytes"), (1023, "1023 bytes"), (1536, "1.5 KiB"), (5 * 1024**3, "5.0 GiB"), (1024**5, "1,024.0 TiB")]
)
def test_a_size_is_told_in_the_unit_that_fits(amount: int, text: str) -> None:
    assert size(amount) == text


def test_only_one_is_no_plural() -> None:
    assert [counted(count, "run") for count in (0, 1, 2_000)] == ["0 runs", "1 run", "2,000 runs"]


def test_a_text_that_is_cut_says_how_much_is_missing() -> None:
    assert cut("abc", 3) == "abc"
    assert cut("a" * 2_003, 3) == "aaa… 2,000 more characters"


def test_fields_come_in_the_order_of_the_first_document_and_then_what_is_new() -> None:
    changes = field_changes({"b": 1, "a": 2}, {"a": 2, "c": 3}, str)
    assert changes == (FieldChange("b", "1", None), FieldChange("a", "2", "2"), FieldChange("c", None, "3"))
    assert [each.is_changed for each in changes] == [True, False, True]
