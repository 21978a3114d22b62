"""Pages that are only worth a look once there is something on them: made over REST, with names that say what each is."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from e2e.api import Api

_FIELDS: list[dict[str, Any]] = [
    {"name": "title", "kind": "text", "required": True, "max_length": 80},
    {"name": "weight", "kind": "integer", "minimum": 0, "description": "In kilograms, with its crate."},
    {"name": "fragile", "kind": "boolean"},
    {"name": "packed", "kind": "datetime"},
    {"name": "size", "kind": "object", "fields": [{"name": "width", "kind": "decimal"}, {"name": "height", "kind": "decimal"}]},
    {"name": "marks", "kind": "list", "item": {"name": "item", "kind": "text"}},
]
_GUARD = """// Nobody lifts more than 30 kg.
let limit = 30;
log(`weight: ${entity.weight}`);
if entity.weight > limit {
    abort(`weight: nobody lifts more than ${limit} kg`);
}
entity.marks = entity.marks ?? [];
entity.marks.push("checked");
"""
_BROKEN = """fn boxes(count) {
    count / 0
}
log("counting boxes");
log_warn("the scales answer slowly");
boxes(12);
"""


def filled_pages(api: Api) -> dict[str, str]:
    """Names and paths of pages of things that were made for a look at them."""
    crate = api.entity_type(_FIELDS, label="Crate")
    api.before_save(crate, _GUARD)
    record = api.record(
        crate, {"title": "Tea for Bergen", "weight": 12, "fragile": True, "size": {"width": 12.5}, "marks": ["this side up"]}
    )
    api.record(crate, {"title": "Cups for Turku", "weight": 20, "marks": ["glass"]})
    broken = api.script({"kind": "manual"}, _BROKEN)
    api.post(f"/scripts/{broken['id']}/run", {"params": {"boxes": 12}})
    greeting = api.script({"kind": "manual"}, 'let name = params.name ?? "world";\nlog(`Hello, ${name}.`);\n`Hello, ${name}.`')
    api.post(f"/scripts/{greeting['id']}/run", {"params": {"name": "Ada"}})
    clock = api.post(
        "/schedules",
        {"script_id": greeting["id"], "name": f"greet-{uuid4().hex[:6]}", "expression": "30 2 * * *", "zone": "Europe/Berlin"},
    )
    failed, finished = (api.get(f"/executions?script_id={each['id']}")["items"][0]["id"] for each in (broken, greeting))
    saved = api.get(f"/executions?entity_id={record}")["items"][0]["id"]
    now = datetime.now(UTC)
    window = f"since={now - timedelta(days=3):%Y-%m-%dT%H:%M}&until={now:%Y-%m-%dT%H:%M}"
    return {
        "type": f"/types/{crate}",
        "records": f"/records/{crate}",
        "record": f"/records/{crate}/{record}",
        "record-new": f"/records/{crate}/new",
        "run": f"/runs/{finished}",
        "run-of-save": f"/runs/{saved}",
        "run-failed": f"/runs/{failed}",
        "rerun": f"/runs/{finished}/rerun?version=current",
        "bulk-new": f"/runs/bulk/new?script_id={greeting['id']}",
        "script-failing": f"/scripts/{broken['id']}",
        "script-with-run": f"/scripts/{greeting['id']}?run={finished}",
        "schedule": f"/schedules/{clock['id']}",
        "schedule-new": "/schedules/new",
        "backfill": f"/schedules/{clock['id']}/backfill?{window}",
    }
