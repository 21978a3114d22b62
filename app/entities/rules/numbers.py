"""Rules of fields that hold numbers, dates and truth."""

import math
import re
from datetime import UTC, date, datetime
from typing import Final

from app.entities.rules.check import Check, Faults, kind_of, shown
from app.entities.types import FieldFault, FieldSpec, Json

INT_MIN: Final = -(2**63)
INT_MAX: Final = 2**63 - 1
LARGEST_DECIMAL: Final = 1e15
"""Below it a number keeps fifteen digits exactly, in scripts, in JSON and in both databases."""
_NOISE: Final = 1e-9

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATETIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:\d{2})")


def integer_rule(spec: FieldSpec) -> Check:
    """A whole number that scripts can hold."""
    least = INT_MIN if spec.minimum is None else spec.minimum
    most = INT_MAX if spec.maximum is None else spec.maximum

    def check(value: Json, path: str, faults: Faults) -> Json:
        # JSON knows one kind of number, so `2.0` is a whole one; and a script may have computed it with fractions.
        if type(value) is float and value.is_integer():
            value = int(value)
        if type(value) is not int:
            what = f"{shown(value)} isn't whole" if type(value) is float else f"This is {kind_of(value)}"
            faults.append(FieldFault(path, f"{what}: send a whole number."))
        elif not least <= value <= most:
            faults.append(FieldFault(path, _range_fault(value, least, most)))
        return value

    return check


def decimal_rule(spec: FieldSpec) -> Check:
    """A number with at most `scale` digits behind the point; noise of binary fractions is rounded away, anything more is refused."""
    least = -LARGEST_DECIMAL if spec.minimum is None else spec.minimum
    most = LARGEST_DECIMAL if spec.maximum is None else spec.maximum
    scale = spec.scale

    def check(value: Json, path: str, faults: Faults) -> Json:
        kind = type(value)
        if kind is not float and kind is not int:
            faults.append(FieldFault(path, f"This is {kind_of(value)}: send a number."))
        elif not (least <= value <= most and -LARGEST_DECIMAL < value < LARGEST_DECIMAL):
            faults.append(FieldFault(path, _range_fault(value, least, most)))
        else:
            number = float(value)
            if scale is None:
                return number
            rounded = round(number, scale)
            if abs(rounded - number) <= _NOISE * max(1.0, abs(number)) and math.isfinite(number):
                return rounded
            faults.append(FieldFault(path, f"{shown(value)} has more than {scale} digits behind the point: round it."))
        return value

    return check


def boolean_rule(spec: FieldSpec) -> Check:
    """True or false."""

    def check(value: Json, path: str, faults: Faults) -> Json:
        if type(value) is not bool:
            faults.append(FieldFault(path, f"This is {kind_of(value)}: send true or false."))
        return value

    return check


def date_rule(spec: FieldSpec) -> Check:
    """A day, `2027-01-31`."""

    def check(value: Json, path: str, faults: Faults) -> Json:
        normal = normal_date(value)
        if normal is None:
            faults.append(FieldFault(path, f"{shown(value)} is no date: write it as 2027-01-31."))
            return value
        _check_moment(normal, path, spec, faults)
        return normal

    return check


def datetime_rule(spec: FieldSpec) -> Check:
    """A moment with its zone, kept in UTC to the millisecond, so that texts compare as the moments do."""
    bounds = FieldSpec(spec.name, spec.kind, minimum=normal_datetime(spec.minimum), maximum=normal_datetime(spec.maximum))

    def check(value: Json, path: str, faults: Faults) -> Json:
        normal = normal_datetime(value)
        if normal is None:
            faults.append(FieldFault(path, f"{shown(value)} is no moment: write it as 2027-01-31T12:00:00Z, with a zone."))
            return value
        _check_moment(normal, path, bounds, faults)
        return normal

    return check


def normal_date(value: Json) -> str | None:
    """A day as it is kept; None if it is none."""
    if type(value) is not str or not _DATE.fullmatch(value) or not value.isascii():
        return None
    try:
        date.fromisoformat(value)
    except ValueError:
        return None
    return value


def normal_datetime(value: Json) -> str | None:
    """A moment as it is kept: UTC, three digits behind the second, `Z`; None if it is none."""
    if type(value) is not str or not _DATETIME.fullmatch(value) or not value.isascii():
        return None
    try:
        moment = datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _check_moment(value: str, path: str, spec: FieldSpec, faults: Faults) -> None:
    if spec.minimum is not None and value < spec.minimum:
        faults.append(FieldFault(path, f"{value} is too early: use {spec.minimum} or later."))
    elif spec.maximum is not None and value > spec.maximum:
        faults.append(FieldFault(path, f"{value} is too late: use {spec.maximum} or earlier."))


def _range_fault(value: float, least: float, most: float) -> str:
    if value > most or value >= LARGEST_DECIMAL:
        return f"{shown(value)} is too large: use at most {shown(most)}."
    return f"{shown(value)} is too small: use at least {shown(least)}."
