"""Sign-in and sign-out. A wrong address and a wrong password look alike; what was typed stays, but for the password."""

from typing import assert_never

from fastapi import APIRouter
from starlette.responses import Response

from app import access
from app.access import Refused, SignedIn, Throttled, needs, public
from app.base.errors import Unauthenticated
from app.base.http.session_cookie import delete_session_cookie, set_session_cookie
from app.web.guards import PageVisit, Visit, go, local_path
from app.web.notices import notice
from app.web.people.contexts import SignIn

router = APIRouter(include_in_schema=False)

_LONGEST = 254
_REFUSED = "The e-mail address or the password is wrong."


@router.get("/sign-in")
@public("The way in shows nothing of a tenant.")
async def show_sign_in(visit: PageVisit) -> Response:
    """The form; those signed in already go on."""
    return_to = local_path(visit.request.query_params.get("return", "/"))
    if visit.secret and await _is_signed_in(visit):
        return go(return_to)
    return _form(visit, SignIn("", return_to, notice(visit.request.query_params.get("done")), None))


@router.post("/sign-in")
@public("The way in: a password is checked, attempts are counted.")
async def sign_in(visit: PageVisit) -> Response:
    """Open a session and go on to where the visitor wanted to go."""
    fields = await visit.unguarded_form()
    email, password = fields.get("email", ("",))[-1].strip(), fields.get("password", ("",))[-1]
    return_to = local_path(fields.get("return", ("/",))[-1])
    if not email or not password or len(email) > _LONGEST:
        return _form(visit, SignIn(email[:_LONGEST], return_to, None, "Type your e-mail address and your password."), 422)
    client = visit.request.client
    outcome = await visit.access.sign_in(
        email=email,
        password=password,
        address=client.host if client else "unknown",
        user_agent=visit.request.headers.get("user-agent", ""),
    )
    match outcome:
        case SignedIn(session=session):
            response = go(return_to)
            set_session_cookie(response, visit.access.ground.settings, session.secret, session.expires_at)
            return response
        case Refused():
            return _form(visit, SignIn(email, return_to, None, _REFUSED), 422)
        case Throttled(retry_after_seconds=seconds):
            minutes = max(1, round(seconds / 60))
            problem = f"Too many attempts failed. Try again in {minutes} minute{'' if minutes == 1 else 's'}, or ask an administrator."
            limited = _form(visit, SignIn(email, return_to, None, problem), 429)
            limited.headers["Retry-After"] = str(seconds)
            return limited
        case _:
            assert_never(outcome)


@router.post("/sign-out")
@needs("access.self.update")
async def sign_out(visit: PageVisit) -> Response:
    """End the session and forget its cookie."""
    await visit.posted()
    await visit.act(access.sign_out)
    response = go("/sign-in?done=signed-out")
    delete_session_cookie(response, visit.access.ground.settings)
    return response


def _form(visit: Visit, view: SignIn, status: int = 200) -> Response:
    return visit.alone("sign_in/page.html", "Sign in", view, status)


async def _is_signed_in(visit: Visit) -> bool:
    try:
        await visit.access.actor(visit.credentials)
    except Unauthenticated:
        return False
    return True
