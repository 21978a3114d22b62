"""HTTP endpoints with a script behind them: who may call, what the script gets, and what it answers.

The script gets the map `request` and its value is the answer: a map with `status`, `headers` or `body` is taken at its word, anything else
is the body of a 200, nothing at all a 204.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import msgspec

from app.access import Actor, ActorKind, require, tenant_id_of
from app.base.db import Work
from app.base.errors import Denied, Invalid, LimitExceeded, NotFound, Unauthenticated
from app.hooks.rates import Rates
from app.runs import RunActor, Runner, RunOutcome, RunRequest, RunResult, RunTrigger, Subject, actor_of
from app.runs.doors import Doors
from app.runs.types import Document
from app.scripts import ActiveScript, ApiTrigger, Authentication, for_endpoint
from app.scripts.types import Phase

SIGNATURE_HEADER: Final = "x-alloy-signature"
SIGNATURE_SECONDS: Final = 300
"""How far a signature's time may be from ours."""
CALLS_PER_SECOND: Final = 50.0
BURST: Final = 100
LARGEST_HEADERS: Final = 64

_NOBODY: Final = UUID(int=0)
_WITHHELD: Final = frozenset({"authorization", "cookie", "proxy-authorization", SIGNATURE_HEADER})
_OURS: Final = frozenset(
    {
        "connection", "content-length", "content-security-policy", "cross-origin-opener-policy", "cross-origin-resource-policy", "date",
        "server", "set-cookie", "strict-transport-security", "trailer", "transfer-encoding", "upgrade", "x-content-type-options",
        "x-frame-options",
    }
)  # fmt: skip
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}\Z")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e]{0,4000}\Z")
_SIGNATURE = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})\Z")
_plain = msgspec.json.Decoder()
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class EndpointCall:
    """A call as it came in. Header names are lower case; `actor` is who its API token proves, if it has a valid one."""

    tenant: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes
    actor: Actor | None = None


@dataclass(frozen=True, slots=True)
class EndpointAnswer:
    """What to send back."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    run_id: UUID


class ScriptBroke(Exception):
    """The script behind an endpoint failed. What went wrong is in the history, not for whoever called."""

    def __init__(self, run_id: UUID) -> None:
        super().__init__(f"run {run_id} failed")
        self.run_id = run_id


class Endpoints:
    """The endpoints of all tenants."""

    def __init__(self, runner: Runner, rates: Rates | None = None) -> None:
        self._runner = runner
        self._rates = rates or Rates(CALLS_PER_SECOND, BURST)

    async def call(self, call: EndpointCall) -> EndpointAnswer:
        """Run the script behind an endpoint.

        Raises:
            NotFound: there is no such endpoint.
            Unauthenticated, Denied: the caller didn't prove that they may.
            LimitExceeded: too many calls, or no room in the sandbox.
            Invalid: the script rejected the call with `abort`, or the request can't be read.
            ScriptBroke: it failed, or answered what no HTTP answer can be.
        """
        script = await self._runner.ground.database.glance(lambda work: _script(work, call))
        caller = await self._caller(script, call)
        wait = self._rates.wait_for(script.id.hex, self._runner.ground.clock.now().timestamp())
        if wait:
            raise LimitExceeded("This endpoint is called too often.", f"Come back in {wait} s.", details={"retry_after_seconds": wait})
        request = RunRequest(
            script.tenant_id,
            Subject.of(script),
            Phase.API,
            RunTrigger.API,
            caller,
            {"request": _request(call)},
            idempotency_key=_key(script, call),
        )
        return answer_of(await self._runner.execute(request))

    async def _caller(self, script: ActiveScript, call: EndpointCall) -> RunActor:
        trigger = script.trigger
        if not isinstance(trigger, ApiTrigger) or trigger.authentication is Authentication.TOKEN:
            return _by_token(script, call)
        if trigger.authentication is Authentication.HMAC:
            await self._check_signature(script, trigger, call)
        return RunActor(_NOBODY, f"caller of {call.method} {call.path}"[:100], ActorKind.SERVICE)

    async def _check_signature(self, script: ActiveScript, trigger: ApiTrigger, call: EndpointCall) -> None:
        found = _SIGNATURE.match(call.headers.get(SIGNATURE_HEADER, ""))
        if found is None:
            raise Unauthenticated("The call isn't signed.", f"Send {SIGNATURE_HEADER}: t=<seconds since 1970>,v1=<hex HMAC-SHA-256>.")
        sent_at, given = int(found[1]), found[2]
        if abs(self._runner.ground.clock.now().timestamp() - sent_at) > SIGNATURE_SECONDS:
            raise Unauthenticated("The signature is too old.", f"Sign anew; {SIGNATURE_SECONDS} seconds of difference are allowed.")
        secret = await Doors(self._runner.ground.database, self._runner.sealer, script.tenant_id).secret(trigger.secret)
        if secret is None or not hmac.compare_digest(given, signature(secret, sent_at, call.method, call.path, call.body)):
            raise Unauthenticated("The signature doesn't fit.", "Sign `t.method.path.body` with the endpoint's secret.")


def signature(secret: str, sent_at: int, method: str, path: str, body: bytes) -> str:
    """The signature of a call: HMAC-SHA-256 over `sent_at.METHOD.path.body`, as hexadecimal digits."""
    return hmac.new(secret.encode(), f"{sent_at}.{method}.{path}.".encode() + body, hashlib.sha256).hexdigest()


def _script(work: Work, call: EndpointCall) -> ActiveScript:
    tenant_id = tenant_id_of(work, call.tenant)
    script = for_endpoint(work, tenant_id, call.method, call.path) if tenant_id is not None else None
    if script is None:
        raise NotFound(f"There is no endpoint {call.method} {call.path[:200]} here.", "Check the address and the method.")
    return script


def _by_token(script: ActiveScript, call: EndpointCall) -> RunActor:
    if call.actor is None:
        raise Unauthenticated("This endpoint asks for an API token.", "Send it as `Authorization: Bearer ...`.")
    if call.actor.tenant_id != script.tenant_id:
        raise Denied("This API token belongs to another tenant.", "Use one of the endpoint's tenant.")
    require(call.actor, "hooks.endpoint.call")
    return actor_of(call.actor)


def _request(call: EndpointCall) -> Document:
    query: Document = {}
    for name, value in call.query:
        known = query.get(name)
        query[name] = value if known is None else [*known, value] if isinstance(known, list) else [known, value]
    headers = {name: value for name, value in call.headers.items() if name not in _WITHHELD}
    return {"method": call.method, "path": call.path, "query": query, "headers": headers, "body": _body(call)}


def _body(call: EndpointCall) -> Any:
    """JSON as data, everything else as text."""
    if not call.body:
        return None
    kind = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == "application/json" or kind.endswith("+json"):
            return _plain.decode(call.body)
        return call.body.decode()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Invalid("The body can't be read.", "Send JSON or text, in UTF-8.", field="body") from None


def _key(script: ActiveScript, call: EndpointCall) -> str:
    """The caller's key among those of this endpoint: whatever a stranger calls it, it is no other run's."""
    given = call.headers.get("idempotency-key", "")[:100]
    return f"endpoint-{script.id.hex}-{given}" if given else ""


def answer_of(result: RunResult) -> EndpointAnswer:
    """What a run's end means for whoever called.

    Raises:
        LimitExceeded, Invalid, ScriptBroke: it has no good end.
    """
    match result.outcome:
        case RunOutcome.OK:
            return _answer(result)
        case RunOutcome.REJECTED:
            raise Invalid(result.reason or "The call was rejected.", "Change what the reason says and call again.")
        case RunOutcome.BUSY:
            raise LimitExceeded("Too many scripts are waiting.", "Call again in a moment.", details={"retry_after_seconds": 1})
    raise ScriptBroke(result.run_id)


def _answer(result: RunResult) -> EndpointAnswer:
    value = result.value
    if not (isinstance(value, dict) and value.keys() & {"status", "headers", "body"}):
        value = {"status": 204 if value is None else 200, "body": value}
    status, headers, body = value.get("status", 200), value.get("headers") or {}, value.get("body")
    if type(status) is not int or not 200 <= status <= 599 or not isinstance(headers, dict) or len(headers) > LARGEST_HEADERS:
        raise ScriptBroke(result.run_id)
    kept = _headers(headers, result.run_id)
    if isinstance(body, str):
        return EndpointAnswer(status, _typed(kept, "text/plain; charset=utf-8"), body.encode(), result.run_id)
    if body is None:
        return EndpointAnswer(status, kept, b"", result.run_id)
    return EndpointAnswer(status, _typed(kept, "application/json"), _encode(body), result.run_id)


def _headers(headers: Document, run_id: UUID) -> tuple[tuple[str, str], ...]:
    kept = []
    for name, value in headers.items():
        text = value if isinstance(value, str) else str(value)
        if not _HEADER_NAME.match(name) or not _HEADER_VALUE.match(text) or name.lower() in _OURS:
            raise ScriptBroke(run_id)
        kept.append((name.lower(), text))
    return tuple(kept)


def _typed(headers: tuple[tuple[str, str], ...], kind: str) -> tuple[tuple[str, str], ...]:
    return headers if any(name == "content-type" for name, _ in headers) else (*headers, ("content-type", kind))
