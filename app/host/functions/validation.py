"""``validate_...``: questions about a value, answered true or false. None of them ends the run."""

from __future__ import annotations

from app.engine.values import Value
from app.host.email import is_mailbox
from app.host.table import Helper, Overload, overload


def _is_email(value: Value) -> bool:
    return isinstance(value, str) and is_mailbox(value)


def _is_present(value: Value) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, (list, dict, bytearray)):
        return bool(value)
    return value is not None


def _size(value: Value) -> int:
    return len(value) if isinstance(value, (str, list)) else -1


def _is_long_enough(value: Value, minimum: int) -> bool:
    return _size(value) >= minimum


def _is_short_enough(value: Value, maximum: int) -> bool:
    return 0 <= _size(value) <= maximum


def _is_nothing(_value: None, _bound: int) -> bool:
    return False


def _is_within(value: float, low: float, high: float) -> bool:
    return low <= value <= high


def _is_outside(_value: None, _low: float, _high: float) -> bool:
    return False


_NUMBERS = ("i64", "f64")


def _ranges() -> tuple[Overload, ...]:
    combinations = [(value, low, high) for value in _NUMBERS for low in _NUMBERS for high in _NUMBERS]
    combinations.sort(key=lambda kinds: len(set(kinds)))
    numbers = tuple(overload(f"value: {value}, low: {low}, high: {high}", "bool", _is_within) for value, low, high in combinations)
    return (*numbers, overload("value: (), low: ?, high: ?", "bool", _is_outside))


HELPERS = (
    Helper(
        "validate_email",
        "Whether the value is an e-mail address by RFC 5321: dotted or quoted local part, host name or address in brackets, the RFC's "
        "lengths. Anything but a string is not.",
        'if !validate_email(entity.email) { abort("The e-mail address is not valid"); }',
        (overload("value: ?", "bool", _is_email),),
    ),
    Helper(
        "validate_required",
        "Whether there is a value: not `()`, not a string of only white space, not an empty array, map or blob. `0` and `false` are.",
        'if !validate_required(entity.name) { abort("Name is missing"); }',
        (overload("value: ?", "bool", _is_present),),
    ),
    Helper(
        "validate_min_length",
        "Whether a string has at least so many characters, or an array so many items. `()` has not.",
        'if !validate_min_length(entity.code, 3) { abort("Code needs 3 characters"); }',
        (
            overload("value: string, minimum: i64", "bool", _is_long_enough),
            overload("value: array, minimum: i64", "bool", _is_long_enough),
            overload("value: (), minimum: i64", "bool", _is_nothing),
        ),
    ),
    Helper(
        "validate_max_length",
        "Whether a string has at most so many characters, or an array so many items. `()` is no string, so it has not.",
        'if !validate_max_length(entity.title, 80) { abort("Title is longer than 80 characters"); }',
        (
            overload("value: string, maximum: i64", "bool", _is_short_enough),
            overload("value: array, maximum: i64", "bool", _is_short_enough),
            overload("value: (), maximum: i64", "bool", _is_nothing),
        ),
    ),
    Helper(
        "validate_range",
        "Whether a number is between two bounds, both included. Whole numbers and decimals mix. `()` is not.",
        'if !validate_range(entity.discount, 0, 0.5) { abort("Discount must be 0 to 0.5"); }',
        _ranges(),
    ),
)
