"""For each operation of the five modules a call that works on one's own things, and that may be aimed at the neighbour's.

Operations are discovered from the application; one without a recipe fails a test, and so does a recipe without an operation.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from fastapi import FastAPI

from app import schedules
from app.access import Needs
from app.base.paging import encode_cursor
from tests.isolation.sides import Call, Side, Thing
from tests.walls import steps

MODULES: Final = ("scripts", "entities", "runs", "hooks", "schedules")
NOBODY: Final = Thing(UUID(int=7), "nobody", 1)
_FIXED: Final = {
    "type_name": "order",
    "script_name": "manual",
    "template_name": "log-changes",
    "number": "1",
    "secret_name": "token",
    "path": "greet",
}


@dataclass(frozen=True, slots=True)
class Move:
    """One side's call: whose things it names, and which of them; without `choice` those that the recipe is about."""

    side: Side
    aimed: Side
    choice: int | None = None

    @property
    def is_foreign(self) -> bool:
        """Whether it names the neighbour's things."""
        return self.side is not self.aimed

    def thing(self, kind: str, name: str = "") -> Thing:
        """One of the aimed side's things, the newest of that name if there is a choice to be made."""
        there = self.aimed.things(kind)
        if not there:
            return NOBODY
        if self.choice is not None:
            return there[self.choice % len(there)]
        return next((each for each in reversed(there) if each.name == name), there[-1])

    def record(self, type_name: str) -> Thing:
        """A record of a type."""
        type_id = next((str(each.id) for each in self.aimed.things("type") if each.name == type_name), "")
        return self.thing("record", type_id)


Body = Callable[[Move, Thing], Any]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to call an operation: the thing that its path names (`kind:name`), its query and its body."""

    aim: str = ""
    body: Body | None = None
    query: Body | None = None
    is_file: bool = False
    type_name: str = "order"

    def call(self, operation: str, move: Move) -> Call:
        """The request."""
        method, _, path = operation.partition(" ")
        kind, _, name = self.aim.partition(":")
        thing = move.record(name) if kind == "record" else move.thing(kind, name) if kind else NOBODY
        values = {**_FIXED, "tenant": move.aimed.slug, "type_name": self.type_name}
        path = re.sub(r"\{(\w+)(?::\w+)?\}", lambda match: values.get(match[1], str(thing.id)), path)
        query = self.query(move, thing) if self.query else {}
        return Call(method, path, query, self.body(move, thing) if self.body else None, move.aimed.bundle if self.is_file else None)


def operations(application: FastAPI) -> set[str]:
    """`METHOD path` of everything that needs a permission of one of the modules, and the endpoints that scripts stand behind."""
    return {
        f"{step.method} {step.path}"
        for step in steps(application)
        if step.path.startswith("/{tenant}/hooks/")
        or (step.is_rest and isinstance(step.stated, Needs) and step.stated.permission.partition(".")[0] in MODULES)
    }


def new_script(mark: str, name: str, **changes: Any) -> dict[str, Any]:
    """The body of a script to create."""
    source = f'log("{mark}"); params'
    return {"name": name, "description": mark, "message": mark, "source": source, "activate": True, **changes}


def _revision(_move: Move, thing: Thing) -> Any:
    return {"revision": thing.version}


def _version(_move: Move, thing: Thing) -> Any:
    return {"version": thing.version}


def _change(move: Move, thing: Thing) -> Any:
    name = thing.name if thing is not NOBODY else "manual"
    return {"name": name, "description": f"{move.side.mark} changed", "revision": thing.version, "source": f'log("{move.side.mark}"); 2'}


def _next_source(move: Move, thing: Thing) -> Any:
    return {"source": f'log("{move.side.mark}"); {thing.version}', "revision": thing.version, "message": move.side.mark}


def _fields(move: Move, **changes: Any) -> dict[str, Any]:
    customer = move.record("customer")
    return {"title": f"{move.side.mark} saved", "buyer": str(customer.id), **changes}


def _record(move: Move, thing: Thing) -> Any:
    return {"data": _fields(move), "version": thing.version}


def _hosted(move: Move, _thing: Thing) -> Any:
    return {"event": "create", "id": str(move.record("order").id), "after": {"title": move.side.mark}}


def _type(move: Move, **more: Any) -> dict[str, Any]:
    text = {"kind": "text", "name": "title"}
    buyer = {"kind": "reference", "name": "buyer", "references": "customer"}
    return {"label": f"{move.side.mark} label", "fields": [text, buyer], **more}


def _type_version(move: Move, _thing: Thing) -> Any:
    version = next((each.version for each in move.side.things("type") if each.name == "order"), 1)
    return _type(move, version=version)


def _window(move: Move, **more: Any) -> dict[str, Any]:
    now = move.side.world.clock.now()
    return {"since": (now - timedelta(hours=2)).isoformat(), "until": (now - timedelta(hours=1)).isoformat(), **more}


def _confirmed(move: Move, thing: Thing) -> Any:
    """A window with the right token: the owner's own plan, so nothing but the tenant keeps a stranger out."""
    now = move.side.world.clock.now()
    window = (now - timedelta(hours=2), now - timedelta(hours=1))
    if thing is NOBODY:
        return _window(move, token="00")  # a plan's, no secret
    plan = move.side.world.read(move.aimed.person, lambda work, actor: schedules.plan_backfill(work, actor, thing.id, *window))
    return _window(move, token=plan.token)


def _outage(move: Move, _thing: Thing) -> Any:
    now = move.side.world.clock.now()
    return {"down_from": now.isoformat(), "down_until": (now + timedelta(days=2)).isoformat()}


def _wanted(move: Move, _thing: Thing) -> Any:
    """The runs of a script; of the neighbour's there are none."""
    return {"filter": {"script_id": str(move.thing("script", "manual").id)}}


def _listed(kind: str, **names: str) -> Body:
    """A list's query that names things: filters by `kind:name`, and a cursor."""

    def query(move: Move, _thing: Thing) -> Any:
        found = {key: str(move.thing(*each.split(":")).id) for key, each in names.items()}
        # The first page of one's own; of the neighbour's, whatever lies behind a thing of theirs.
        return {**found, **({"cursor": encode_cursor(move.thing(kind).id)} if move.is_foreign else {})}

    return query


def _clock(move: Move, _thing: Thing) -> Any:
    clock = move.side.world.read(move.side.person, schedules.get_clock)
    return {"zone": "Europe/Berlin", "version": clock.version}


def _fresh(move: Move, stem: str) -> str:
    return f"{stem}-{move.side.world.ground.ids.new().hex}"[:40]


_S: Final = "/api/v1/scripts"
_E: Final = "/api/v1/entities/{type_name}"
_T: Final = "/api/v1/entity-types"
_C: Final = "/api/v1/schedules"
_ONE: Final = _S + "/{script_id}"
_CLOCK: Final = _C + "/{schedule_id}"

SCRIPTS: Final[dict[str, Recipe]] = {
    f"GET {_S}": Recipe(query=_listed("script")),
    f"POST {_S}": Recipe(body=lambda move, _: new_script(move.side.mark, _fresh(move, "new"))),
    f"GET {_S}/export": Recipe(query=lambda move, _: {"text": "manual"}),
    f"POST {_S}/import": Recipe(is_file=True, query=lambda move, _: {"existing": "skip" if move.is_foreign else "update"}),
    f"GET {_S}/templates": Recipe(),
    f"GET {_S}/templates/{{template_name}}": Recipe(),
    f"POST {_S}/validate": Recipe(body=lambda move, _: {"source": "entity.title", "phase": "before", "entity_type": "order"}),
    f"GET {_S}/name/{{script_name}}": Recipe(),
    f"GET {_ONE}": Recipe("script:manual"),
    f"GET {_ONE}/versions": Recipe("script:manual"),
    f"GET {_ONE}/versions/{{number}}": Recipe("script:manual"),
    f"GET {_ONE}/diff": Recipe("script:manual"),
    f"PUT {_ONE}": Recipe("script:changing", _change),
    f"POST {_ONE}/versions": Recipe("script:changing", _next_source),
    f"POST {_ONE}/versions/{{number}}/restore": Recipe("script:changing", _revision),
    f"POST {_ONE}/activate": Recipe("script:draft", _revision),
    f"POST {_ONE}/pause": Recipe("script:running", _revision),
    f"POST {_ONE}/resume": Recipe("script:paused", _revision),
    f"POST {_ONE}/disable": Recipe("script:in-service", lambda move, thing: {"revision": thing.version, "reason": move.side.mark}),
    f"POST {_ONE}/archive": Recipe("script:old", _revision),
    f"POST {_ONE}/unarchive": Recipe("script:archived", _revision),
    f"POST {_ONE}/reset": Recipe("script:failing", _revision),
    f"DELETE {_ONE}": Recipe("script:unwanted"),
    f"POST {_ONE}/undelete": Recipe("script:deleted"),
    f"POST {_ONE}/purge": Recipe("script:forgotten"),
}
ENTITIES: Final[dict[str, Recipe]] = {
    f"GET {_T}": Recipe(query=_listed("type")),
    f"POST {_T}": Recipe(body=lambda move, _: _type(move, name=_fresh(move, "new"))),
    f"GET {_T}/{{type_name}}": Recipe(),
    f"PUT {_T}/{{type_name}}": Recipe(body=_type_version),
    f"DELETE {_T}/{{type_name}}": Recipe(type_name="unused"),
    f"POST {_T}/{{type_name}}/check": Recipe(body=lambda move, _: _type(move)),
    f"POST {_T}/{{type_name}}/index": Recipe(body=lambda move, _: {"after": str(move.record("order").id)}),
    f"POST {_T}/{{type_name}}/hooks/before": Recipe(body=_hosted),
    f"POST {_T}/{{type_name}}/hooks/after": Recipe(body=_hosted),
    f"GET {_E}": Recipe(query=lambda move, _: {"text": "saved", "where": f'{{"buyer": "{move.record("customer").id}"}}'}),
    f"POST {_E}": Recipe(body=lambda move, _: {"data": _fields(move)}),
    f"POST {_E}/search": Recipe(body=lambda move, _: {"parent_id": str(move.record("order").id)}, type_name="note"),
    f"POST {_E}/count": Recipe(body=lambda move, _: {"where": {"buyer": str(move.record("customer").id)}}),
    f"GET {_E}/{{record_id}}": Recipe("record:order"),
    f"PUT {_E}/{{record_id}}": Recipe("record:order", _record),
    f"PATCH {_E}/{{record_id}}": Recipe("record:order", _record),
    f"DELETE {_E}/{{record_id}}": Recipe("record:note", type_name="note"),
}
RUNS: Final[dict[str, Recipe]] = {
    "GET /api/v1/executions": Recipe(query=_listed("run", script_id="script:manual")),
    f"GET {_ONE}/executions": Recipe("script:manual"),
    "GET /api/v1/executions/{run_id}": Recipe("run:finished"),
    "POST /api/v1/executions/{run_id}/replay": Recipe("run:finished"),
    "POST /api/v1/executions/{run_id}/cancel": Recipe("run:queued"),
    "POST /api/v1/executions/{run_id}/rerun": Recipe("run:finished", lambda _move, _thing: {"version": "original"}),
    "POST /api/v1/reruns/preview": Recipe(body=_wanted),
    "POST /api/v1/reruns": Recipe(body=lambda move, thing: {"name": move.side.mark, **_wanted(move, thing)}),
    "GET /api/v1/reruns": Recipe(query=_listed("rerun")),
    "GET /api/v1/reruns/{rerun_id}": Recipe("rerun:"),
    "POST /api/v1/reruns/{rerun_id}/cancel": Recipe("rerun:"),
    f"POST {_S}/dry-run": Recipe(
        body=lambda move, _: {"source": "params", "recorded_run_id": str(move.thing("run", "finished").id), "allowed_secrets": ["token"]}
    ),
    f"POST {_ONE}/run": Recipe("script:manual", lambda move, _: {"params": {"of": move.side.mark}}),
    f"POST {_S}/name/{{script_name}}/run": Recipe(body=lambda move, _: {"params": {"of": move.side.mark}}),
    "GET /api/v1/secrets": Recipe(),
    "PUT /api/v1/secrets/{secret_name}": Recipe(body=lambda move, _: {"value": f"{move.side.mark} value"}),
    "DELETE /api/v1/secrets/{secret_name}": Recipe(),
    "GET /api/v1/egress-hosts": Recipe(),
    "POST /api/v1/egress-hosts": Recipe(body=lambda move, _: {"host": f"n{move.side.world.ground.ids.new().hex[-16:]}.example"}),
    "DELETE /api/v1/egress-hosts/{host_id}": Recipe("host:"),
    "GET /api/v1/limits": Recipe(),
    "PUT /api/v1/limits": Recipe(body=lambda move, _: {"keep_days": 30}),
}
HOOKS: Final[dict[str, Recipe]] = {
    "GET /api/v1/dead-letters": Recipe(),
    "POST /api/v1/dead-letters/{letter_id}/retry": Recipe("letter:dead"),
    "DELETE /api/v1/dead-letters/{letter_id}": Recipe("letter:dead"),
    **{f"{method} /{{tenant}}/hooks/{{path:path}}": Recipe() for method in ("DELETE", "GET", "PATCH", "POST", "PUT")},
}
SCHEDULES: Final[dict[str, Recipe]] = {
    f"GET {_C}": Recipe(query=_listed("schedule", script_id="script:manual")),
    f"POST {_C}": Recipe(
        body=lambda move, _: {"script_id": str(move.thing("script", "manual").id), "name": move.side.mark, "expression": "0 9 * * *"}
    ),
    f"GET {_C}/preview": Recipe(query=lambda move, _: {"expression": "0 9 * * *"}),
    f"POST {_C}/preview": Recipe(body=lambda move, _: {"expression": "0 9 * * *", "script_id": str(move.thing("script", "manual").id)}),
    f"GET {_C}/density": Recipe(query=lambda move, _: {"expression": "0 9 * * *", "year": 2027}),
    f"GET {_C}/clock": Recipe(),
    f"PUT {_C}/clock": Recipe(body=_clock),
    f"GET {_CLOCK}": Recipe("schedule:hourly"),
    f"PATCH {_CLOCK}": Recipe("schedule:hourly", _version),
    f"POST {_CLOCK}/pause": Recipe("schedule:going", _version),
    f"POST {_CLOCK}/resume": Recipe("schedule:paused", _version),
    f"POST {_CLOCK}/run": Recipe("schedule:hourly"),
    f"GET {_CLOCK}/occurrences": Recipe("schedule:hourly"),
    f"GET {_CLOCK}/preview": Recipe("schedule:hourly"),
    f"GET {_CLOCK}/density": Recipe("schedule:hourly", query=lambda move, _: {"year": 2027}),
    f"GET {_CLOCK}/overlaps": Recipe("schedule:hourly"),
    f"GET {_CLOCK}/outage": Recipe("schedule:hourly", query=_outage),
    f"POST {_CLOCK}/backfill/plan": Recipe("schedule:hourly", lambda move, _: _window(move)),
    f"POST {_CLOCK}/backfill": Recipe("schedule:hourly", _confirmed),
    f"DELETE {_CLOCK}": Recipe("schedule:unwanted"),
}
RECIPES: Final = SCRIPTS | ENTITIES | RUNS | HOOKS | SCHEDULES
