"""``format_money``."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

from app.engine import errors
from app.host.table import Helper, overload

_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_USUAL_PLACES: Final = 2
_PLACES: Final = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
"""Decimal places of the currencies that have not two. Source: ISO 4217, list one."""

_MAX_AMOUNT: Final = 1e18
_CONTEXT: Final = Context(prec=40, rounding=ROUND_HALF_UP)


def _format_plain(amount: float) -> str:
    return _formatted(amount, _USUAL_PLACES)


def _format_in(amount: float, currency: str) -> str:
    if not _CURRENCY.fullmatch(currency):
        raise errors.runtime(f"format_money: '{currency[:20]}' is no currency code; use three capital letters such as \"EUR\"")
    return f"{_formatted(amount, _PLACES.get(currency, _USUAL_PLACES))} {currency}"


def _formatted(amount: float, places: int) -> str:
    if not abs(amount) <= _MAX_AMOUNT and not isinstance(amount, int):
        raise errors.runtime(f"format_money: {amount} is no amount of money")
    # Through repr, because 2.675 means 2.675 to its author, not the binary fraction below it.
    rounded = Decimal(repr(amount)).quantize(Decimal(1).scaleb(-places), context=_CONTEXT)
    return f"{rounded if rounded else abs(rounded):,}"


HELPERS = (
    Helper(
        "format_money",
        "A number as an amount of money: thousands separated by commas, rounded half up. With a currency code the number of decimals is "
        "that currency's (none for JPY, three for KWD), otherwise two.",
        'log(format_money(1234.5, "EUR")); // 1,234.50 EUR',
        (
            overload("amount: i64", "string", _format_plain),
            overload("amount: f64", "string", _format_plain),
            overload("amount: i64, currency: string", "string", _format_in),
            overload("amount: f64, currency: string", "string", _format_in),
        ),
    ),
)
