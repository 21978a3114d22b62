from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ide.context import Context
from app.ide.spelling import Speller, nearest


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


def test_one_text_s_suggestions_cost_a_bounded_number_of_comparisons() -> None:
    speller = Speller()
    candidates = [f"helper_number_{number}" for number in range(1_000)]
    answers = [speller.nearest("helpr_numbr", candidates) for _ in range(20)]
    assert answers[-1] is None


def test_a_hundred_misspelt_calls_of_a_usual_script_all_get_their_suggestion() -> None:
    speller = Speller()
    known = Context().natives.names
    assert all(speller.nearest("to_uper", known) == "to_upper" for _ in range(100))


@given(left=st.text("abAB_", max_size=9), right=st.text("abAB_", max_size=9))
def test_near_enough_is_what_the_table_of_the_distances_says(left: str, right: str) -> None:
    distance = _optimal_string_alignment(left.lower(), right.lower())
    assert nearest(left, [right]) == (right if left != right and distance <= len(left) // 3 else None)


def _optimal_string_alignment(left: str, right: str) -> int:
    table = [[i + j if i * j == 0 else 0 for j in range(len(right) + 1)] for i in range(len(left) + 1)]
    for i in range(1, len(left) + 1):
        for j in range(1, len(right) + 1):
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (left[i - 1] != right[j - 1]))
            if i > 1 and j > 1 and left[i - 1] == right[j - 2] and left[i - 2] == right[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]
