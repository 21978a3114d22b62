"""``is_empty``, ``coalesce``."""

from __future__ import annotations

from app.engine.values import Value
from app.host.table import Helper, overload

_MOST_ARGUMENTS = 6


def _is_empty(value: Value) -> bool:
    return value is None


def _first_present(*values: Value) -> Value:
    return next((value for value in values if value is not None), None)


def _parameters(count: int) -> str:
    return ", ".join(f"value{number}: ?" for number in range(1, count + 1))


HELPERS = (
    Helper(
        "is_empty",
        "Whether there is nothing in a value: `()`, an empty string, array, map, blob or range. All else is never empty. "
        "(For strings and containers this is the language's own function.)",
        "if is_empty(entity.notes) { entity.notes = []; }",
        (overload("value: ?", "bool", _is_empty),),
    ),
    Helper(
        "coalesce",
        "The first of its arguments that is not `()`, or `()`. All arguments are computed first; `a ?? b` computes `b` only when needed.",
        'let city = coalesce(entity.city, entity.billing_city, "unknown");',
        tuple(overload(_parameters(count), "?", _first_present) for count in range(1, _MOST_ARGUMENTS + 1)),
    ),
)
