"""``find``, ``get``, ``count``, ``save``: the tenant's own records. The host checks, scopes and pages."""

from __future__ import annotations

from app.host.phases import OUTWARD_PHASES
from app.host.table import Effect, Helper, host_overload

_WHERE = (
    "`where` is a map of field to value, or of field to a map of one comparison (`eq`, `ne`, `lt`, `le`, `gt`, `ge`, `in`, `contains`); "
    "all must hold."
)

HELPERS = (
    Helper(
        "find",
        f"The records of a type that match, as an array of maps, at most one page. {_WHERE} `options` may hold `order_by` (a field, "
        "`-field` for descending), `limit` and `after` (the id that ended the last page).",
        'for deal in find("deal", #{ status: "open", amount: #{ gt: 1000 } }, #{ order_by: "-amount", limit: 20 }) {\n    log(deal.id);\n}',
        (
            host_overload("entity_type: string", "array", "find"),
            host_overload("entity_type: string, where: map", "array", "find"),
            host_overload("entity_type: string, where: map, options: map", "array", "find"),
        ),
        OUTWARD_PHASES,
        Effect.READ,
        cost=200,
    ),
    Helper(
        "get",
        "The record of a type with this id, as a map, or `()` if there is none.",
        'let customer = get("customer", entity.customer_id);',
        (host_overload("entity_type: string, id: string", "?", "get"),),
        OUTWARD_PHASES,
        Effect.READ,
        cost=100,
    ),
    Helper(
        "count",
        f"How many records of a type match. {_WHERE}",
        'if count("deal", #{ customer_id: entity.id }) == 0 { log("a new customer"); }',
        (
            host_overload("entity_type: string", "i64", "count"),
            host_overload("entity_type: string, where: map", "i64", "count"),
        ),
        OUTWARD_PHASES,
        Effect.READ,
        cost=100,
    ),
    Helper(
        "save",
        "Saves a record: with an `id` the fields given are changed, without one a record is created. Gives the record as saved. The type's "
        "rules apply as they do for a person; a refused save raises an error that `catch` sees.",
        'save("task", #{ title: `Call ${entity.name}`, due: now() });',
        (host_overload("entity_type: string, record: map", "map", "save"),),
        OUTWARD_PHASES,
        Effect.WRITE,
        cost=200,
    ),
)
