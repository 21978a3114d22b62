"""A bookshop with a database of its own, whose orders are guarded by Alloy's scripts.

The shop keeps its orders in SQLModel tables. Before it saves one it asks Alloy; the tenant's scripts may change the order, or refuse it.
After its own commit it tells Alloy, so that scripts can send mails, call other services, and so on.

Run it against an Alloy that serves (`make run`), with an API token of the tenant's:

    python docs/examples/bookshop.py http://localhost:8000 alloy_...
"""

import asyncio
import sys
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel, create_engine, select

from app.embed import Event, Failed, HookExecutor, HttpHooks, Made, Outcome, Rejected, guarded, scriptable

# How Alloy knows orders. Send it once, as the body of POST /api/v1/entity-types.
ENTITY_TYPE: dict[str, Any] = {
    "name": "book_order",
    "label": "Book order",
    "fields": [
        {"kind": "text", "name": "title", "required": True, "max_length": 200},
        {"kind": "integer", "name": "copies", "minimum": 1},
        {"kind": "decimal", "name": "total", "scale": 2},
        {"kind": "email", "name": "customer"},
        {"kind": "text", "name": "note"},
    ],
}

# A script for it: event trigger, entity type book_order, create and update, phase before.
SCRIPT = """
if !validate_email(entity.customer) { abort("We need an address to send the bill to"); }
if entity.copies > 100 { abort(`${entity.copies} copies are too many; call us`); }
if entity.copies >= 10 {
    entity.total = entity.total * 0.9;
    entity.note = "10 % off for 10 copies or more";
}
"""


class ShopTable(SQLModel, registry=registry()):
    """The shop's tables are its own: Alloy has SQLModel tables too."""


class BookOrder(ShopTable, table=True):
    """An order, as the shop keeps it."""

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    title: str
    copies: int
    total: float
    customer: str
    note: str | None = None


class Bookshop:
    """The shop."""

    def __init__(self, engine: Engine, hooks: HookExecutor) -> None:
        self._engine = engine
        self._hooks = hooks
        ShopTable.metadata.create_all(engine)

    async def place(self, order: BookOrder) -> Outcome:
        """Save a new order, if the scripts agree."""
        return await guarded(self._hooks, Event.CREATE, _entity(order), self._save)

    async def change_copies(self, number: str, copies: int) -> Outcome:
        """Change how many copies are wanted, if the scripts agree."""
        with Session(self._engine) as session:
            before = session.exec(select(BookOrder).where(BookOrder.number == number)).one()
        changed = BookOrder(**{**before.model_dump(), "copies": copies})
        return await guarded(self._hooks, Event.UPDATE, _entity(changed), self._save, before=_entity(before))

    def find(self, number: str) -> BookOrder | None:
        """An order by its number."""
        with Session(self._engine) as session:
            return session.exec(select(BookOrder).where(BookOrder.number == number)).one_or_none()

    async def _save(self, order: BookOrder) -> BookOrder:
        with Session(self._engine, expire_on_commit=False) as session:
            saved = session.merge(order)
            session.commit()
        return saved


def _entity(order: BookOrder) -> Any:
    """The order as scripts see it: without the row's own number."""
    fields = {"title": order.title, "copies": order.copies, "total": order.total, "customer": order.customer, "note": order.note}
    return _Order(order, {name: value for name, value in fields.items() if value is not None})


class _Order:
    """Most entities need no class like this one: `scriptable(order)` is enough. It shows how to keep some fields to oneself."""

    entity_type = "book_order"

    def __init__(self, order: BookOrder, fields: dict[str, Any]) -> None:
        self.entity_id = order.number
        self._order = order
        self._fields = fields

    def to_fields(self) -> dict[str, Any]:
        return self._fields

    def with_changes(self, changes: Any) -> BookOrder:
        return scriptable(self._order, entity_type=self.entity_type).with_changes(changes)


def told(outcome: Outcome) -> str:
    """An outcome in words."""
    match outcome:
        case Made(result=order):
            return f"Saved: {order.copies} x {order.title} for {order.total:.2f}. {order.note or ''}".strip()
        case Rejected(reason=reason):
            return f"Refused: {reason}."
        case Failed(error=error):
            return f"Not saved: {error}"


async def main(base_url: str, token: str) -> None:
    """Place two orders."""
    async with HttpHooks(base_url, token) as hooks:
        shop = Bookshop(create_engine("sqlite://"), hooks)
        for number, copies in (("1", 12), ("2", 500)):
            order = BookOrder(number=number, title="Wool", copies=copies, total=9.5 * copies, customer="ada@example.org")
            print(told(await shop.place(order)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
