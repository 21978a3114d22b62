"""Walking every route of an application as somebody who should get nowhere.

Which routes there are, what to send them, and what may not change.
"""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlalchemy import Connection, inspect, text
from starlette.routing import WebSocketRoute

from app.access import RouteAccess, access_of
from app.base.db import Work
from app.testing import Person, World
from tests.browser import ORIGIN
from tests.web.live.talk import talking

# These change by being used at all, whoever uses them; none holds anything of a tenant.
_RESTLESS = {"access_session", "access_sign_in_attempt", "base_heartbeat", "base_revision", "alembic_version", "base_idempotent_answer"}

SOCKET: Final = "SOCKET"
"""The method of a step that is a connection."""

_ASK: Final = {"type": "ask", "id": 1, "phase": "before", "entity_type": "acme_only", "question": "complete"}
SAID: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "/live/editor": (
        {"type": "ping"},
        {"type": "study", "version": 1, "source": "entity.", "phase": "before", "entity_type": "acme_only"},
        {**_ASK, "source": "entity.", "offset": 7},
        {**_ASK, "source": 'import "', "offset": 8},
        {**_ASK, "source": 'get_secret("', "offset": 12},
    ),
    "/live/runs": ({"type": "ping"}, {"type": "watch", "query": ""}, {"type": "watch", "query": "trigger=manual"}),
}
"""What a page could say to each socket, aimed at acme's things. Each message gets one answer."""


@dataclass(frozen=True, slots=True)
class Step:
    """One method of one route, or a socket."""

    method: str
    path: str
    stated: RouteAccess | None
    is_rest: bool

    @property
    def is_socket(self) -> bool:
        """Whether it is connected to, not asked."""
        return self.method == SOCKET


def steps(application: FastAPI) -> list[Step]:
    """Every method of every route, mounted and nested ones included."""
    found = []
    for context in iter_route_contexts(application.routes):
        endpoint = getattr(context, "endpoint", None)
        is_socket = isinstance(getattr(context, "original_route", None), WebSocketRoute)
        methods = {SOCKET} if is_socket else getattr(context, "methods", None) or {"GET"}
        # As the OpenAPI document writes it: what an id has to look like is no part of it.
        path = str(getattr(context, "path", "")).replace(":uuid}", "}")
        stated = access_of(endpoint) if endpoint is not None else None
        found += [Step(method, path, stated, path.startswith("/api/")) for method in sorted(methods - {"HEAD"})]
    return found


def undeclared(application: FastAPI) -> list[str]:
    """Routes that state no permission and no reason to need none."""
    return [f"{step.method} {step.path}" for step in steps(application) if step.stated is None]


def aimed(path: str, targets: dict[str, str]) -> str:
    """The path with its parameters pointing at somebody's things."""
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda match: targets[match.group(1)], path)


async def heard(application: FastAPI, step: Step, person: Person | None, path: str, origin: str = ORIGIN) -> tuple[list[str], int | None]:
    """What a socket says to somebody who tells it all there is to tell, and the code it closes with, or None if it stays."""
    frames: list[str] = []
    async with asyncio.timeout(60), talking(application, person, path, origin) as talk:
        for message in SAID[step.path]:
            talk.send(json.dumps(message))
            frame = await talk.from_application.get()
            if frame["type"] == "websocket.close":
                return frames, int(frame["code"])
            frames.append(str(frame))
    return frames, None


def sample(schema: dict[str, Any], components: dict[str, Any]) -> Any:
    """Something that fits a JSON schema, built from its examples, enumerations and limits."""
    if "$ref" in schema:
        return sample(components[schema["$ref"].rpartition("/")[2]], components)
    for key in ("examples", "enum"):
        if key in schema:
            return schema[key][0]
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        return sample(choices[0], components)
    match schema.get("type"):
        case "object":
            return {name: sample(each, components) for name, each in schema.get("properties", {}).items()}
        case "array":
            return [sample(schema["items"], components)]
        case "integer":
            return schema.get("minimum", 1)
        case "boolean":
            return False
        case "string":
            known = {"uuid": "01890000-0000-7000-8000-000000000000", "date-time": "2030-01-01T00:00:00Z"}
            return known.get(schema.get("format", ""), "something long enough")
    raise AssertionError(f"no sample for {schema}")


def body_of(document: dict[str, Any], step: Step) -> Any | None:
    """A valid body for a REST operation, or None when it takes none."""
    operation = document["paths"].get(step.path, {}).get(step.method.lower(), {})
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return sample(content["schema"], document["components"]["schemas"]) if content else None


def query_of(document: dict[str, Any], step: Step) -> dict[str, Any]:
    """What a REST operation must be asked with, valid."""
    operation = document["paths"].get(step.path, {}).get(step.method.lower(), {})
    asked = [each for each in operation.get("parameters", []) if each["in"] == "query" and each.get("required")]
    return {each["name"]: sample(each["schema"], document["components"]["schemas"]) for each in asked}


def state(world: World, *, without: str = "") -> dict[str, list[str]]:
    """Every row of acme in every table, as text; rows that hold `without` are left out."""
    acme = world.acme.id

    def look(connection: Connection) -> dict[str, list[str]]:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT set_config('app.tenant', '*', true)"))
        tables = [name for name in inspect(connection).get_table_names() if name not in _RESTLESS]
        return {name: sorted(_rows(connection, name, (str(acme), acme.hex), without)) for name in tables}

    return world.ground.database.read_now(lambda work: _inspect(work, look))


def _inspect(work: Work, look: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = work.inspect(look)
    return found


def _rows(connection: Connection, table: str, marks: tuple[str, str], without: str) -> Iterator[str]:
    for row in connection.execute(text(f'SELECT * FROM "{table}"')):  # noqa: S608  # the name comes from the database itself
        line = repr(tuple(str(value) for value in row))
        if any(mark in line for mark in marks) and not (without and without in line):
            yield line
