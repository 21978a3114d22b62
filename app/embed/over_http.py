"""The hook executor for host applications that run elsewhere: Alloy's REST interface, by HTTP."""

import asyncio
import uuid
from typing import Any, Final, Self

import httpx

from app.embed.decisions import Accepted, Change, Decision, Document, Failed, HooksUnavailable, Rejected

_TRIES: Final = 3
_LONGEST_WAIT_SECONDS: Final = 5.0


class HttpHooks:
    """A `HookExecutor` over HTTP. Use it as an async context manager, or close it at the end.

    Busy answers and lost connections are tried again a few times: before-scripts have no effect outside, and what is told afterwards
    carries a key under which it counts once.
    """

    def __init__(
        self, base_url: str, token: str, *, timeout_seconds: float = 10.0, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        headers = {"authorization": f"Bearer {token}"}
        self._client = httpx.AsyncClient(base_url=base_url, headers=headers, timeout=timeout_seconds, transport=transport)

    async def __aenter__(self) -> Self:
        """Itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def before(self, change: Change) -> Decision:
        """What the scripts that run before a change decide about it.

        Raises:
            HooksUnavailable: Alloy can't be reached, or refuses the call.
        """
        return _decision(await self._call(change, "before", {}))

    async def after(self, change: Change, key: str | None = None) -> None:
        """Let the scripts that run after a change know that it was made.

        Raises:
            HooksUnavailable: Alloy can't be reached, or refuses the call.
        """
        await self._call(change, "after", {"idempotency-key": key or uuid.uuid4().hex})

    async def _call(self, change: Change, phase: str, headers: dict[str, str]) -> Document:
        body = {"event": change.event.value, "id": change.id, "before": change.before, "after": change.after}
        path = f"/api/v1/entity-types/{change.entity_type}/hooks/{phase}"
        for attempt in range(1, _TRIES + 1):
            wait = 0.1 * attempt
            try:
                response = await self._client.post(path, json=body, headers=headers)
            except httpx.TransportError as error:
                reason = f"Alloy can't be reached: {type(error).__name__}."
            else:
                if response.is_success:
                    answer: Document = response.json()
                    return answer
                reason = _reason(response)
                if response.status_code not in (429, 502, 503, 504):
                    break
                wait = _wait(response, wait)
            if attempt < _TRIES:
                await asyncio.sleep(wait)
        raise HooksUnavailable(reason)


def _wait(response: httpx.Response, otherwise: float) -> float:
    told = response.headers.get("retry-after", "")
    return min(float(told), _LONGEST_WAIT_SECONDS) if told.isdecimal() else otherwise


def _reason(response: httpx.Response) -> str:
    try:
        problem: Any = response.json()
    except ValueError:
        problem = None
    told = f"{problem.get('detail', '')} {problem.get('hint', '')}".strip() if isinstance(problem, dict) else ""
    return f"Alloy answered {response.status_code}. {told}".strip()


def _decision(answer: Document) -> Decision:
    match answer["decision"]:
        case "accepted":
            return Accepted(answer["changes"], tuple(answer["warnings"]))
        case "rejected":
            return Rejected(answer["reason"], answer["script"], answer["run_id"])
    return Failed(answer["script"], answer["error"], answer["run_id"], answer["is_busy"])
