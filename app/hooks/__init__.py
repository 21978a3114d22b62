"""Hooks: scripts around the save of a record.

`Hooks.before(actor, change)` runs first and decides.
`Hooks.publish_after(work, actor, change)` is called in the transaction that writes the record.
`Endpoints` answers HTTP calls that scripts of the tenant stand behind; `Letters` are messages that were given up on.
"""

from app.hooks.endpoints import EndpointAnswer, EndpointCall, Endpoints
from app.hooks.letters import Letters
from app.hooks.permissions import PERMISSIONS
from app.hooks.service import DEEPEST_CHAIN, Hooks
from app.hooks.types import Accepted, Change, Decision, Failed, Rejected

__all__ = [
    "DEEPEST_CHAIN",
    "PERMISSIONS",
    "Accepted",
    "Change",
    "Decision",
    "EndpointAnswer",
    "EndpointCall",
    "Endpoints",
    "Failed",
    "Hooks",
    "Letters",
    "Rejected",
]
