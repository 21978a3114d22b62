"""Sealing secrets at rest: nobody without the key can read or change what is in the database.

Encrypt, then authenticate, from HMAC-SHA-256 alone: a keystream of HMAC(key, nonce, counter) over the text, and a tag over everything
including the owner, so that a sealed value can't be moved to another tenant or name. The first byte names the form, so that a later
one can stand beside it. Keys come from one master key, each for one use (HKDF's expand step).
Source: RFC 5869; Bellare and Namprempre, "Authenticated Encryption", 2000 (encrypt-then-MAC).
"""

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Final

from app.base.errors import Conflict, InternalError
from app.base.telemetry.logs import logger

KEY_BYTES: Final = 32
_FORM: Final = b"\x01"
_NONCE: Final = 24
_TAG: Final = 32


class SealBroken(InternalError):
    """A sealed value doesn't open: the key is another one, or the value was changed."""


class Sealer:
    """Seals and opens under one master key; without one it refuses."""

    def __init__(self, master_key: bytes | None) -> None:
        self._has_key = master_key is not None
        master_key = bytes(KEY_BYTES) if master_key is None else master_key
        if len(master_key) < KEY_BYTES:
            raise ValueError(f"the master key needs at least {KEY_BYTES} bytes")
        self._cipher_key = _mac(master_key, b"alloy secrets: cipher\x01")
        self._tag_key = _mac(master_key, b"alloy secrets: tag\x01")

    def seal(self, text: str, owner: str) -> bytes:
        """The text, unreadable; opens only for the same owner.

        Raises:
            Conflict: there is no key.
        """
        self._require_key()
        nonce = os.urandom(_NONCE)
        body = self._crossed(text.encode(), nonce)
        return _FORM + nonce + body + self._tag(nonce, body, owner)

    def open(self, sealed: bytes, owner: str) -> str:
        """The text that was sealed.

        Raises:
            SealBroken: wrong key, wrong owner, or changed.
            Conflict: there is no key.
        """
        self._require_key()
        nonce, body, tag = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE : -_TAG], sealed[-_TAG:]
        if sealed[:1] != _FORM or not hmac.compare_digest(tag, self._tag(nonce, body, owner)):
            raise SealBroken("a secret doesn't open under this key")
        return self._crossed(body, nonce).decode()

    def _require_key(self) -> None:
        if not self._has_key:
            raise Conflict("This installation has no key for secrets.", "An operator sets ALLOY_SECRETS_KEY and restarts Alloy.")

    def _tag(self, nonce: bytes, body: bytes, owner: str) -> bytes:
        name = owner.encode()
        return _mac(self._tag_key, _FORM + nonce + len(name).to_bytes(8, "big") + name + body)

    def _crossed(self, text: bytes, nonce: bytes) -> bytes:
        blocks = range((len(text) + _TAG - 1) // _TAG)
        stream = b"".join(_mac(self._cipher_key, nonce + number.to_bytes(8, "big")) for number in blocks)[: len(text)]
        return (int.from_bytes(text, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(text), "big")


def _mac(key: bytes, data: bytes) -> bytes:
    return hmac.new(key, data, hashlib.sha256).digest()


def master_key(configured: str, folder: Path | None) -> bytes | None:
    """The key of the settings; without one, the key file in a folder of ours, made at the first start; None if there is no folder."""
    if configured:
        return hashlib.sha256(configured.encode()).digest()
    if folder is None:
        return None
    path = folder / "secrets.key"
    folder.mkdir(parents=True, exist_ok=True)
    if path.exists():
        return bytes.fromhex(path.read_text("ascii"))
    draft = folder / f"secrets.key.{os.getpid()}"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(secrets.token_bytes(KEY_BYTES).hex())
        out.flush()
        os.fsync(out.fileno())
    try:
        # A link appears whole or not at all: of two processes that start at once one makes the key and both read it.
        os.link(draft, path)
    except FileExistsError:
        return bytes.fromhex(path.read_text("ascii"))
    finally:
        draft.unlink()
    logger().warning("A key for secrets was made. Back it up: without it no stored secret can be read.", path=str(path))
    return bytes.fromhex(path.read_text("ascii"))
