"""Names of types: in addresses, and those that there are."""

import re
from typing import Final

from app import entities
from app.access import Actor
from app.base.db import Work
from app.base.errors import not_found
from app.base.paging import LARGEST_LIMIT, PageRequest

TYPE_NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}")
FIELD_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


def type_names(work: Work, actor: Actor) -> tuple[str, ...]:
    """The names of the tenant's types, as far as they may be seen."""
    if not actor.may("entities.type.list"):
        return ()
    return tuple(each.name for each in entities.list_types(work, actor, PageRequest(limit=LARGEST_LIMIT)).items)


def existing_type_name(text: str) -> str:
    """The name of a type from an address.

    Raises:
        NotFound: it can't be one.
    """
    if not TYPE_NAME.fullmatch(text):
        raise not_found("entity type", repr(text[:50]))
    return text
