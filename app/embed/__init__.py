"""Alloy's scripts around the saves of a host application (Python).

    hooks = HttpHooks("https://alloy.example", token)          # or LocalHooks(access, entities, token) in one process
    outcome = await guarded(hooks, Event.UPDATE, scriptable(order), save, before=scriptable(order_before))

Entities are dataclasses, models of Pydantic or SQLModel, or anything with the members of `ScriptableEntity`. Their type is defined in the
tenant first, so that scripts can be checked against its fields; the entities themselves stay in the host's own database.
"""

from app.embed.decisions import Accepted, Change, ChangeInvalid, Decision, Event, Failed, HooksUnavailable, Rejected
from app.embed.entity import Adapted, ScriptableEntity, scriptable
from app.embed.executor import HookExecutor, Made, Outcome, guarded
from app.embed.in_process import LocalHooks
from app.embed.over_http import HttpHooks

__all__ = [
    "Accepted",
    "Adapted",
    "Change",
    "ChangeInvalid",
    "Decision",
    "Event",
    "Failed",
    "HookExecutor",
    "HooksUnavailable",
    "HttpHooks",
    "LocalHooks",
    "Made",
    "Outcome",
    "Rejected",
    "ScriptableEntity",
    "guarded",
    "scriptable",
]
