"""What a script is given, by its phase; the sandbox makes variables of it. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from app.runs.types import Document
from app.scripts import Phase

DRY_KEY: Final = "dry-run"
"""The idempotency key of what is only tried."""
_EMPTY_REQUEST: Final[Mapping[str, Any]] = {"method": "GET", "path": "", "query": {}, "headers": {}, "body": None}


def inputs_of(
    phase: Phase,
    *,
    entity: Document | None = None,
    before: Document | None = None,
    key: str = DRY_KEY,
    params: Document | None = None,
    request: Document | None = None,
) -> Document:
    """What a script of the phase gets of all this: a record in any phase, if there is one; what isn't said of a request is empty."""
    inputs: Document = {} if entity is None else {"entity": entity}
    if phase in (Phase.AFTER, Phase.ON_COMMIT):
        inputs |= {"entity_before": before, "idempotency_key": key}
    elif phase is Phase.MANUAL:
        inputs["params"] = params or {}
    elif phase is Phase.API:
        inputs["request"] = {**_EMPTY_REQUEST, **(request or {})}
    return inputs
