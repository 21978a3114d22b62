"""Signing in and out, the sessions one has, and the tenant a session is in."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from app import access
from app.access import OpenSession, SessionInfo, SignedIn, Throttled, User, needs, public
from app.base.errors import LimitExceeded, Unauthenticated
from app.base.http.session_cookie import delete_session_cookie, set_session_cookie
from app.rest.face import RestFace, answer
from app.rest.fields import Body, PathId
from app.rest.routes import PREFIX

router = APIRouter(prefix=PREFIX, tags=["session"])


class SignIn(Body):
    """An e-mail address and password."""

    email: Annotated[str, Field(max_length=254)]
    password: Annotated[str, Field(max_length=1000)]


class SwitchTenant(Body):
    """The tenant to go on in."""

    tenant_id: UUID


@router.post("/session", status_code=201, response_model=User)
@public("signing in is how one becomes somebody")
async def sign_in(face: RestFace, request: Request, body: SignIn) -> Response:
    """Sign in with a password; the answer sets the session cookie."""
    address = request.client.host if request.client else ""
    outcome = await face.access.sign_in(
        email=body.email, password=body.password, address=address, user_agent=request.headers.get("user-agent", "")
    )
    if isinstance(outcome, SignedIn):
        return _with_cookie(face, answer(outcome.user, 201), outcome.session)
    if isinstance(outcome, Throttled):
        raise LimitExceeded(
            "Too many failed sign-ins.",
            f"Wait {outcome.retry_after_seconds} s and try again.",
            details={"retry_after_seconds": outcome.retry_after_seconds},
        )
    raise Unauthenticated("The e-mail address and password don't match.", "Check both; ask an administrator for a new password.")


@router.delete("/session", status_code=204)
@needs("access.self.update")
async def sign_out(face: RestFace) -> Response:
    """End the session that the cookie belongs to."""
    response = await face.delete(access.sign_out)
    delete_session_cookie(response, face.access.ground.settings)
    return response


@router.put("/session/tenant", status_code=204)
@needs("access.self.update")
async def switch_tenant(face: RestFace, body: SwitchTenant) -> Response:
    """Go on in another of one's tenants; the answer replaces the session cookie."""
    settings = face.access.ground.settings
    opened = await face.access.write(face.credentials, lambda work, actor: access.switch_tenant(work, actor, settings, body.tenant_id))
    return _with_cookie(face, Response(status_code=204), opened)


@router.get("/sessions", response_model=list[SessionInfo])
@needs("access.self.read")
async def list_sessions(face: RestFace) -> Response:
    """One's own sessions, newest first."""
    return await face.glance(access.list_sessions)


@router.delete("/sessions/{session_id}", status_code=204)
@needs("access.self.update")
async def end_session(face: RestFace, session_id: PathId) -> Response:
    """End one of one's own sessions."""
    return await face.delete(lambda work, actor: access.end_session(work, actor, session_id))


def _with_cookie(face: RestFace, response: Response, opened: OpenSession) -> Response:
    set_session_cookie(response, face.access.ground.settings, opened.secret, opened.expires_at)
    return response
