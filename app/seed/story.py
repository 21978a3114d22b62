"""The demo tenant's story: orders and customers, scripts over every trigger and phase, and some days that really happened.

Everything goes the way a person's work goes: scripts are checked and activated, records are saved through hooks, messages are delivered.
All of it in a sandbox, under a clock that begins some days ago: the history that is left behind is real, and replays.
"""

import asyncio
import random
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib.resources import files
from typing import Any, Final
from uuid import UUID

from app.access import Access, Actor, ActorKind, BuiltinRole
from app.access.setup import ensure_tenant, find_user
from app.base.clock import FrozenClock
from app.base.db import Work
from app.base.errors import NotFound
from app.base.ground import build_ground
from app.entities import FieldKind, FieldSpec, SaveRecord, TypeSettings, create_type, known_type
from app.entities.types import Saved
from app.hooks import EndpointCall, Failed
from app.runs import RunActor, RunRequest, RunTrigger, Subject, set_secret
from app.sandbox.pool import Pool
from app.sandbox.settings import PoolSettings
from app.scripts import (
    TEMPLATES,
    ApiTrigger,
    EntityEvent,
    EventTrigger,
    FailurePolicy,
    NewScript,
    Phase,
    Script,
    ScriptSettings,
    Trigger,
    by_name,
)
from app.services import Services, build_services

ORDERS_A_DAY: Final = 8
_TRIES: Final = 5
_TYPES: Final[dict[str, tuple[FieldSpec, ...]]] = {
    "customer": (
        FieldSpec("name", FieldKind.TEXT, required=True, max_length=100),
        FieldSpec("email", FieldKind.TEXT, unique=True),
        FieldSpec("phone", FieldKind.TEXT),
        FieldSpec("country", FieldKind.TEXT),
    ),
    "order": (
        FieldSpec("customer", FieldKind.TEXT, required=True),
        FieldSpec("amount", FieldKind.INTEGER, required=True, minimum=0),
        FieldSpec("status", FieldKind.CHOICE, choices=("new", "paid", "shipped", "overdue", "closed", "cancelled")),
        FieldSpec("currency", FieldKind.TEXT),
        FieldSpec("ordered_at", FieldKind.DATETIME),
        FieldSpec("due", FieldKind.DATE),
    ),
    "task": (
        FieldSpec("title", FieldKind.TEXT, required=True),
        FieldSpec("order_id", FieldKind.TEXT),
        FieldSpec("done", FieldKind.BOOLEAN),
    ),
}
_FROM_TEMPLATES: Final = (
    "normalise-fields", "validate-contact", "fill-defaults", "require-minimum", "log-changes", "follow-up-task", "call-partner",
    "remind-overdue", "status-page", "archive-old",
)  # fmt: skip
_OWN: Final[dict[str, tuple[str, Trigger, int]]] = {
    "screen-orders": ("Refuses orders that look like a mistake.", EventTrigger("order", (EntityEvent.CREATE,), Phase.BEFORE), 10),
    "welcome-customer": ("Somebody calls every new customer.", EventTrigger("customer", (EntityEvent.CREATE,), Phase.ON_COMMIT), 100),
    "sync-warehouse": ("Counts boxes; broken, as its errors show.", EventTrigger("order", (EntityEvent.UPDATE,), Phase.AFTER), 100),
}
_NEW_CUSTOMERS: Final = (
    (("Ada Lovelace ", "Ada@Example.com", "gb"), ("Konrad Zuse", "konrad@example.com", "de")),
    (("Grace Hopper", "grace@", "us"), ("Grace Hopper", "grace@example.com", "us")),
    (("Mary Jackson", " mary@example.com", "us"),),
    (("Emmy Noether", "emmy@example.com", "de"),),
    (("Annie Easley", "annie@example.com ", "us"), ("Alan Turing", "alan@example.com", "gb")),
)
"""Who signs up on which day; one of them mistypes an address first."""
DAYS: Final = len(_NEW_CUSTOMERS)


@dataclass(frozen=True, slots=True)
class Told:
    """What the story left behind."""

    scripts: int
    records: int
    refused: int


def tell_story(access: Access, pool_settings: PoolSettings | None = None) -> Told | None:
    """Let the demo tenant's days happen, once; None if they have. The tenant and its people are there already.

    Raises:
        SandboxUnavailable: scripts can't run on this machine as the settings ask.
    """
    settings = access.ground.settings
    if is_told(access):
        return None
    return asyncio.run(_happen(access, pool_settings or PoolSettings(mode=settings.sandbox, slots=2, spares=1, max_children=6)))


def is_told(access: Access) -> bool:
    """Whether the demo tenant's days have happened."""
    return access.ground.database.read_now(_is_told)


def _is_told(work: Work) -> bool:
    tenant_id = _tenant_id(work)
    try:
        known_type(work, tenant_id, "order")
    except NotFound:
        return False
    return True


def _tenant_id(work: Work) -> UUID:
    return ensure_tenant(work, name="Demo", slug="demo").id


async def _happen(access: Access, pool_settings: PoolSettings) -> Told:
    clock = FrozenClock(access.ground.clock.now() - timedelta(days=DAYS))
    ground = build_ground(access.ground.settings, clock)
    try:
        services = build_services(ground, access.registry)
        async with Pool(pool_settings) as pool:
            services.runner.pool = pool
            try:
                return await _Story(access, services, clock).tell()
            finally:
                await services.runner.settled()
                await services.runner.egress.aclose()
    finally:
        ground.close()


class _Story:
    """The days, one after the other."""

    def __init__(self, access: Access, services: Services, clock: FrozenClock) -> None:
        self._access = access
        self._services = services
        self._clock = clock
        self._random = random.Random(20261121)  # noqa: S311  # for a story that is the same each time, not for secrets
        self._records = self._refused = 0
        self._customers: list[str] = []

    async def tell(self) -> Told:
        """Everything."""
        ann, adam, olga = [await self._person(role) for role in (BuiltinRole.AUTHOR, BuiltinRole.ADMIN, BuiltinRole.OWNER)]
        for name, specs in _TYPES.items():
            await self._define(adam, name, specs)
        sealer = self._services.runner.sealer
        await self._write(lambda work: set_secret(work, adam, sealer, "partner_token", "a token that opens nothing"))
        scripts = [await self._script(adam if new.settings.allowed_secrets else ann, new) for new in _scripts()]
        for newcomers in _NEW_CUSTOMERS:
            for newcomer in newcomers:
                await self._sign_up(olga, *newcomer)
            await self._day(olga)
        return Told(len(scripts), self._records, self._refused)

    async def _sign_up(self, actor: Actor, name: str, email: str, country: str) -> None:
        self._clock.advance(timedelta(minutes=self._random.randint(2, 20)))
        saved = await self._save(actor, "customer", {"name": name, "email": email, "country": country})
        if saved is not None:
            self._customers.append(name.strip())

    async def _day(self, actor: Actor) -> None:
        orders: list[Saved] = []
        for _ in range(ORDERS_A_DAY):
            self._clock.advance(timedelta(minutes=self._random.randint(5, 55)))
            amount = self._random.choice([40, 120, 250, 990, 4_500, 12_000, 24_000, 75_000])
            saved = await self._save(actor, "order", {"customer": self._random.choice(self._customers), "amount": amount})
            orders += [saved] if saved is not None else []
        for order in orders[:2]:
            self._clock.advance(timedelta(minutes=self._random.randint(5, 55)))
            await self._save(actor, "order", {**order.record.data, "status": "paid"}, order.record.id)
        await self._start(actor, "remind-overdue", RunTrigger.CRON, RunActor(UUID(int=0), "nightly", "scheduler"), {})
        await self._start(actor, "archive-old", RunTrigger.MANUAL, RunActor(actor.user_id, actor.name, "human"), {"params": {"dry": True}})
        call = EndpointCall("demo", "GET", "status", (), {"accept": "application/json"}, b"", actor)
        await self._services.endpoints.call(call)
        self._clock.advance(timedelta(hours=14))

    async def _person(self, role: BuiltinRole) -> Actor:
        email = {BuiltinRole.AUTHOR: "ann", BuiltinRole.ADMIN: "adam", BuiltinRole.OWNER: "olga"}[role] + "@demo.example"
        tenant_id = await self._write(_tenant_id)
        user = await self._write(lambda work: find_user(work, email))
        if user is None:
            raise NotFound(f"There is no account {email}.", "Set up the demo tenant's people first.")
        permissions = self._access.registry.of_role(role)
        return Actor(user.id, tenant_id, user.display_name, ActorKind.HUMAN, role, permissions, email=email)

    async def _define(self, actor: Actor, name: str, specs: tuple[FieldSpec, ...]) -> None:
        await self._write(lambda work: create_type(work, actor, name, TypeSettings(name.capitalize(), specs)))

    async def _script(self, actor: Actor, new: NewScript) -> UUID:
        async def read(verb: Any) -> Any:
            return await self._services.ground.database.read(lambda work: verb(work, actor))

        verb = await self._services.scripts.creating(read, new)
        self._clock.advance(timedelta(minutes=2))
        made: Script = await self._write(lambda work: verb(work, actor))
        return made.id

    async def _save(self, actor: Actor, entity_type: str, data: dict[str, Any], record_id: UUID | None = None) -> Saved | None:
        # On a machine that stalls, a script's time may run out before it agrees. Nobody of the story is at fault, so they save again.
        for _ in range(_TRIES):
            outcome = await self._services.entities.save(actor, SaveRecord(entity_type, data, record_id))
            if not isinstance(outcome, Failed):
                break
        while await self._services.transport.deliver_due():
            pass
        if isinstance(outcome, Saved):
            self._records += record_id is None
            return outcome
        self._refused += 1
        return None

    async def _start(self, actor: Actor, name: str, trigger: RunTrigger, by: RunActor, inputs: dict[str, Any]) -> None:
        script = await self._services.ground.database.read(lambda work: by_name(work, actor.tenant_id, name))
        if script is not None:
            await self._services.runner.execute(RunRequest(actor.tenant_id, Subject.of(script), script.phase, trigger, by, inputs))

    async def _write(self, verb: Any) -> Any:
        return await self._services.ground.database.write(verb)


def _scripts() -> list[NewScript]:
    """The scripts of the story, all of them active from the start."""
    made = [_from_template(name) for name in _FROM_TEMPLATES]
    for name, (description, trigger, priority) in _OWN.items():
        source = (files(__package__) / "sources" / f"{name}.rhai").read_text("utf-8")
        made.append(NewScript(ScriptSettings(name, description, trigger, priority), source, "For the demo.", activate=True))
    return made


def _from_template(name: str) -> NewScript:
    template = next(each for each in TEMPLATES if each.name == name)
    trigger = template.trigger
    if isinstance(trigger, ApiTrigger):
        trigger = replace(trigger, path="status")
    settings = ScriptSettings(name, template.description, trigger, 50, FailurePolicy.CLOSED, allowed_secrets=template.secrets)
    return NewScript(settings, template.source, "From the template.", activate=True)
