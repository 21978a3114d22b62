"""The choices that make a cron expression, and back."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.schedules.cron import parse
from app.web.schedules.builder import STEPS, WEEKDAYS, Builder, builder_of, expression_of, sent_builder

_times = st.builds(lambda hour, minute: f"{hour:02}:{minute:02}", st.integers(0, 23), st.integers(0, 59))
_builders = st.one_of(
    st.builds(lambda step: Builder("minutes", step), st.sampled_from(STEPS)),
    st.builds(lambda minute: Builder("hourly", minute=str(minute)), st.integers(0, 59)),
    st.builds(lambda time: Builder("daily", time=time), _times),
    st.builds(
        lambda time, days: Builder("weekly", time=time, weekdays=tuple(day for day in WEEKDAYS if day in days)),
        _times,
        st.sets(st.sampled_from(WEEKDAYS), min_size=1),
    ),
    st.builds(lambda time, day: Builder("monthly", time=time, day=day), _times, st.sampled_from([*map(str, range(1, 32)), "L"])),
)


@given(_builders)
def test_choices_make_an_expression_that_reads_back_as_the_same_choices(builder: Builder) -> None:
    expression = expression_of(builder, "")
    parse(expression)
    assert builder_of(expression) == builder


@pytest.mark.parametrize(
    ("expression", "mode"),
    [
        ("0 9 * * MON-FRI", "weekly"),
        ("0 9 * * 1,3,5", "weekly"),
        ("0 9 * * 0", "weekly"),
        ("0  9 1 * *", "monthly"),
        ("*/7 * * * *", "own"),
        ("0 9 1 1 *", "own"),
        ("0 9 1 * mon", "own"),
        ("0 9 * * fri-mon", "own"),
        ("0 9 * * mon#1", "own"),
        ("61 * * * *", "own"),
        ("0 24 * * *", "own"),
        ("0 0 9 * * *", "own"),
        ("@daily", "own"),
        ("", "own"),
        ("² 9 * * *", "own"),
    ],
)
def test_an_expression_is_read_as_choices_where_they_say_all_of_it(expression: str, mode: str) -> None:
    assert builder_of(expression).mode == mode


@pytest.mark.parametrize(
    "builder",
    [
        Builder("weekly", weekdays=()),
        Builder("daily", time=""),
        Builder("daily", time="25:00"),
        Builder("hourly", minute="60"),
        Builder("minutes", "7"),
        Builder("monthly", day="x"),
    ],
)
def test_choices_that_are_not_complete_leave_the_expression(builder: Builder) -> None:
    assert expression_of(builder, "0 1 * * *") == "0 1 * * *"


def test_words_that_cannot_be_chosen_are_left_out() -> None:
    sent = sent_builder({"mode": "never", "step": "1000"}, ("mon", "never"))
    assert sent == replace(Builder(), step="10", weekdays=("mon",))
