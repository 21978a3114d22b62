"""Scripts around the saves of a host application: one interface, in process or over HTTP, and the order in which to use it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from app.embed.decisions import Accepted, Change, Decision, Event, Failed, Rejected
from app.embed.entity import ScriptableEntity


class HookExecutor(Protocol):
    """Runs the scripts of one tenant."""

    async def before(self, change: Change) -> Decision:
        """What the scripts that run before a change decide about it. Writes nothing of the host's.

        Raises:
            HooksUnavailable: nobody decided.
        """

    async def after(self, change: Change, key: str | None = None) -> None:
        """Let the scripts that run after a change know that it was made; once for each key, however often it is said.

        Raises:
            HooksUnavailable: they may not know; say it again.
        """


@dataclass(frozen=True, slots=True)
class Made:
    """The change was made: `result` is what the host's own save gave."""

    result: Any
    warnings: tuple[str, ...] = ()


Outcome: TypeAlias = Made | Rejected | Failed


async def guarded(
    executor: HookExecutor,
    event: Event,
    entity: ScriptableEntity,
    save: Callable[[Any], Awaitable[Any]],
    *,
    before: ScriptableEntity | None = None,
) -> Outcome:
    """Make a change the guarded way: ask, let scripts change the entity, save it, tell. `save` is awaited only if the scripts agree.

    Raises:
        HooksUnavailable: nobody decided, and nothing was saved; or it was saved, and the scripts after it may not know.
        ChangeInvalid: scripts set what the entity doesn't take; nothing was saved.
    """
    earlier = before.to_fields() if before is not None else None
    fields = entity.to_fields()
    decision = await executor.before(Change(entity.entity_type, event, entity.entity_id, earlier, fields))
    if not isinstance(decision, Accepted):
        return decision
    result = await save(entity.with_changes(decision.changes))
    written = {name: value for name, value in {**fields, **decision.changes}.items() if value is not None}
    await executor.after(Change(entity.entity_type, event, entity.entity_id, earlier, written))
    return Made(result, decision.warnings)
