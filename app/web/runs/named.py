"""What the ids in filters of runs stand for, as far as the viewer may see it."""

from collections.abc import Mapping
from uuid import UUID

from app import access, scripts
from app.access import Actor
from app.base.db import Work
from app.base.errors import NotFound
from app.base.paging import LARGEST_LIMIT, PageRequest
from app.runs import RunFilter


def script_name(work: Work, actor: Actor, script_id: UUID | None) -> str | None:
    """What a script is called; None if there is none that the viewer may see."""
    if script_id is None or not actor.may("scripts.script.read"):
        return None
    try:
        return scripts.get_script(work, actor, script_id).name
    except NotFound:
        return None


def actor_names(work: Work, actor: Actor) -> Mapping[UUID, str]:
    """The people whose runs may be asked for, by their ids."""
    if not actor.may("access.member.list"):
        return {}
    return {each.user_id: each.display_name for each in access.list_members(work, actor, PageRequest(limit=LARGEST_LIMIT)).items}


def named(work: Work, actor: Actor, wanted: RunFilter) -> dict[str, str]:
    """The names of the script and of the person that runs are narrowed to, by the filter; without those that nobody can tell."""
    found = {
        "script_id": script_name(work, actor, wanted.script_id),
        "actor_id": actor_names(work, actor).get(wanted.actor_id) if wanted.actor_id else None,
    }
    return {name: text for name, text in found.items() if text}
