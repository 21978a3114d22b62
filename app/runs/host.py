"""What answers a script's host calls: in earnest, in a dry run, or from a record.

Each is a callback for the pool. What they answer is what the journal keeps, so all three know the same calls.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import msgspec

from app.base.clock import Clock
from app.base.egress import Egress, EgressRefused, HostRule, OutboundRequest
from app.runs.masking import Handed, shown
from app.runs.records import RecordContext, Records
from app.runs.types import Document, Json, WouldCall
from app.sandbox.jobs import HostCall, HostError

JOURNAL_BYTES: Final = 8 * 1_048_576
"""How much a run may exchange with its host: all of it is kept with the run."""

HTTP_CALLS: Final = frozenset({"http_get", "http_post", "http_request"})
_encode = msgspec.json.Encoder().encode


class TenantDoors(Protocol):
    """What of a tenant's a host call may need; fetched only when one does."""

    async def secret(self, name: str) -> str | None:
        """A secret's value, None if there is none of that name."""

    async def hosts(self) -> tuple[HostRule, ...]:
        """Where requests may go."""


@dataclass(frozen=True, slots=True)
class Wish:
    """An HTTP request as a script asks for it."""

    method: str
    url: str
    body: Json
    headers: Mapping[str, str]


def wish_of(name: str, arguments: Sequence[Json]) -> Wish:
    """The request that an HTTP call means.

    Raises:
        HostError: its arguments make none.
    """
    match name, arguments:
        case "http_get", [str(url)]:
            return Wish("GET", url, None, {})
        case "http_get", [str(url), dict(headers)]:
            return Wish("GET", url, None, _texts(headers))
        case "http_post", [str(url), body]:
            return Wish("POST", url, body, {})
        case "http_post", [str(url), body, dict(headers)]:
            return Wish("POST", url, body, _texts(headers))
        case "http_request", [str(method), str(url), body, dict(headers)]:
            return Wish(method.upper(), url, body, _texts(headers))
    raise HostError("arguments", f"{name} was called with arguments it doesn't know.")


def _texts(headers: Mapping[str, Json]) -> dict[str, str]:
    if not all(isinstance(value, str) for value in headers.values()):
        raise HostError("http.header", "A header's value must be text.")
    return {name.lower(): value for name, value in headers.items()}


@dataclass(slots=True)
class LiveHost:
    """Answers in earnest."""

    clock: Clock
    egress: Egress
    records: Records
    context: RecordContext
    doors: TenantDoors
    allowed_secrets: tuple[str, ...]
    idempotency_key: str
    handed: Handed
    requests_made: int = 0

    async def __call__(self, call: HostCall) -> Json:
        """The answer of one host call."""
        arguments = _list(call)
        if call.name == "now":
            return now_ms(self.clock)
        if call.name == "secret":
            return await self._secret(arguments)
        if call.name in HTTP_CALLS:
            return await self._http(wish_of(call.name, arguments))
        # Records are read by people and kept in backups: a secret that a script puts into one is there by its name.
        return await answer_records(self.records, self.context, call.name, self.handed.plain(arguments))

    async def _secret(self, arguments: Sequence[Json]) -> str:
        name = secret_name(arguments, self.allowed_secrets)
        value = await self.doors.secret(name)
        if value is None:
            raise HostError("secret.unknown", f"There is no secret {name} in this tenant.")
        self.handed.add(name, value)
        return value

    async def _http(self, wish: Wish) -> Document:
        self.requests_made += 1
        headers = dict(wish.headers)
        body = b""
        if isinstance(wish.body, str):
            body = wish.body.encode()
        elif wish.body is not None:
            body = json.dumps(wish.body, separators=(",", ":"), ensure_ascii=False).encode()
            headers.setdefault("content-type", "application/json")
        if self.idempotency_key:
            # The second request of a run is another request: under the same key a service would take it for the first.
            suffix = "" if self.requests_made == 1 else f"-{self.requests_made}"
            headers.setdefault("idempotency-key", self.idempotency_key + suffix)
        secret = frozenset(name for name, value in headers.items() if self.handed.holds(value))
        request = OutboundRequest(wish.method, wish.url, tuple(headers.items()), body, secret)
        try:
            response = await self.egress.fetch(request, await self.doors.hosts())
        except EgressRefused as refused:
            raise HostError(f"http.{refused.reason.value}", refused.sentence) from None
        return {
            "status": response.status,
            "ok": 200 <= response.status < 300,
            "headers": dict(response.headers),
            "body": response.body.decode("utf-8", "replace"),
        }


@dataclass(slots=True)
class DryHost:
    """Reads in earnest, writes into a view, and only notes what would go outside.

    Such a call is answered from `recorded`, the journal of an earlier run, if that holds the same call; otherwise with an empty success.
    """

    clock: Clock
    records: Records
    context: RecordContext
    allowed_secrets: tuple[str, ...]
    recorded: Sequence[Document]
    would_call: list[WouldCall]

    async def __call__(self, call: HostCall) -> Json:
        """The answer of one host call."""
        arguments = _list(call)
        if call.name == "now":
            return now_ms(self.clock)
        if call.name == "secret":
            return shown(secret_name(arguments, self.allowed_secrets))
        if call.name not in HTTP_CALLS:
            return await answer_records(self.records, self.context, call.name, arguments)
        wish_of(call.name, arguments)
        self.would_call.append(WouldCall(call.name, tuple(arguments)))
        for entry in self.recorded:
            if entry.get("name") == call.name and entry.get("args") == arguments and "answer" in entry:
                return entry["answer"]
        return {"status": 200, "ok": True, "headers": {}, "body": ""}


class Interrupted(Exception):
    """A replay has reached the call during which the recorded run was ended from outside."""


class Diverged(Exception):
    """A replayed script made another call than the recorded one."""

    def __init__(self, index: int, message: str, *, is_at_end: bool) -> None:
        super().__init__(message)
        self.index = index
        self.is_at_end = is_at_end


class RecordedHost:
    """Answers from a journal, call by call; the first other call ends the replay, for all after it would be guesswork."""

    def __init__(self, journal: Sequence[Document]) -> None:
        self._journal = journal
        self.used = 0

    async def __call__(self, call: HostCall) -> Json:
        """The recorded answer.

        Raises:
            Diverged: this call isn't the recorded one, or the journal has ended.
            Interrupted: the recorded run was ended during this call.
            HostError: the recorded refusal.
        """
        if self.used >= len(self._journal):
            raise Diverged(self.used, f"The record has {self.used} calls; the script made another: {call.name}.", is_at_end=True)
        entry = self._journal[self.used]
        if entry["name"] != call.name or entry["args"] != _list(call):
            raise Diverged(self.used, f"Call {self.used + 1} was {entry['name']}; the script called {call.name}.", is_at_end=False)
        self.used += 1
        if "interrupted" in entry:
            raise Interrupted
        if "refusal" in entry:
            raise HostError(entry["refusal"]["code"], entry["refusal"]["message"])
        return entry["answer"]


class Journal:
    """The record of the calls as this side saw them: a killed child can't tell any more what it had asked."""

    def __init__(self, host: Callable[[HostCall], Awaitable[Json]], handed: Handed) -> None:
        self._host = host
        self._handed = handed
        self._room = JOURNAL_BYTES
        self.entries: list[Document] = []

    async def __call__(self, call: HostCall) -> Json:
        """The host's answer, written down with secrets masked.

        Raises:
            HostError: the host refuses, or the run has exchanged as much as its record may hold.
        """
        entry: Document = {"name": call.name, "args": self._handed.plain(_list(call))}
        try:
            if self._room <= 0:
                raise HostError("too-much-data", f"A run may exchange {JOURNAL_BYTES // 1_048_576} MiB with its host; split the work.")
            answer = await self._host(call)
        except HostError as error:
            self._keep({**entry, "refusal": {"code": error.code, "message": self._handed.text(error.message)}})
            raise
        except asyncio.CancelledError:
            self._keep({**entry, "interrupted": True})
            raise
        self._keep({**entry, "answer": self._handed.plain(answer)})
        return answer

    def _keep(self, entry: Document) -> None:
        self._room -= len(_encode(entry))
        self.entries.append(entry)


def secret_name(arguments: Sequence[Json], allowed: tuple[str, ...]) -> str:
    """The name that a script asks for, if it may.

    Raises:
        HostError: it may not.
    """
    name = arguments[0] if arguments and isinstance(arguments[0], str) else ""
    if name not in allowed:
        raise HostError("secret.not-allowed", f"This script may not use the secret {name[:80]!r}; an admin can allow it in its settings.")
    return name


def now_ms(clock: Clock) -> int:
    """Milliseconds since 1970."""
    return int(clock.now().timestamp() * 1000)


async def answer_records(records: Records, context: RecordContext, name: str, arguments: Sequence[Any]) -> Json:
    """The answer of `find`, `get`, `count` or `save`.

    Raises:
        HostError: there is no such call, or the records refuse.
    """
    match name, arguments:
        case "find", [str(kind), *rest] if len(rest) <= 2:
            where, options = ([*rest, {}, {}])[:2]
            return await records.find(context, kind, where, options)
        case "get", [str(kind), str(record_id)]:
            return await records.get(context, kind, record_id)
        case "count", [str(kind), *rest] if len(rest) <= 1:
            return await records.count(context, kind, rest[0] if rest else {})
        case "save", [str(kind), dict(record)]:
            return await records.save(context, kind, record)
    raise HostError("no-such-call", f"There is nothing to call here: {name}.")


def _list(call: HostCall) -> list[Json]:
    return call.arguments if isinstance(call.arguments, list) else []
