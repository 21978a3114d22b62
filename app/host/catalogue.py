"""The table itself: every helper and every variable of the host."""

from __future__ import annotations

from typing import Final

from app.host.functions import clock, decisions, entities, http, logs, presence, records, secrets, texts, validation
from app.host.phases import ENTITY_PHASES, SAVED_PHASES, Phase
from app.host.table import HostTable, HostVariable

VARIABLES: Final = (
    HostVariable("entity", "entity", "The entity being saved, or the one the script was run on; fields read and write.", ENTITY_PHASES),
    HostVariable("entity_before", "entity", "The entity as it was before the save, read-only; `()` for a new one.", SAVED_PHASES),
    HostVariable(
        "request",
        "map",
        "The HTTP request: `method`, `path`, `query`, `headers`, `body`.",
        frozenset({Phase.API}),
    ),
    HostVariable("params", "map", "The parameters given to Run.", frozenset({Phase.MANUAL})),
)

HOST_TABLE: Final = HostTable(
    (
        *logs.HELPERS,
        *decisions.HELPERS,
        *validation.HELPERS,
        *texts.HELPERS,
        *presence.HELPERS,
        *clock.HELPERS,
        *http.HELPERS,
        *records.HELPERS,
        *secrets.HELPERS,
        *entities.HELPERS,
    ),
    VARIABLES,
)
