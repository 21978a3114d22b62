"""Changes of entities that live in a host application: it keeps them, and asks for the scripts around them."""

import msgspec

from app.access import Actor, require
from app.base.db import Work
from app.base.errors import Invalid
from app.entities.memory import known_type
from app.entities.service.rows import LARGEST_RECORD
from app.hooks.types import Change

_encode = msgspec.json.Encoder().encode


def check_hosted(work: Work, actor: Actor, change: Change) -> None:
    """Refuse a change that scripts aren't asked about. The fields are the host's own affair, but for their size.

    Raises:
        Denied: the actor may not run hooks.
        NotFound: no such type in this tenant.
        Invalid: the fields are too large, or hold what is no character.
    """
    require(actor, "entities.hook.run")
    known_type(work, actor.tenant_id, change.entity_type)
    for name, fields in (("before", change.before), ("after", change.after)):
        try:
            size = len(_encode(fields))
        except UnicodeEncodeError:
            raise Invalid(
                "The fields hold half of a surrogate pair, which is no character.", "Send whole characters.", field=name
            ) from None
        if size > LARGEST_RECORD:
            raise Invalid(f"The fields have {size} bytes.", f"Send at most {LARGEST_RECORD}.", field=name)
