"""The fields of a cron expression, read element by element, so that whatever is wrong is said of the field it stands in.

Pure. Each element is written anew in the one form that croniter reads as people mean it. Told apart here are its readings that surprise:
`5-5` is the whole range to it, day 0 and month 0 are the first, `22-4/3` counts wrongly over midnight, `R` is another number each time,
and `15W` loses its `W` in `expand`. Source: crontab(5); decision 0020.
"""

import re
from dataclasses import dataclass
from typing import Final

from app.base.errors import Invalid

MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_RANGE: Final = re.compile(r"([0-9a-z]+)(?:-([0-9a-z]+))?(?:/([0-9]+))?\Z")
_STAR: Final = re.compile(r"\*(?:/([0-9]+))?\Z")
_NTH: Final = re.compile(r"([0-9a-z]+)#([0-9a-z]+)\Z")
_LAST_WEEKDAY: Final = re.compile(r"(?:l([0-9a-z]+)|([0-9a-z]+)l)\Z")
_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Field:
    """One place of an expression: the least and the greatest value, and the names of values, if they have names."""

    name: str
    least: int
    greatest: int
    names: tuple[str, ...] = ()

    @property
    def allowed(self) -> str:
        """What may stand here, in words."""
        if self.name == "month":
            return "1 to 12 or jan to dec"
        if self.name == "day of week":
            return "0 to 7 (0 and 7 are Sunday) or sun to sat"
        return f"{self.least} to {self.greatest}" + (", or L for the last day" if self.name == "day of month" else "")

    @property
    def cycle(self) -> int:
        """How many values there are; day of week has Sunday twice and still seven."""
        return self.last - self.least + 1

    @property
    def last(self) -> int:
        """Where a step ends that is given only its start."""
        return min(self.greatest, 6) if self.name == "day of week" else self.greatest


SECOND: Final = Field("second", 0, 59)
MINUTE: Final = Field("minute", 0, 59)
HOUR: Final = Field("hour", 0, 23)
DAY: Final = Field("day of month", 1, 31)
MONTH: Final = Field("month", 1, 12, MONTHS)
WEEKDAY: Final = Field("day of week", 0, 7, WEEKDAYS)
FIVE: Final = (MINUTE, HOUR, DAY, MONTH, WEEKDAY)
SIX: Final = (SECOND, *FIVE)


@dataclass(frozen=True, slots=True)
class Reading:
    """A field as it was read. `plain` and `special` are its elements as croniter takes them; `special` are those of `#` and last weekdays.

    `is_open`: it is `*` or `?`. `is_wide`: it steps through its whole range and meets more than one value.
    """

    plain: tuple[str, ...]
    special: tuple[str, ...]
    is_open: bool
    is_wide: bool


def wrong(field: Field, text: str, reason: str, hint: str = "") -> Invalid:
    """The error about one field of an expression."""
    return Invalid(
        f"The {field.name} field {text[:_SHOWN]!r} {reason}.",
        hint or f"Allowed are {field.allowed}; lists (1,2), ranges (1-5) and steps (*/5) of them.",
        field="expression",
        details={"part": field.name, "text": text[:_SHOWN]},
    )


def read_field(field: Field, text: str) -> Reading:
    """A field from its text in lower case.

    Raises:
        Invalid: the message names the field, what is wrong with it and what is allowed.
    """
    if text in ("*", "?"):
        if text == "?" and field not in (DAY, WEEKDAY):
            raise wrong(field, text, "can't be a question mark: only day of month and day of week can", "Write * for every value.")
        return Reading(("*",), (), is_open=True, is_wide=True)
    plain: list[str] = []
    special: list[str] = []
    is_wide = False
    for element in text.split(","):
        if not element:
            raise wrong(field, text, "has an empty place in its list", "Remove the comma too many.")
        if element in ("*", "?"):
            raise wrong(field, text, f"lists {element} beside others", f"Write {element} alone, or leave it out.")
        if field is WEEKDAY and (found := _special_weekday(element)):
            special.append(found)
            continue
        values, goes_all_round = _element(field, element)
        plain.append(values)
        is_wide = is_wide or goes_all_round
    return Reading(tuple(plain), tuple(special), is_open=False, is_wide=is_wide)


def _element(field: Field, element: str) -> tuple[str, bool]:
    if field is DAY and element == "l":
        return "l", False
    star = _STAR.match(element)
    if star:
        step = _step(field, element, star[1])
        # `*/24` hours has one value: a time of day like any other.
        return element, step < field.cycle
    found = _RANGE.match(element)
    if not found or element.startswith("l-"):
        raise wrong(field, element, _why_unreadable(field, element))
    low = _value(field, element, found[1])
    step = _step(field, element, found[3])
    high = _value(field, element, found[2]) if found[2] else max(low, field.last) if found[3] else low
    goes_all_round = low == field.least and high >= field.last and step < field.cycle
    return _written(field, low, high, step), goes_all_round


def _written(field: Field, low: int, high: int, step: int) -> str:
    """A range as croniter reads it rightly: single values where a range of its own would be read as another."""
    last = high if low <= high else high + field.cycle
    values = [field.least + (value - field.least) % field.cycle for value in range(low, last + 1, step)]
    if low < high and 7 not in (low, high):
        return f"{low}-{high}/{step}"
    return ",".join(str(value) for value in dict.fromkeys(values))


def _value(field: Field, element: str, text: str) -> int:
    if text.isdigit():
        value = int(text[:6])
        if not field.least <= value <= field.greatest:
            raise wrong(field, element, f"has {text[:_SHOWN]}, which is out of range")
        return value
    if text in field.names:
        return field.names.index(text) + field.least
    raise wrong(field, element, _why_unreadable(field, text))


def _step(field: Field, element: str, text: str | None) -> int:
    if text is None:
        return 1
    step = int(text[:6])
    if step < 1:
        raise wrong(field, element, "has a step of 0", f"A step is at least 1: */1 is every {field.name}.")
    if step > field.cycle:
        raise wrong(
            field,
            element,
            f"has a step of {step}, but starts anew after {field.cycle}",
            f"Steps here are 1 to {field.cycle}: a longer wait needs the fields to the right.",
        )
    return step


def _special_weekday(element: str) -> str | None:
    nth = _NTH.match(element)
    if nth:
        weekday = _value(WEEKDAY, element, nth[1])
        if nth[2] not in ("1", "2", "3", "4", "5"):
            raise wrong(WEEKDAY, element, f"counts to {nth[2]}", "After # stands 1 to 5: mon#2 is the second Monday of the month.")
        return f"{weekday % 7}#{nth[2]}"
    last = _LAST_WEEKDAY.match(element)
    if last and element not in WEEKDAYS:
        return f"l{_value(WEEKDAY, element, last[1] or last[2]) % 7}"
    return None


def _why_unreadable(field: Field, text: str) -> str:
    if re.match(r"[0-9]+w\Z|w[0-9]+\Z|lw\Z|wl\Z", text):
        return "uses W (nearest working day), which isn't supported"
    if text.startswith("l-"):
        return "counts back from the last day, which isn't supported: L stands alone"
    if text == "l" and field is WEEKDAY:
        return "is L without a weekday: 5L is the last Friday of the month"
    if text[:1] in ("h", "r") and field.names == ():
        return "is a value to be drawn (H or R): jitter does that for a schedule"
    if "#" in text:
        return "uses #, which only the day of week knows, after one weekday: mon#2"
    return "can't be read"
