"""``now``. The host answers in milliseconds since 1970; the same run replayed gets the same answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.engine.errors import InternalError
from app.host.channel import HostRuntime
from app.host.table import Effect, Helper, host_call, overload

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _now(rt: HostRuntime) -> str:
    milliseconds = host_call(rt, "now", [])
    if type(milliseconds) is not int:
        raise InternalError(f"the clock answered {milliseconds!r}, not whole milliseconds")
    moment = _EPOCH + timedelta(milliseconds=milliseconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


HELPERS = (
    Helper(
        "now",
        "The present time in UTC as text, `2026-03-09T14:05:06.789Z`. Two such texts compare like the times they stand for.",
        "entity.checked_at = now();",
        (overload("", "string", _now, needs_runtime=True),),
        effect=Effect.CLOCK,
        cost=10,
    ),
)
