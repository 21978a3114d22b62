"""The phases in which a script can run. What a script may call and see depends on its phase."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Phase(StrEnum):
    """When a script runs, in the words of triggers, logs and pages."""

    BEFORE = "before"
    """Before an entity is saved; may change the entity or reject the save."""
    AFTER = "after"
    """After an entity was saved; the save stands whatever happens here."""
    ON_COMMIT = "on_commit"
    """After the transaction of a save was committed."""
    MANUAL = "manual"
    """A person or an assistant pressed Run."""
    SCHEDULED = "scheduled"
    """A clock struck."""
    API = "api"
    """The script's own HTTP endpoint was called."""


ALL_PHASES: Final = frozenset(Phase)

OUTWARD_PHASES: Final = ALL_PHASES - {Phase.BEFORE}
"""Where a script may reach outside itself: never while a save waits for it."""

ENTITY_PHASES: Final = frozenset({Phase.BEFORE, Phase.AFTER, Phase.ON_COMMIT, Phase.MANUAL})
"""Where a script is about one entity."""

SAVED_PHASES: Final = frozenset({Phase.AFTER, Phase.ON_COMMIT})
"""Where the entity was just saved."""
