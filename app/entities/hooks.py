"""What saving and deleting needs of the hooks; `app.hooks` has it."""

from typing import Protocol

from app.access import Actor
from app.base.db import Work
from app.hooks.types import Accepted, Change, Decision, Found
from app.runs.types import TenantLimits


class SaveHooks(Protocol):
    """Scripts around a change."""

    def look(self, work: Work, actor: Actor, change: Change) -> Found:
        """What runs before a change."""

    async def before(self, actor: Actor, change: Change, found: Found | None = None) -> Decision:
        """What the scripts that run before a change decide about it; `found` if that was looked up already."""

    def publish_after(self, work: Work, actor: Actor, change: Change) -> object:
        """Let the scripts that run after a change know of it, in the transaction that makes it."""


class NoHooks:
    """No scripts at all."""

    def look(self, work: Work, actor: Actor, change: Change) -> Found:
        """Nothing."""
        return Found((), TenantLimits())

    async def before(self, actor: Actor, change: Change, found: Found | None = None) -> Decision:
        """Accepted as it is."""
        return Accepted(change.after, {})

    def publish_after(self, work: Work, actor: Actor, change: Change) -> object:
        """Nobody to tell."""
