"""What every REST handler works with: the request's credentials, verbs in units of work, and JSON answers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any, Protocol, TypeVar, cast

import msgspec
from fastapi import Depends, Request
from starlette.responses import Response

from app.access import Access, Actor, Credentials, require
from app.base.db import Work
from app.base.http.session_cookie import session_cookie_name
from app.base.idempotency import Answer, Once, answer_once
from app.services import Services

T = TypeVar("T")
Verb = Callable[[Work, Actor], T]

_encode = msgspec.json.Encoder(enc_hook=str).encode
_BEARER = "bearer "


class Caller(Protocol):
    """Who makes a call, with all that answers it."""

    @property
    def access(self) -> Access:
        """The way into transactions."""

    @property
    def credentials(self) -> Credentials:
        """What proves who it is."""

    @property
    def services(self) -> Services:
        """The domains that do more than verbs in one transaction."""


class Face:
    """One request, seen from REST."""

    __slots__ = ("access", "credentials", "request")

    def __init__(self, request: Request) -> None:
        self.request = request
        self.access = cast(Access, request.app.state.access)
        authorization = request.headers.get("authorization")
        if authorization is None:
            self.credentials = Credentials(session=request.cookies.get(session_cookie_name(self.access.ground.settings)))
        elif authorization[: len(_BEARER)].lower() == _BEARER:
            self.credentials = Credentials(bearer=authorization[len(_BEARER) :].strip())
        else:
            # Whoever sends the header means it, though it is empty or of another kind: a cookie doesn't speak in its place.
            self.credentials = Credentials()

    @property
    def services(self) -> Services:
        """The domains that do more than verbs in one transaction."""
        return cast(Services, self.request.app.state.services)

    async def find(self, verb: Verb[T]) -> T:
        """What the verb finds, to go on with."""
        return await self.access.read(self.credentials, verb)

    async def read(self, verb: Verb[T]) -> Response:
        """200 with what the verb finds."""
        return answer(await self.access.read(self.credentials, verb))

    async def glance(self, verb: Verb[T]) -> Response:
        """200 with what the verb finds, for verbs that fetch at most a page of rows by an index."""
        return answer(await self.access.glance(self.credentials, verb))

    async def write(self, verb: Verb[T]) -> Response:
        """200 with what the verb returns, once it is durable."""
        return answer(await self.access.write(self.credentials, verb))

    async def require(self, permission: str) -> None:
        """Refuse before costly work what the verb would refuse after it."""
        await self.access.glance(self.credentials, lambda _work, actor: require(actor, permission))

    async def caught_up(self, words: str | None) -> None:
        """Have a search for these words find what was saved before it was asked, if somebody may ask at all; without words nothing is done.

        Raises:
            Unauthenticated: nobody is signed in.
        """
        if words:
            await self.access.glance(self.credentials, lambda _work, _actor: None)
            await self.services.keeper.before_search()

    async def delete(self, verb: Verb[None]) -> Response:
        """204 once the verb's deletion is durable."""
        await self.access.write(self.credentials, verb)
        return Response(status_code=204)

    async def create(self, key: str | None, body: Any, verb: Verb[T], *, keep: Callable[[T], object] | None = None) -> Response:
        """201 with what the verb made; the same answer again for the same idempotency key. `keep` leaves out what is shown once only."""
        if key is None:
            return answer(await self.access.write(self.credentials, verb), 201)
        signature = f"{self.request.method} {self.request.url.path} {body.model_dump_json()}".encode()
        hours = timedelta(hours=self.access.ground.settings.idempotency_hours)

        def run(work: Work, actor: Actor) -> Answer:
            def make() -> tuple[dict[str, Any], dict[str, Any]]:
                made = verb(work, actor)
                return _document(made), _document(keep(made) if keep else made)

            return answer_once(work, Once(actor.tenant_id, actor.user_id, key, signature), hours, make)

        given = await self.access.write(self.credentials, run)
        response = answer(given.document, 201)
        if given.is_replay:
            response.headers["Idempotent-Replay"] = "true"
        return response


def answer(value: object, status: int = 200) -> Response:
    """A JSON response; frozen values are encoded as they are, without a detour over models."""
    return Response(_encode(value), status, media_type="application/json")


def _document(value: object) -> dict[str, Any]:
    return cast(dict[str, Any], msgspec.to_builtins(value, enc_hook=str))


async def _face(request: Request) -> Face:
    return Face(request)


RestFace = Annotated[Face, Depends(_face)]
