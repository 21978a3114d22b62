"""Endpoints with scripts behind them, and messages that were given up on."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.access import Actor, needs, public
from app.base.errors import Unauthenticated
from app.base.http.problems import Problem, problem_response
from app.base.transport import DeadLetter
from app.hooks.endpoints import EndpointCall, ScriptBroke
from app.rest.face import Face, RestFace, answer
from app.rest.fields import PathId
from app.rest.routes import PREFIX
from app.services import Services

router = APIRouter(tags=["hooks"])
endpoints = APIRouter(include_in_schema=False)
"""Addresses that tenants choose. They come after everybody else's: `/records/hooks/new` is a page about a type named hooks."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that was given up on; of a queued run also the script and the run."""

    id: UUID
    topic: str
    idempotency_key: str
    attempts: int
    error: str
    died_at: datetime
    script: str | None
    run_id: str | None


@dataclass(frozen=True, slots=True)
class Letters:
    """Messages that were given up on, newest first."""

    items: tuple[Letter, ...]


@router.get(f"{PREFIX}/dead-letters", response_model=Letters)
@needs("hooks.letter.list")
async def list_dead_letters(face: RestFace) -> Response:
    """Messages that were given up on, newest first, at most 200."""
    letters = await _services(face.request).letters.list(await _actor_of(face))
    return answer(Letters(tuple(_letter(each) for each in letters)))


@router.post(f"{PREFIX}/dead-letters/{{letter_id}}/retry", status_code=204)
@needs("hooks.letter.retry")
async def retry_dead_letter(face: RestFace, letter_id: PathId) -> Response:
    """Have one of them tried again, from its first attempt."""
    await _services(face.request).letters.retry(await _actor_of(face), letter_id)
    return Response(status_code=204)


@router.delete(f"{PREFIX}/dead-letters/{{letter_id}}", status_code=204)
@needs("hooks.letter.drop")
async def drop_dead_letter(face: RestFace, letter_id: PathId) -> Response:
    """Drop one of them for good: it is never delivered."""
    await _services(face.request).letters.drop(await _actor_of(face), letter_id)
    return Response(status_code=204)


@endpoints.api_route("/{tenant}/hooks/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
@public("the endpoint's own settings say how callers prove who they are, and the script behind it decides what they see")
async def call_endpoint(request: Request, tenant: str, path: str) -> Response:
    """Run the script behind an endpoint and send what it answers."""
    services = _services(request)
    call = EndpointCall(
        tenant=tenant,
        method=request.method,
        path=path,
        query=tuple(request.query_params.multi_items()),
        headers={name: value for name, value in request.headers.items()},
        body=await request.body(),
        actor=await _actor(request),
    )
    try:
        given = await services.endpoints.call(call)
    except ScriptBroke as broke:
        problem = Problem(
            502,
            "script-failed",
            "The script behind this endpoint failed.",
            "Its run is in the history.",
            details={"run_id": str(broke.run_id)},
        )
        return problem_response(problem)
    response = Response(given.body, given.status, dict(given.headers))
    # What a tenant's script answers is no page of ours, whatever it claims to be: a browser gives it an origin of its own.
    response.headers["content-security-policy"] = "sandbox; default-src 'none'"
    response.headers["x-alloy-run-id"] = str(given.run_id)
    return response


async def _actor(request: Request) -> Actor | None:
    """Whom the API token proves; a session's cookie proves nothing here."""
    face = Face(request)
    if face.credentials.bearer is None:
        return None
    try:
        return await face.access.actor(face.credentials)
    except Unauthenticated:
        return None


async def _actor_of(face: Face) -> Actor:
    return await face.access.actor(face.credentials)


def _letter(letter: DeadLetter) -> Letter:
    subject = letter.payload.get("subject")
    script = subject.get("name") if isinstance(subject, dict) else None
    return Letter(
        letter.id,
        letter.topic,
        letter.idempotency_key,
        letter.attempts,
        letter.error,
        letter.died_at,
        script,
        letter.payload.get("run_id"),
    )


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services
