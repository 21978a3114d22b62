"""Passwords: argon2id hashes, made and checked in threads because they take tens of milliseconds on purpose.

Source: RFC 9106; OWASP Password Storage Cheat Sheet.
"""

import asyncio
import secrets
from base64 import b64encode
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION

from app.base.settings import Settings

_AT_A_TIME = 2


@dataclass(frozen=True, slots=True)
class PasswordHash:
    """A password that passed the rules, hashed; the only form in which verbs take one."""

    value: str


class Passwords:
    """Hashes and checks, a few at a time: each takes much memory."""

    def __init__(self, settings: Settings) -> None:
        self._hasher = PasswordHasher(time_cost=settings.password_passes, memory_cost=settings.password_memory_kib, parallelism=1)
        self._turns = asyncio.Semaphore(_AT_A_TIME)
        self._nobody = hash_of_nothing(self._hasher)

    def hash_now(self, password: str) -> PasswordHash:
        """Hash in this thread; for commands and tests."""
        return PasswordHash(self._hasher.hash(password))

    async def hash(self, password: str) -> PasswordHash:
        """Hash a password that the caller has checked against the rules."""
        async with self._turns:
            return await asyncio.to_thread(self.hash_now, password)

    async def is_right(self, known: str | None, password: str) -> bool:
        """Whether the password fits the hash; as slow, and always False, when there is no hash."""
        async with self._turns:
            fits = await asyncio.to_thread(self._fits, known or self._nobody, password)
        return fits and known is not None

    def _fits(self, known: str, password: str) -> bool:
        try:
            return self._hasher.verify(known, password.encode("utf-8", "surrogatepass"))
        except (VerificationError, InvalidHashError):
            return False


def hash_of_nothing(hasher: PasswordHasher) -> str:
    """A hash at this hasher's cost that no known password has, and that itself costs nothing to make.

    Unknown accounts are checked against it, so an answer for them takes as long as for known ones.
    """
    salt, digest = (b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (hasher.salt_len, hasher.hash_len))
    return f"$argon2id$v={ARGON2_VERSION}$m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}${salt}${digest}"
