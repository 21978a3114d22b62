"""What every face holds of the access domain: it turns credentials and a verb into one authenticated transaction, and opens sessions."""

from collections.abc import Callable, Mapping
from typing import TypeVar
from uuid import UUID

from app.access import policy
from app.access.authenticate import Authenticator
from app.access.passwords import PasswordHash, Passwords
from app.access.permissions import Permission, PermissionRegistry
from app.access.service import kept_forms, sessions
from app.access.types import Actor, Credentials, OpenSession, Refused, SignInOutcome, Throttled
from app.base.db import Work
from app.base.errors import Denied
from app.base.ground import Ground

T = TypeVar("T")
Verb = Callable[[Work, Actor], T]


class Access:
    """The way in: authenticated units of work, sign-in, and passwords."""

    def __init__(self, ground: Ground, declared: tuple[Permission, ...]) -> None:
        self.ground = ground
        self.registry = PermissionRegistry(declared)
        self.passwords = Passwords(ground.settings)
        self._authenticator = Authenticator(self.registry, ground.settings, ground.clock)

    def authenticate(self, work: Work, credentials: Credentials) -> Actor:
        """The actor that the credentials prove, within a unit of work that the caller opened.

        Raises:
            Unauthenticated: they prove nobody.
        """
        return self._authenticator.actor(work, credentials)

    async def read(self, credentials: Credentials, verb: Verb[T]) -> T:
        """What the verb finds, for the sender of the credentials.

        Raises:
            Unauthenticated: they prove nobody.
        """
        result = await self.ground.database.read(lambda work: verb(work, self._authenticator.actor(work, credentials)))
        await self._touch(credentials)
        return result

    async def glance(self, credentials: Credentials, verb: Verb[T]) -> T:
        """`read` for verbs that fetch at most a page of rows by an index; see `Database.glance`.

        Raises:
            Unauthenticated: the credentials prove nobody.
        """
        result = await self.ground.database.glance(lambda work: verb(work, self._authenticator.actor(work, credentials)))
        await self._touch(credentials)
        return result

    async def write(self, credentials: Credentials, verb: Verb[T]) -> T:
        """What the verb returns, after its changes are durable.

        Raises:
            Unauthenticated: the credentials prove nobody.
        """

        def run(work: Work) -> T:
            actor = self._authenticator.actor(work, credentials)
            if self._authenticator.is_due_for_touch(credentials):
                self._authenticator.touch(work, credentials)
            return verb(work, actor)

        return await self.ground.database.write(run)

    async def actor(self, credentials: Credentials) -> Actor:
        """Who sends the credentials, for long-lived connections that act later.

        Raises:
            Unauthenticated: nobody.
        """
        return await self.glance(credentials, lambda work, actor: actor)

    async def hash_password(self, password: str) -> PasswordHash:
        """A password in the form that verbs take.

        Raises:
            Invalid: it is too easy or too long.
        """
        policy.check_password(password)
        return await self.passwords.hash(password)

    async def sign_in(self, *, email: str, password: str, address: str, user_agent: str) -> SignInOutcome:
        """Open a session when the password fits; count a failure when it doesn't."""
        database, settings = self.ground.database, self.ground.settings
        attempt = await database.write(lambda work: sessions.begin_attempt(work, settings, email, address))
        outcome: SignInOutcome
        if isinstance(attempt, Throttled):
            outcome = attempt
        elif await self.passwords.is_right(attempt.password_hash, password):
            outcome = await database.write(lambda work: sessions.open_session(work, settings, attempt, user_agent))
        else:
            outcome = Refused()
        self.ground.metrics.sign_ins.labels(type(outcome).__name__.lower()).inc()
        return outcome

    async def keep_form(self, credentials: Credentials, path: str, fields: Mapping[str, tuple[str, ...]]) -> UUID | None:
        """Keep what was typed into a form for the holder of a session that ran out; the id to find it by after sign-in, if it was kept.

        The caller has checked that the form came from that session, and left out passwords.
        """
        secret = credentials.session
        if not secret:
            return None
        return await self.ground.database.write(lambda work: kept_forms.keep_form(work, secret, path, fields))

    async def change_password(self, credentials: Credentials, *, current: str, new: str) -> OpenSession:
        """Change the actor's own password; their other sessions end and this one gets a new secret.

        Raises:
            Denied: the current password is wrong, or the actor uses an API token.
            Invalid: the new one is too easy.
        """

        def known_hash(work: Work, actor: Actor) -> str:
            if actor.session_id is None:
                raise Denied("A password can't be changed with an API token.", "Sign in with the password first.")
            return sessions.own_password_hash(work, actor)

        known = await self.read(credentials, known_hash)
        if not await self.passwords.is_right(known, current):
            raise Denied("The current password is wrong.", "Type the password you signed in with.", field="current_password")
        hashed = await self.hash_password(new)
        settings = self.ground.settings
        return await self.write(credentials, lambda work, actor: sessions.change_password(work, actor, settings, known, hashed))

    async def _touch(self, credentials: Credentials) -> None:
        if self._authenticator.is_due_for_touch(credentials):
            await self.ground.database.write(lambda work: self._authenticator.touch(work, credentials))
