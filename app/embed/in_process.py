"""The hook executor for host applications that run in one process with Alloy, over the same database."""

from app.access import Access, Actor, Credentials
from app.base.errors import AlloyError
from app.embed.decisions import Accepted, Change, Decision, Failed, HooksUnavailable, Rejected
from app.entities import Entities
from app.hooks import types as hooks
from app.scripts.types import EntityEvent


class LocalHooks:
    """A `HookExecutor` over the running domains, acting as whoever the API token belongs to."""

    def __init__(self, access: Access, entities: Entities, token: str) -> None:
        self._access = access
        self._entities = entities
        self._credentials = Credentials(bearer=token)

    async def before(self, change: Change) -> Decision:
        """What the scripts that run before a change decide about it.

        Raises:
            HooksUnavailable: the token doesn't hold, or there is no such entity type.
        """
        try:
            decision = await self._entities.before_hosted(await self._actor(), _change(change))
        except AlloyError as error:
            raise HooksUnavailable(error.sentence) from error
        match decision:
            case hooks.Accepted():
                if decision.recorded is not None:
                    await decision.recorded
                return Accepted(decision.changes, decision.warnings)
            case hooks.Rejected():
                return Rejected(decision.reason, decision.script, str(decision.run_id))
            case hooks.Failed():
                return Failed(decision.script, decision.error, str(decision.run_id) if decision.run_id else None, decision.is_busy)

    async def after(self, change: Change, key: str | None = None) -> None:
        """Let the scripts that run after a change know that it was made, once it is durable that they will.

        Raises:
            HooksUnavailable: the token doesn't hold, or there is no such entity type.
        """
        try:
            await self._entities.after_hosted(await self._actor(), _change(change), key)
        except AlloyError as error:
            raise HooksUnavailable(error.sentence) from error

    async def _actor(self) -> Actor:
        return await self._access.actor(self._credentials)


def _change(change: Change) -> hooks.Change:
    return hooks.Change(change.entity_type, EntityEvent(change.event.value), change.id, change.before, change.after)
