"""Ready scripts to start from (A22): what each is for, what starts it, what it needs, and a sample to try it with.

The sources are files beside this one; each compiles, and a dry run with its sample ends well, which a test makes sure of.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, Final

from app.access import Actor, require
from app.base.db import Work
from app.base.errors import NotFound, nearest
from app.scripts.policy import phase_of
from app.scripts.types import ApiTrigger, Authentication, CronTrigger, EntityEvent, EventTrigger, ManualTrigger, Phase, Trigger

Sample = Mapping[str, Any]

_ORDER: Final = {"customer": "text", "amount": "integer", "status": "text", "due": "date"}
_CUSTOMER: Final = {"name": "text", "email": "text", "phone": "text", "country": "text"}
_SAVED: Final = (EntityEvent.CREATE, EntityEvent.UPDATE)


@dataclass(frozen=True, slots=True)
class Template:
    """A ready script. `sample` are the variables of a trial run; `entity_types` are the fields it uses, with their kinds."""

    name: str
    title: str
    description: str
    trigger: Trigger
    phase: Phase
    source: str
    sample: Sample
    entity_types: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()


def list_templates(_work: Work, actor: Actor) -> tuple[Template, ...]:
    """Every template, by what starts it."""
    require(actor, "scripts.script.list")
    return TEMPLATES


def get_template(_work: Work, actor: Actor, name: str) -> Template:
    """A template.

    Raises:
        NotFound: there is none of that name; the hint has the nearest.
    """
    require(actor, "scripts.script.read")
    for template in TEMPLATES:
        if template.name == name:
            return template
    raise NotFound(f"There is no template {name!r}.", nearest(name, [template.name for template in TEMPLATES]))


def _template(name: str, title: str, description: str, trigger: Trigger, sample: Sample, **needs: Any) -> Template:
    source = (files(__package__) / "sources" / f"{name}.rhai").read_text("utf-8")
    return Template(name, title, description, trigger, phase_of(trigger), source, sample, **needs)


def _order(**fields: object) -> Sample:
    return {"type": "order", "id": "7", "fields": fields}


def _customer(**fields: object) -> Sample:
    return {"type": "customer", "id": "3", "fields": fields}


def _before(entity_type: str, *events: EntityEvent) -> EventTrigger:
    return EventTrigger(entity_type, events or _SAVED, Phase.BEFORE)


TEMPLATES: Final = (
    _template(
        "require-minimum",
        "Require a minimum",
        "Refuses a record whose amount is out of range, with a reason that the person who saves reads.",
        _before("order"),
        {"entity": _order(amount=250)},
        entity_types={"order": _ORDER},
    ),
    _template(
        "validate-contact",
        "Validate a contact",
        "Checks name, e-mail address and phone number, and names everything that is wrong at once.",
        _before("customer"),
        {"entity": _customer(name="Ada", email="ada@example.com", phone="030 1234567")},
        entity_types={"customer": _CUSTOMER},
    ),
    _template(
        "normalise-fields",
        "Bring fields into one form",
        "Trims names, lowers e-mail addresses and raises country codes before they are saved.",
        _before("customer"),
        {"entity": _customer(name="  Ada ", email="Ada@Example.COM", country="de")},
        entity_types={"customer": _CUSTOMER},
    ),
    _template(
        "fill-defaults",
        "Fill in defaults",
        "Gives a new record the values that were left out, the time among them.",
        _before("order", EntityEvent.CREATE),
        {"entity": _order(amount=250)},
        entity_types={"order": {**_ORDER, "currency": "text", "ordered_at": "datetime"}},
    ),
    _template(
        "compute-total",
        "Compute a total",
        "Adds up an order's lines and sets net, tax and total; refuses lines without a quantity.",
        _before("order"),
        {"entity": _order(lines=[{"name": "Chair", "quantity": 4, "price": 49.9}, {"name": "Table", "quantity": 1, "price": 199}])},
        entity_types={"order": {"lines": "list", "net": "decimal", "tax": "decimal", "total": "decimal"}},
    ),
    _template(
        "next-steps",
        "Know the next steps",
        "Accepts only the statuses there are, and notes those that a record can go on to.",
        _before("order"),
        {"entity": _order(status="paid")},
        entity_types={"order": {**_ORDER, "next_steps": "list"}},
    ),
    _template(
        "prevent-deletion",
        "Prevent deletion",
        "Keeps records in some status from being deleted.",
        _before("order", EntityEvent.DELETE),
        {"entity": _order(status="cancelled")},
        entity_types={"order": _ORDER},
    ),
    _template(
        "log-changes",
        "Log what changed",
        "Notes which fields a save changed, from what to what.",
        EventTrigger("order", _SAVED, Phase.AFTER),
        {"entity": _order(amount=300, status="paid"), "entity_before": _order(amount=250, status="new")},
        entity_types={"order": _ORDER},
    ),
    _template(
        "follow-up-task",
        "Create a follow-up task",
        "Saves a task for somebody when a large order comes in.",
        EventTrigger("order", (EntityEvent.CREATE,), Phase.AFTER),
        {"entity": _order(amount=12_000), "entity_before": None},
        entity_types={"order": _ORDER, "task": {"title": "text", "order_id": "text", "done": "boolean"}},
    ),
    _template(
        "notify-webhook",
        "Call a webhook",
        "Tells another system about a record once its save is certain; a delivery that fails is tried again.",
        EventTrigger("order", _SAVED, Phase.ON_COMMIT),
        {"entity": _order(amount=250, status="new"), "entity_before": None},
        entity_types={"order": _ORDER},
        hosts=("hooks.example.com",),
    ),
    _template(
        "call-partner",
        "Send a record to a partner",
        "Puts a record into another system's interface, with a secret as token; a failure is logged and changes nothing.",
        EventTrigger("customer", _SAVED, Phase.ON_COMMIT),
        {"entity": _customer(name="Ada", email="ada@example.com"), "entity_before": None},
        entity_types={"customer": _CUSTOMER},
        secrets=("partner_token",),
        hosts=("api.example.com",),
    ),
    _template(
        "daily-report",
        "Send a daily report",
        "Counts open orders every working morning and sends the figures to a chat.",
        CronTrigger("0 8 * * mon-fri"),
        {},
        entity_types={"order": _ORDER},
        hosts=("chat.example.com",),
    ),
    _template(
        "remind-overdue",
        "Mark what is overdue",
        "Marks shipped orders that were due before today, every night.",
        CronTrigger("30 1 * * *"),
        {},
        entity_types={"order": _ORDER},
    ),
    _template(
        "receive-order",
        "Receive an order",
        "Takes an order from another system over HTTP, signed with a secret, and answers with its id or with what is wrong.",
        ApiTrigger("orders", "POST", Authentication.HMAC, "orders_signing_key"),
        {"request": {"method": "POST", "path": "orders", "query": {}, "headers": {}, "body": {"customer": "Ada", "amount": 250}}},
        entity_types={"order": _ORDER},
        secrets=("orders_signing_key",),
    ),
    _template(
        "status-page",
        "Answer with figures",
        "Answers how many orders are open, for a dashboard with an API token.",
        ApiTrigger("status", "GET"),
        {"request": {"method": "GET", "path": "status", "query": {}, "headers": {}, "body": None}},
        entity_types={"order": _ORDER},
    ),
    _template(
        "archive-old",
        "Close old records",
        "Goes through all shipped orders page by page and closes them, or only counts them first.",
        ManualTrigger(),
        {"params": {"dry": True}},
        entity_types={"order": _ORDER},
    ),
    _template(
        "inspect-record",
        "Inspect a record",
        "Shows the fields of the record it is run on, and what each holds.",
        ManualTrigger(),
        {"entity": _order(amount=250, status="new"), "params": {}},
        entity_types={"order": _ORDER},
    ),
)
"""All of them."""
