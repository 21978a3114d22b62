"""``secret``."""

from __future__ import annotations

from app.engine.values import Value
from app.host.channel import SECRET_CALL, HostRuntime
from app.host.phases import OUTWARD_PHASES
from app.host.plain import from_plain
from app.host.table import Effect, Helper, host_call, overload


def _secret(rt: HostRuntime, name: str) -> Value:
    value = host_call(rt, SECRET_CALL, [name])
    rt.host.masks.add(name, value)
    return from_plain(value)


HELPERS = (
    Helper(
        "secret",
        "A secret of the tenant by its name, such as a key for `http_request`. In logs and journals its name stands for its value.",
        'let headers = #{ authorization: `Bearer ${secret("partner_token")}` };',
        (overload("name: string", "string", _secret, needs_runtime=True),),
        OUTWARD_PHASES,
        Effect.SECRET,
        cost=50,
    ),
)
