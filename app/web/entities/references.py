"""What a reference to records of another type offers to choose from."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app import entities
from app.access import Actor
from app.base.db import Work
from app.base.errors import NotFound
from app.entities import EntityType, FieldKind, Query
from app.web.entities.inputs import References, leaves
from app.web.entities.shown import choice_of

MOST_CHOICES: Final = 100


@dataclass(frozen=True, slots=True)
class Offer:
    """Which records to offer: of a type, those with some words, and the one that is chosen whatever happens."""

    entity_type: str
    chosen: str = ""
    text: str = ""


def offered(work: Work, actor: Actor, offer: Offer) -> References:
    """Records to choose from, newest first; none for those who may not list them."""
    if not (actor.may("entities.record.list") and actor.may("entities.type.read")):
        return References(offer.entity_type, (), is_partial=True)
    target = entities.get_type(work, actor, offer.entity_type)
    query = Query(order_by=None if offer.text else "-id", text=offer.text or None, limit=MOST_CHOICES)
    page = entities.find_records(work, actor, offer.entity_type, query)
    choices = tuple(choice_of(target, record) for record in page.items)
    chosen = _chosen(work, actor, target, offer.chosen)
    if chosen is not None and chosen not in choices:
        choices = (chosen, *choices)
    return References(offer.entity_type, choices, is_partial=page.next_cursor is not None or bool(offer.text))


def of_fields(work: Work, actor: Actor, found: EntityType, texts: dict[str, str]) -> dict[str, References]:
    """What each reference of a type offers, by path; `texts` say what is chosen."""
    return {
        path: offered(work, actor, Offer(spec.references, texts.get(path, "").strip()))
        for path, spec in leaves(found.fields)
        if spec.kind is FieldKind.REFERENCE and spec.references
    }


def _chosen(work: Work, actor: Actor, target: EntityType, chosen: str) -> tuple[str, str] | None:
    try:
        return choice_of(target, entities.get_record(work, actor, target.name, UUID(chosen))) if chosen else None
    except (ValueError, NotFound):
        return chosen, f"{chosen[:40]} (no such record)"
