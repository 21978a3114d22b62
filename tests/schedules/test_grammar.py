"""The pattern that schemas tell of cron expressions."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.base.errors import Invalid
from app.schedules.cron import ALIASES, parse
from app.schedules.grammar import expression_pattern


@given(st.from_regex(expression_pattern(), fullmatch=True))
def test_what_the_pattern_takes_is_an_expression_unless_its_day_never_comes(text: str) -> None:
    assume(len(text) <= 400)
    refusals = []
    try:
        parse(text)
    except Invalid as refused:
        refusals.append(refused.message.partition(":")[0])
    assert refusals in ([], ["This moment never comes"])


@pytest.mark.parametrize(
    "text",
    [
        *ALIASES,
        "@DAILY",
        "* * * * *",
        "*/5 0-23/2 L 1,JUN-dec mon#2,5L,l6",
        "59 59 23 31 12 7",
        " 0  22-4/3 ? jan Sun-7 ",
        "05 7/2 1-31 12 ?",
    ],
)
def test_the_pattern_takes_what_is_an_expression(text: str) -> None:
    parse(text)
    assert re.search(expression_pattern(), text)


@pytest.mark.parametrize(
    "text", ["", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "*/0 * * * *", "*/61 * * * *", "? * * * *"]
)
def test_the_pattern_refuses_what_is_none(text: str) -> None:
    with pytest.raises(Invalid):
        parse(text)
    assert not re.search(expression_pattern(), text)
