"""Reading cron expressions: what each means, and what is said about those that can't be."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Invalid
from app.schedules.cron import parse
from app.schedules.words import describe

_ZERO = datetime(1970, 1, 1)  # noqa: DTZ001  # the origin of wall-clock times, which are in no zone


def _next(expression: str, start: str, count: int) -> list[str]:
    wall = int((datetime.fromisoformat(start) - _ZERO).total_seconds())
    found: list[str] = []
    for _ in range(count):
        following = parse(expression).next_wall(wall)
        assert following is not None
        found.append((_ZERO + timedelta(seconds=following)).isoformat(" "))
        wall = following + 1
    return found


@pytest.mark.parametrize(
    ("expression", "times"),
    [
        ("*/20 * * * *", ["2026-01-01 00:00:00", "2026-01-01 00:20:00"]),
        ("30 15 10 * * *", ["2026-01-01 10:15:30", "2026-01-02 10:15:30"]),
        ("0 0 L * *", ["2026-01-31 00:00:00", "2026-02-28 00:00:00"]),
        ("0 0 1,L * *", ["2026-01-01 00:00:00", "2026-01-31 00:00:00"]),
        ("0 0 29 2 *", ["2028-02-29 00:00:00", "2032-02-29 00:00:00"]),
        ("0 0 * 2 mon#5", ["2044-02-29 00:00:00", "2072-02-29 00:00:00"]),
        ("0 0 * * 5#2", ["2026-01-09 00:00:00", "2026-02-13 00:00:00"]),
        ("0 0 * * mon,5#2", ["2026-01-05 00:00:00", "2026-01-09 00:00:00"]),
        ("0 0 * * L5", ["2026-01-30 00:00:00", "2026-02-27 00:00:00"]),
        ("0 0 * * friL", ["2026-01-30 00:00:00", "2026-02-27 00:00:00"]),
        ("0 0 * * 7", ["2026-01-04 00:00:00", "2026-01-11 00:00:00"]),
        ("0 0 * * 6-7", ["2026-01-03 00:00:00", "2026-01-04 00:00:00"]),
        ("0 0 * * fri-mon/3", ["2026-01-02 00:00:00", "2026-01-05 00:00:00"]),
        ("0 0 13 * fri", ["2026-01-02 00:00:00", "2026-01-09 00:00:00"]),
        ("0 0 ? * SUN", ["2026-01-04 00:00:00", "2026-01-11 00:00:00"]),
        ("0 22-4/3 * * *", ["2026-01-01 01:00:00", "2026-01-01 04:00:00"]),
        ("0 0 5-5 * *", ["2026-01-05 00:00:00", "2026-02-05 00:00:00"]),
        ("0 0 1 nov-feb *", ["2026-01-01 00:00:00", "2026-02-01 00:00:00"]),
        ("59/15 * * * *", ["2026-01-01 00:59:00", "2026-01-01 01:59:00"]),
        ("@weekly", ["2026-01-04 00:00:00", "2026-01-11 00:00:00"]),
        (" 0  0 1 1 * ", ["2026-01-01 00:00:00", "2027-01-01 00:00:00"]),
    ],
)
def test_an_expression_matches_its_times(expression: str, times: list[str]) -> None:
    assert _next(expression, "2026-01-01", 2) == times


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("60 * * * *", "The minute field '60' has 60, which is out of range"),
        ("0 24 * * *", "The hour field '24' has 24"),
        ("0 0 0 * *", "The day of month field '0' has 0"),
        ("0 0 * 13 *", "The month field '13' has 13"),
        ("0 0 * foo *", "The month field 'foo' can't be read"),
        ("0 0 * * 8", "The day of week field '8' has 8"),
        ("61 * * * * *", "The second field '61' has 61"),
        ("*/0 * * * *", "The minute field '*/0' has a step of 0"),
        ("*/90 * * * *", "has a step of 90, but starts anew after 60"),
        ("1,,2 * * * *", "has an empty place in its list"),
        ("*,5 * * * *", r"lists \* beside others"),
        ("? * * * *", "The minute field '\\?' can't be a question mark"),
        ("0 0 15W * *", "uses W"),
        ("0 0 L-3 * *", "counts back from the last day"),
        ("0 0 * * L", "is L without a weekday"),
        ("H * * * *", "is a value to be drawn"),
        ("R * * * *", "is a value to be drawn"),
        ("0 0 * * mon#6", "counts to 6"),
        ("0 0 1#2 * *", "uses #, which only the day of week knows"),
        ("* * *", "has 3 fields"),
        ("* * * * * * *", "has 7 fields"),
        ("", "is empty"),
        ("@reboot", "names no time"),
        ("@dayly", "'@dayly' is unknown"),
        ("0 0 30 2 *", "never comes: the day of month field wants day 30, and Feb has 29 at most"),
        ("0 0 31 4,6 *", "never comes"),
        ("9" * 500, "has 500 characters"),
        ("\u0663 * * * *", "can't be read"),
    ],
)
def test_a_wrong_expression_is_told_by_its_field(expression: str, message: str) -> None:
    message = message.replace("*/0", r"\*/0")
    with pytest.raises(Invalid, match=message) as refused:
        parse(expression)
    assert refused.value.field == "expression"
    assert refused.value.hint


@given(st.text(alphabet="0123456789*/,-#?lwhr @abcdefjmnostuy", max_size=40) | st.text(max_size=20))
def test_any_text_is_an_expression_or_refused(text: str) -> None:
    try:
        cron = parse(text)
    except Invalid:
        return
    assert cron.next_wall(0) is not None
    assert describe(cron)


@given(st.integers(0, 59), st.integers(0, 59), st.integers(1, 60))
def test_a_range_with_a_step_holds_what_counting_round_the_clock_meets(low: int, high: int, step: int) -> None:
    length = (high - low) % 60
    expected = sorted((low + each) % 60 for each in range(0, length + 1, step))
    assert list(parse(f"{low}-{high}/{step} 0 * * *").minutes) == expected


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("*/5 * * * *", "every 5 minutes"),
        ("30 9 * * mon-fri", "at 09:30 on Monday to Friday"),
        ("0 0 L * *", "at 00:00 on the last day of the month"),
        ("0 0 13 * 5", "at 00:00 on day 13 of the month or on Friday, whichever it is"),
        ("0 12 * * sat#1", "at 12:00 on the first Saturday of the month"),
        ("0 12 * * 5L", "at 12:00 on the last Friday of the month"),
        ("@hourly", "at minute 0 of every hour"),
        ("0 0 1 */3 *", "at 00:00 on day 1 of the month in January, April, July and October"),
        ("*/10 * * * * *", "every 10 seconds"),
        ("5/15 * * * *", "every 15 minutes from minute 5 of every hour"),
        ("0 9 * jul,dec *", "at 09:00 every day in July and December"),
    ],
)
def test_an_expression_is_told_in_plain_language(expression: str, said: str) -> None:
    assert describe(parse(expression)) == said
