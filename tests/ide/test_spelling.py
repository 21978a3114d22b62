from __future__ import annotations

import pytest

from app.ide.spelling import nearest


@pytest.mark.parametrize(
    ("name", "candidates", "expected"),
    [
        ("totl", ["total", "title"], "total"),
        ("lenght", ["length", "len"], "length"),
        ("Amount", ["amount"], "amount"),
        ("to_uper", ["to_upper", "to_lower"], "to_upper"),
        ("ammount", ["amount"], "amount"),
        ("frobnicate", ["total"], None),
        ("x", ["y", "i"], None),
        ("ab", ["ba"], None),
        ("total", [], None),
        ("total", ["total"], None),
    ],
)
def test_a_slip_in_three_letters_is_near_enough(name: str, candidates: list[str], expected: str | None) -> None:
    assert nearest(name, candidates) == expected


def test_of_equally_near_names_the_first_in_the_alphabet_is_taken() -> None:
    assert nearest("cat", ["hat", "bat"]) == "bat"


def test_very_long_names_are_not_compared() -> None:
    assert nearest("a" * 100, ["a" * 99]) is None
