"""A type with every kind of field, as its form sends it, and records of it."""

from tests.web.visitor import Visitor

MARKUP = "<img src=x onerror=alert(1)>{{ 7 * 7 }}</textarea><script>alert(1)</script>"

PRODUCT = {
    "label": "Product", "name": "product", "description": "What is sold.", "attached_to": "", "on_parent_delete": "restrict", "do": "save",
    "fields.0.name": "title", "fields.0.kind": "text", "fields.0.required": "on", "fields.0.max_length": "80",
    "fields.1.name": "stock", "fields.1.kind": "integer", "fields.1.minimum": "0", "fields.1.maximum": "1000", "fields.1.default": "5",
    "fields.2.name": "price", "fields.2.kind": "decimal", "fields.2.scale": "2",
    "fields.3.name": "sold", "fields.3.kind": "boolean", "fields.3.required": "on",
    "fields.4.name": "checked", "fields.4.kind": "boolean",
    "fields.5.name": "since", "fields.5.kind": "date",
    "fields.6.name": "seen_at", "fields.6.kind": "datetime",
    "fields.7.name": "colour", "fields.7.kind": "choice", "fields.7.choices": "red\r\ngreen\r\n\r\nblue",
    "fields.8.name": "tags", "fields.8.kind": "list", "fields.8.item.kind": "text",
    "fields.9.name": "lines", "fields.9.kind": "list", "fields.9.item.kind": "object",
    "fields.9.item.fields.0.name": "sku", "fields.9.item.fields.0.kind": "text", "fields.9.item.fields.0.required": "on",
    "fields.10.name": "size", "fields.10.kind": "object",
    "fields.10.fields.0.name": "width", "fields.10.fields.0.kind": "decimal",
    "fields.10.fields.1.name": "unit", "fields.10.fields.1.kind": "choice", "fields.10.fields.1.choices": "cm\nin",
    "fields.11.name": "twin", "fields.11.kind": "reference", "fields.11.references": "product", "fields.11.on_delete": "clear",
    "fields.12.name": "contact", "fields.12.kind": "email",
    "fields.13.name": "page", "fields.13.kind": "url", "fields.13.label": "Web page",
}  # fmt: skip
"""A type with every kind of field there is."""

RECORD = {
    "f.title": "Kettle", "f.stock": "7", "f.price": "12.50", "f.sold": "true", "f.checked": "false", "f.since": "2026-02-01",
    "f.seen_at": "2026-02-01T10:30", "f.colour": "green", "f.tags": "kitchen\r\nsteel", "f.lines": '[{"sku": "a-1"}]', "f.size.width": "20",
    "f.size.unit": "cm", "f.contact": "ann@example.com", "f.page": "https://example.com/kettle",
}  # fmt: skip
DATA = {
    "title": "Kettle", "stock": 7, "price": 12.5, "sold": True, "checked": False, "since": "2026-02-01",
    "seen_at": "2026-02-01T10:30:00.000Z", "colour": "green", "tags": ["kitchen", "steel"], "lines": [{"sku": "a-1"}],
    "size": {"width": 20.0, "unit": "cm"}, "contact": "ann@example.com", "page": "https://example.com/kettle",
}  # fmt: skip
"""What the domain makes of it."""


async def define(visitor: Visitor, **changes: str) -> None:
    """Define the type."""
    await visitor.create("/types/new", {**PRODUCT, **changes})


async def kept(visitor: Visitor, path: str) -> dict[str, object]:
    """A record's data as it is kept, by the path of its page."""
    answer = await visitor.client.get(path.replace("/records/", "/api/v1/entities/"))
    assert answer.status_code == 200, answer.text
    data: dict[str, object] = answer.json()["data"]
    return data
