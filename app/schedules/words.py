"""An expression in plain language: "at 09:00 on Monday to Friday"; and what it does when clocks change.

Pure. Reads the expression as written, not its values: `*/5` is "every 5 minutes", not twelve numbers.
"""

from collections.abc import Callable, Sequence
from typing import Final

from app.schedules.cron import ALIASES, Cron
from app.schedules.fields import DAY, HOUR, MINUTE, MONTH, MONTHS, SECOND, WEEKDAY, WEEKDAYS, Field

_MONTH_NAMES: Final = "January February March April May June July August September October November December".split()
_WEEKDAY_NAMES: Final = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split()
_ORDINALS: Final = ("", "first", "second", "third", "fourth", "fifth")
_TIMES_SHOWN: Final = 6


def describe(cron: Cron) -> str:
    """The expression as a phrase, starting with a small letter."""
    text = cron.text.lower()
    texts = ALIASES.get(text, text).split()
    second = texts[0] if len(texts) == 6 else "0"
    minute, hour, day, month, weekday = texts[-5:]
    when = _times(second, minute, hour, cron)
    parts = [when, _days(day, weekday, when), f"in {_list(MONTH, month)}" if month != "*" and not month.startswith("*/") else ""]
    if month.startswith("*/"):
        parts[2] = f"in {_words([_MONTH_NAMES[each - 1] for each in sorted(cron.months)])}"
    return " ".join(part for part in parts if part)


def clock_changes(cron: Cron) -> str:
    """What the schedule does when clocks change."""
    if cron.is_elapsed:
        return (
            "It means time that passes: when clocks go back it runs through both passes of the repeated hour, "
            "and times that don't exist when clocks go forward are left out."
        )
    return (
        "It means times of day: one that doesn't exist when clocks go forward runs once, when the gap ends; "
        "one that comes twice when clocks go back runs the first time only."
    )


def _times(second: str, minute: str, hour: str, cron: Cron) -> str:
    if len(cron.seconds) == 1 and cron.per_day <= _TIMES_SHOWN:
        return f"at {_words([_clock(each, cron.seconds[0]) for each in cron.minutes])}"
    parts = [_seconds(second), _minutes(minute, second), _hours(hour, minute)]
    return " ".join(part for part in parts if part)


def _clock(minute: int, second: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}" + (f":{second:02}" if second else "")


def _seconds(text: str) -> str:
    if text == "0":
        return ""
    return _every(text, "second") or f"at second {_list(SECOND, text)}"


def _minutes(text: str, second: str) -> str:
    every = _every(text, "minute")
    if second == "0":
        start, _, step = text.partition("/")
        stepped = f"every {step} minutes from minute {start}" if start.isdigit() and step.isdigit() else ""
        return every or stepped or f"at minute {_list(MINUTE, text)}"
    if text == "*":
        return "" if _every(second, "second") else "of every minute"
    return f"in every {_ordinal(text[2:])} minute" if every else f"in minute {_list(MINUTE, text)}"


def _hours(text: str, minute: str) -> str:
    if text == "*":
        return "" if _every(minute, "minute") else "of every hour"
    if text.startswith("*/"):
        return "of every hour" if text == "*/1" else f"of every {_ordinal(text[2:])} hour, from midnight"
    return f"in the hours {_list(HOUR, text)}" if set(text) & set(",-/") else f"in the hour {_list(HOUR, text)}"


def _every(text: str, unit: str) -> str:
    if text in ("*", "*/1"):
        return f"every {unit}"
    return f"every {text[2:]} {unit}s" if text.startswith("*/") else ""


def _days(day: str, weekday: str, when: str) -> str:
    by_day = "" if day in ("*", "?") else f"on {_month_days(day)}"
    by_weekday = "" if weekday in ("*", "?") else f"on {_weekdays(weekday)}"
    if by_day and by_weekday:
        return f"{by_day} or {by_weekday}, whichever it is"
    return by_day or by_weekday or ("every day" if when.startswith("at ") and ":" in when else "")


def _month_days(text: str) -> str:
    if text.startswith("*/"):
        return "every day of the month" if text == "*/1" else f"every {_ordinal(text[2:])} day of the month, from the 1st"
    numbers = ",".join(each for each in text.split(",") if each != "l")
    parts = [f"day {_list(DAY, numbers)}"] if numbers else []
    return f"{_words([*parts, *(['the last day'] if 'l' in text.split(',') else [])])} of the month"


def _weekdays(text: str) -> str:
    if text.startswith("*/"):
        return f"every {_ordinal(text[2:])} day of the week, from Sunday"
    return _words([_weekday(element) for element in text.split(",")])


def _weekday(element: str) -> str:
    if "#" in element:
        name, _, count = element.partition("#")
        return f"the {_ORDINALS[int(count)]} {_list(WEEKDAY, name)} of the month"
    if element not in WEEKDAYS and element.strip("l") != element:
        return f"the last {_list(WEEKDAY, element.strip('l'))} of the month"
    return _list(WEEKDAY, element)


def _list(field: Field, text: str) -> str:
    name = _names(field)
    return _words([_element(field, element, name) for element in text.split(",")])


def _element(field: Field, element: str, name: Callable[[str], str]) -> str:
    span, _, step = element.partition("/")
    low, _, high = span.partition("-")
    if span == "*":
        low, high = str(field.least), str(field.last)
    elif step and not high:
        high = str(field.last)
    said = f"{name(low)} to {name(high)}" if high and high != low else name(low)
    return f"every {_ordinal(step)} from {said}" if step not in ("", "1") else said


def _names(field: Field) -> Callable[[str], str]:
    if field is MONTH:
        return lambda text: _MONTH_NAMES[MONTHS.index(text) if text in MONTHS else int(text) - 1]
    if field is WEEKDAY:
        return lambda text: _WEEKDAY_NAMES[WEEKDAYS.index(text) if text in WEEKDAYS else int(text) % 7]
    return lambda text: str(int(text))


def _ordinal(text: str) -> str:
    number = int(text)
    ending = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _words(parts: Sequence[str]) -> str:
    return " and ".join((", ".join(parts[:-1]), parts[-1])) if len(parts) > 1 else parts[0]
