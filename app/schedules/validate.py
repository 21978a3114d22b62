"""Whether a script's trigger can be: the check that the composition root gives to the scripts domain, which lies below this one."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.base.errors import Invalid
from app.schedules.cron import parse
from app.schedules.zones import zone_named


def check_trigger(expression: str, zone: str) -> None:
    """Refuse an expression or zone that can't be. An empty zone is the tenant's.

    Raises:
        Invalid: `field` is `trigger.expression` or `trigger.zone`; the message names the field of the expression.
    """
    with about_trigger():
        parse(expression)
        if zone:
            zone_named(zone)


@contextmanager
def about_trigger() -> Iterator[None]:
    """Say of what is refused inside that it is in the script's trigger."""
    try:
        yield
    except Invalid as error:
        raise Invalid(error.message, error.hint, field=f"trigger.{error.field}", details=error.details) from None
