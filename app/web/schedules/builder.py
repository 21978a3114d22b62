"""A cron expression put together from a few choices, and read back into them. Pure.

An expression that says more than the choices can say is left as it is: then the choice is `own`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MODES: Final = (
    ("minutes", "Every few minutes"),
    ("hourly", "Every hour"),
    ("daily", "Every day"),
    ("weekly", "On days of the week"),
    ("monthly", "On a day of the month"),
    ("own", "As the expression says"),
)
STEPS: Final = ("1", "2", "3", "4", "5", "6", "10", "12", "15", "20", "30")
"""Every so many minutes; only what divides an hour comes at even distances."""
_NUMBERED: Final = ("sun", *WEEKDAYS)
_STEP: Final = re.compile(r"(?:\*|\*/([0-9]{1,2})) \* \* \* \*")
_HOURLY: Final = re.compile(r"([0-9]{1,2}) \* \* \* \*")
_AT: Final = re.compile(r"([0-9]{1,2}) ([0-9]{1,2}) (\S+) \* (\S+)")
_TIME: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::[0-9.]+)?")
_MONTH_DAY: Final = re.compile(r"[0-9]{1,2}|l")


@dataclass(frozen=True, slots=True)
class Builder:
    """The choices. `time` is `09:30`, `day` a day of the month or `L` for the last."""

    mode: str = "own"
    step: str = "15"
    minute: str = "0"
    time: str = "09:00"
    weekdays: tuple[str, ...] = field(default=WEEKDAYS[:5])
    day: str = "1"


def builder_of(expression: str) -> Builder:
    """The choices that make this expression; `own` if none do."""
    text = " ".join(expression.lower().split())
    if found := _STEP.fullmatch(text):
        step = found[1] or "1"
        return Builder("minutes", step) if step in STEPS else Builder()
    if (found := _HOURLY.fullmatch(text)) and int(found[1]) < 60:
        return Builder("hourly", minute=str(int(found[1])))
    if (found := _AT.fullmatch(text)) and int(found[1]) < 60 and int(found[2]) < 24:
        return _daily(f"{int(found[2]):02}:{int(found[1]):02}", found[3], found[4])
    return Builder()


def expression_of(builder: Builder, otherwise: str) -> str:
    """The expression of some choices; `otherwise` for `own` and for what isn't complete."""
    found = _TIME.fullmatch(builder.time)
    hour, minute = (int(found[1]), int(found[2])) if found else (24, 60)
    if builder.mode == "minutes" and builder.step in STEPS:
        return "* * * * *" if builder.step == "1" else f"*/{builder.step} * * * *"
    if builder.mode == "hourly" and builder.minute.isdecimal() and int(builder.minute[:4]) < 60:
        return f"{int(builder.minute)} * * * *"
    if hour > 23 or minute > 59:
        return otherwise
    at = f"{minute} {hour}"
    match builder.mode:
        case "daily":
            return f"{at} * * *"
        case "weekly" if builder.weekdays:
            return f"{at} * * {_days_text(builder.weekdays)}"
        case "monthly" if _MONTH_DAY.fullmatch(builder.day.lower()):
            return f"{at} {builder.day.upper()} * *"
    return otherwise


def sent_builder(query: Mapping[str, str], weekdays: tuple[str, ...]) -> Builder:
    """The choices as a form sends them; words that can't be are as if they were not sent."""
    usual = Builder()
    mode = query.get("mode", "own")
    return Builder(
        mode if mode in dict(MODES) else "own",
        query.get("step", usual.step)[:2],
        query.get("minute", usual.minute)[:2],
        query.get("time", usual.time)[:20],
        tuple(day for day in WEEKDAYS if day in weekdays),
        query.get("day", usual.day)[:2],
    )


def _daily(time: str, day: str, weekday: str) -> Builder:
    if weekday == "*" and day == "*":
        return Builder("daily", time=time)
    if weekday == "*" and _MONTH_DAY.fullmatch(day):
        return Builder("monthly", time=time, day=day.upper())
    days = _days(weekday) if day == "*" else None
    return Builder("weekly", time=time, weekdays=days) if days else Builder()


def _days(text: str) -> tuple[str, ...] | None:
    """The days of `mon-fri`, `1,3` or `sat`; None if it says something else."""
    found: set[str] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        begin, end = _number(first), _number(last if dash else first)
        if begin is None or end is None or begin > end:
            return None
        found |= {_NUMBERED[index] for index in range(begin, end + 1)}
    return tuple(day for day in WEEKDAYS if day in found)


def _number(text: str) -> int | None:
    if text in _NUMBERED[1:]:
        return _NUMBERED.index(text, 1)
    if text == "sun":
        return 0
    return int(text) if text in tuple("01234567") else None


def _days_text(days: tuple[str, ...]) -> str:
    """Neighbouring days as a range, as people write them."""
    places = sorted(WEEKDAYS.index(day) for day in days)
    if len(places) > 2 and places[-1] < 6 and places == list(range(places[0], places[-1] + 1)):
        return f"{WEEKDAYS[places[0]]}-{WEEKDAYS[places[-1]]}"
    return ",".join(WEEKDAYS[place] for place in places)
