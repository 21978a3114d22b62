"""Cron expressions as one regular expression, for schemas: whoever reads them can make expressions up, and tell most wrong ones.

Pure. It takes what `cron.parse` takes, but for days that no month has, which no pattern can know. Expressions from outside go through
`cron.parse` itself, since that says which field is wrong and why. Written for ECMA 262, which JSON schemas speak: no flags.
"""

from functools import cache

from app.schedules.cron import ALIASES
from app.schedules.fields import DAY, FIVE, SECOND, WEEKDAY, Field


@cache
def expression_pattern() -> str:
    """The pattern of five fields, six with seconds first, or an alias."""
    five = " +".join(_field(each) for each in FIVE)
    aliases = "|".join(_any_case(each) for each in ALIASES)
    return f"^ *(?:(?:{_field(SECOND)} +)?{five}|{aliases}) *$"


def _field(field: Field) -> str:
    value = "|".join([*_numbers(field.least, field.greatest), *(_any_case(each) for each in field.names)])
    step = f"/(?:{'|'.join(_numbers(1, field.cycle))})"
    elements = [rf"\*{step}", f"(?:{value})(?:-(?:{value}))?(?:{step})?"]
    if field is DAY:
        elements.append("[lL]")
    if field is WEEKDAY:
        elements += [f"(?:{value})#[1-5]", f"[lL](?:{value})", f"(?:{value})[lL]"]
    element = "|".join(elements)
    star = "[*?]" if field in (DAY, WEEKDAY) else r"\*"
    return f"(?:{star}|(?:{element})(?:,(?:{element}))*)"


def _numbers(least: int, greatest: int) -> list[str]:
    """The whole numbers of a range, one alternative for each ten."""
    found = []
    for tens in range(least // 10, greatest // 10 + 1):
        low, high = max(least, 10 * tens) % 10, min(greatest, 10 * tens + 9) % 10
        found.append(f"{tens or '0?'}[{low}-{high}]")
    return found


def _any_case(word: str) -> str:
    return "".join(f"[{each}{each.upper()}]" if each.isalpha() else each for each in word)
