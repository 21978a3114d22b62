"""The session cookie, alike for REST and pages: HttpOnly, SameSite, and locked to the host when it may travel over HTTPS only."""

from datetime import datetime

from starlette.responses import Response

from app.base.settings import Settings


def session_cookie_name(settings: Settings) -> str:
    """What the cookie is called."""
    return "__Host-alloy_session" if settings.cookie_secure else "alloy_session"


def set_session_cookie(response: Response, settings: Settings, secret: str, expires_at: datetime) -> None:
    """Hand a session's secret to the browser."""
    response.set_cookie(
        session_cookie_name(settings), secret, expires=expires_at, path="/", secure=settings.cookie_secure, httponly=True, samesite="lax"
    )


def delete_session_cookie(response: Response, settings: Settings) -> None:
    """Let the browser forget its session."""
    response.delete_cookie(session_cookie_name(settings), path="/", secure=settings.cookie_secure, httponly=True, samesite="lax")
