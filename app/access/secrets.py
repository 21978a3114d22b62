"""Secrets of sessions and API tokens: how they look, and the digests that are kept instead of them.

They carry 256 random bits, so a plain SHA-256 is enough; slow hashing is for what people choose (see `passwords`).
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final
from uuid import UUID

_MARK: Final = "alloy"
_ID_CHARS: Final = 22


@dataclass(frozen=True, slots=True)
class TokenParts:
    """A bearer token taken apart."""

    token_id: UUID
    digest: str


def new_session_secret() -> str:
    """A secret for a session cookie."""
    return secrets.token_urlsafe(32)


def new_token(token_id: UUID) -> str:
    """A bearer token: a mark that secret scanners find, the id it is looked up by, and the secret."""
    return f"{token_prefix(token_id)}_{secrets.token_urlsafe(32)}"


def token_prefix(token_id: UUID) -> str:
    """The part of a token that may be shown."""
    return f"{_MARK}_{base64.urlsafe_b64encode(token_id.bytes).rstrip(b'=').decode('ascii')}"


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def is_same(digest: str, other: str) -> bool:
    """Whether two digests are equal, in constant time."""
    return hmac.compare_digest(digest, other)


def take_apart(token: str) -> TokenParts | None:
    """The id and digest of a bearer token, or None when it isn't of our making."""
    start = len(_MARK) + 1
    if not token.startswith(f"{_MARK}_") or len(token) <= start + _ID_CHARS + 1 or token[start + _ID_CHARS] != "_":
        return None
    try:
        raw = base64.b64decode(token[start : start + _ID_CHARS].encode("ascii") + b"==", altchars=b"-_", validate=True)
    except ValueError:
        return None
    return TokenParts(UUID(bytes=raw), digest_of(token))


def derive(secret: str, purpose: str) -> str:
    """A value that only a holder of the secret can make, bound to a purpose."""
    return hmac.new(secret.encode("utf-8", "surrogatepass"), purpose.encode(), hashlib.sha256).hexdigest()


def digest_like(value: str) -> str:
    """A value from outside in a form that can be compared: `compare_digest` takes ASCII only."""
    return value if value.isascii() else ""
