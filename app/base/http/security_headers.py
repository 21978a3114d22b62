"""Headers that tell browsers to trust our pages with as little as possible.

A page's styles may carry the request's nonce (`request.state.csp_nonce`); scripts come from files of ours alone.
Source: https://developer.mozilla.org/docs/Web/HTTP/Guides/CSP, OWASP Secure Headers Project.
"""

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.base.ids import random_bytes

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_CLOSED_POLICY: Final = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
_ALWAYS: Final = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
]
_STORE_NOTHING: Final = (b"cache-control", b"no-store")
_HSTS: Final = (b"strict-transport-security", b"max-age=31536000")


def closed_headers(*, is_https: bool) -> list[tuple[bytes, bytes]]:
    """What an answer gets that is no page and says nothing about being stored."""
    return [_CLOSED_POLICY, *_ALWAYS, *([_HSTS] if is_https else []), _STORE_NOTHING]


class SecurityHeaders:
    """Adds the headers; HTML gets the page policy, all else one that forbids everything."""

    def __init__(self, app: ASGIApp, *, is_https: bool) -> None:
        self._app = app
        self._always = [*_ALWAYS, _HSTS] if is_https else _ALWAYS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a nonce, and the response back with headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = random_bytes(16).hex()
        scope.setdefault("state", {})["csp_nonce"] = nonce

        async def protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"] = list(message.get("headers", []))
                known = dict(headers)
                if known.get(b"content-type", b"").startswith(b"text/html"):
                    headers.append((b"content-security-policy", _POLICY.format(nonce=nonce).encode()))
                else:
                    headers.append(_CLOSED_POLICY)
                headers.extend(self._always)
                if b"cache-control" not in known:
                    headers.append(_STORE_NOTHING)
            await send(message)

        await self._app(scope, receive, protected)
