"""What journeys prepare over REST, so that each begins where its sentence does."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import httpx

from e2e.server import Server


class Api:
    """The REST API as the demo tenant's owner uses it."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """Make something; what was made."""
        return self._client.post(f"/api/v1{path}", json=body).raise_for_status().json()

    def put(self, path: str, body: dict[str, Any]) -> Any:
        """Change something; what it is now."""
        return self._client.put(f"/api/v1{path}", json=body).raise_for_status().json()

    def get(self, path: str) -> Any:
        """What is there."""
        return self._client.get(f"/api/v1{path}").raise_for_status().json()

    def entity_type(self, fields: list[dict[str, Any]], label: str = "Crate") -> str:
        """A new type; its name."""
        name = f"t{uuid4().hex[:12]}"
        self.post("/entity-types", {"name": name, "label": label, "fields": fields})
        return name

    def record(self, entity_type: str, data: dict[str, Any]) -> str:
        """A new record; its id."""
        return str(self.post(f"/entities/{entity_type}", {"data": data})["id"])

    def script(self, trigger: dict[str, Any], source: str, **settings: Any) -> dict[str, Any]:
        """A new script that runs from now on; with its revision at that time."""
        made = self.post("/scripts", {"name": f"s-{uuid4().hex[:12]}", "trigger": trigger, "source": source, **settings})
        active: dict[str, Any] = self.post(f"/scripts/{made['id']}/activate", {"revision": made["revision"], "version": 1})
        return active

    def before_save(self, entity_type: str, source: str, **settings: Any) -> dict[str, Any]:
        """A script that runs before each save of a type. On a busy machine it may need more than the usual tenth of a second."""
        trigger = {"kind": "event", "entity_type": entity_type, "events": ["create", "update"], "phase": "before"}
        return self.script(trigger, source, **{"limits_profile": "relaxed", **settings})


@contextmanager
def owner_of(server: Server) -> Iterator[Api]:
    """The API, signed in as the owner."""
    with server.signed_in() as client:
        yield Api(client)
