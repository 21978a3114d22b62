"""Somebody's browser without any script of its own, which knows the token of its forms."""

from collections.abc import Mapping, Sequence

import httpx

from app.access import csrf_token
from app.testing import Person

Fields = Mapping[str, str | Sequence[str]]


class Visitor:
    """Pages and forms as somebody sees and sends them."""

    def __init__(self, client: httpx.AsyncClient, person: Person) -> None:
        self.client, self.csrf = client, csrf_token(person.session.secret)

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """A page."""
        return await self.client.get(path, headers={"accept": "text/html", **headers})

    async def post(self, path: str, fields: Fields | None = None, **headers: str) -> httpx.Response:
        """The answer to a form."""
        return await self.client.post(path, data={"csrf": self.csrf, **(fields or {})}, headers={"accept": "text/html", **headers})

    async def create(self, path: str, fields: Fields) -> str:
        """Send a form that makes something; the path of what was made."""
        answer = await self.post(path, fields)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"]).partition("?")[0]

    async def script(self, name: str, trigger: Mapping[str, object], source: str, **settings: object) -> None:
        """Have a script run from now on."""
        made = await self.client.post("/api/v1/scripts", json={"name": name, "trigger": trigger, "source": source, **settings})
        assert made.status_code == 201, made.text
        script = made.json()
        body = {"revision": script["revision"], "version": 1}
        activated = await self.client.post(f"/api/v1/scripts/{script['id']}/activate", json=body)
        assert activated.status_code == 200, activated.text
