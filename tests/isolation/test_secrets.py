"""A search for secrets: scripts put them wherever a script can put anything, and afterwards no value is found in any place that is kept."""

import io
import json
import sqlite3
import sys
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import httpx
import pytest
import pytest_asyncio
import structlog
from sqlalchemy import Connection, inspect, text

from app.base.egress import Egress
from app.base.settings import Settings
from app.base.telemetry.logs import configure_logs
from app.main import create_app
from app.runs import Sealer
from app.runs.sealing import KEY_BYTES
from app.sandbox.pool import Pool
from app.services import Services
from app.testing import Person, World
from tests.base.egress.services import Service, answer
from tests.base.egress.services import serving as serving_http
from tests.requirements import requirement

pytestmark = pytest.mark.asyncio(loop_scope="session")

SECRETS: Final = {"PLAIN": "findme-4f1c9a77e2", "ODD": 'findme "ünd" \\ & ein/weg?'}
SPELLINGS: Final = tuple(
    spelling
    for value in SECRETS.values()
    for spelling in {value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], quote(value), quote(value, safe="")}
)
HEAD: Final = 'let p = secret("PLAIN"); let o = secret("ODD"); '
SOURCES: Final = {
    "log": "log(p); log_warn(`all of ${o}`); log_error(o); print(p); debug(o); log(o.to_debug());",
    "map": "let m = #{}; m[p] = [o, #{ deep: p }]; print(m); log(m.to_json()); debug(m); m",
    "pieces": 'for part in ["a", "b"] { log(`${part}${p}${o}${part}`); } log(p + o); log([p, o].to_string()); p + "|" + o',
    "throw": "throw `failed with ${p} and ${o}`;",
    "throw-map": "throw #{ code: p, why: o };",
    "abort": "abort(`rejected for ${p} and ${o}`);",
    "unknown": "let m = #{ a: 1 }; m[p].b.c",
    "conversion": "parse_int(o)",
    "result": "#{ a: p, list: [o] }",
    "http": 'let r = http_get(`URL/${p}?q=${p}`, #{ authorization: `Bearer ${p}`, "x-key": p }); log(r.body); log(r.headers); r',
    "http-body": 'http_post("URL/body", #{ key: p, odd: o }, #{ "x-key": p }); http_post("URL/text", o)',
    "http-put": 'http_request("PUT", "URL/put", [o], #{})',
    "http-refused": "try { http_get(`http://${p}.example/`) } catch (e) { log(e); throw e; }",
    "http-odd": "try { http_get(`URL/${o}`) } catch (e) { log(e); } http_get(`http://10.0.0.1/${o}`)",
    "http-header": 'try { http_get("URL/h", #{ "x-odd": o }) } catch (e) { log(e); throw e; }',
    "records": 'let made = save("note", #{ title: p + " " + o }); log(made); find("note", #{ title: p }).len(); get("note", p)',
    "unknown-type": "count(p)",
    "forbidden": "secret(p)",
}
Served = tuple[dict[str, httpx.AsyncClient], Services, Service]


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.TextIOWrapper]:
    """What the process logs, everything included."""
    before, stream = structlog.get_config(), io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    monkeypatch.setattr(sys, "stderr", stream)
    configure_logs(Settings(log_format="json", log_level="debug"))
    yield stream
    structlog.configure(**before)


@asynccontextmanager
async def _mirror() -> AsyncIterator[Service]:
    """A service that sends back what it was sent, as careless ones do."""
    heads: list[str] = []

    async def echo(_path: str, writer: Any) -> None:
        sent = "\n".join((heads or [""])[-1].splitlines())
        writer.write(answer(200, f"X-Echo: {SECRETS['PLAIN']}\r\n", f"{sent} {SECRETS['PLAIN']} {json.dumps(SECRETS)}".encode()))
        await writer.drain()

    async with serving_http(echo) as service:
        heads = service.seen
        yield service


@pytest_asyncio.fixture(loop_scope="session")
async def served(world: World, script_pool: Pool, logged: io.TextIOWrapper) -> AsyncIterator[Served]:
    """Clients of acme's people before an application with a way out to one careless service."""
    application = create_app(ground=world.ground)
    services: Services = application.state.services
    services.runner.pool = script_pool
    services.runner.sealer = Sealer(bytes(KEY_BYTES))
    services.runner.egress = Egress(permitted=[ip_network("127.0.0.0/8")])

    def client(person: Person) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(application, raise_app_exceptions=False)
        cookies = {"alloy_session": person.session.secret}
        return httpx.AsyncClient(
            transport=transport, base_url="http://alloy.test", headers={"origin": "http://alloy.test"}, cookies=cookies
        )

    async with _mirror() as service, client(world.owner) as owner, client(world.viewer) as viewer:
        await _furnish(owner, service)
        yield {"owner": owner, "viewer": viewer}, services, service
    await services.runner.settled()
    await services.runner.egress.aclose()


async def _furnish(owner: httpx.AsyncClient, service: Service) -> None:
    for name, value in SECRETS.items():
        kept = await owner.put(f"/api/v1/secrets/{name}", json={"value": value})
        assert kept.status_code == 200, kept.text
    assert (await owner.post("/api/v1/egress-hosts", json={"host": f"127.0.0.1:{service.port}"})).status_code == 201
    fields = [{"kind": "text", "name": "title"}]
    for name in ("note", "order"):
        assert (await owner.post("/api/v1/entity-types", json={"name": name, "label": name, "fields": fields})).status_code == 201


async def _script(owner: httpx.AsyncClient, name: str, source: str, **trigger: Any) -> str:
    body = {"name": name, "source": source, "activate": True, "limits_profile": "relaxed", "allowed_secrets": list(SECRETS)}
    made = await owner.post("/api/v1/scripts", json={**body, **({"trigger": trigger} if trigger else {})})
    assert made.status_code == 201, made.text
    found: str = made.json()["id"]
    return found


@requirement("A15.secrets-leave-no-trace")
async def test_no_secret_is_found_wherever_scripts_put_them(world: World, served: Served, logged: io.TextIOWrapper) -> None:
    clients, services, service = served
    owner = clients["owner"]
    answers: list[httpx.Response] = []

    async def asked(method: str, path: str, **options: Any) -> httpx.Response:
        answers.append(await owner.request(method, path, **options))
        return answers[-1]

    for name, source in SOURCES.items():
        await _script(owner, name, HEAD + source.replace("URL", service.url("").rstrip("/")))
        ran = await asked("POST", f"/api/v1/scripts/name/{name}/run", json={})
        assert ran.status_code == 200, ran.text
        run = ran.json()["run_id"]
        assert (await asked("POST", f"/api/v1/executions/{run}/replay")).json()["differences"] == [], name
    event = {"kind": "event", "entity_type": "order", "events": ["create"]}
    await _script(owner, "later", HEAD + "log(entity.title); throw p + o;", phase="on_commit", **event)
    await _script(owner, "endpoint", HEAD + "#{ headers: #{ x: p }, body: #{ p: p, o: o } }", kind="api", path="e", method="POST")
    await asked("POST", "/api/v1/entities/order", json={"data": {"title": "new"}})
    for _ in range(3):
        await services.transport.deliver_due()
    await asked("POST", "/acme/hooks/e", content=b"{}")
    await asked("PUT", "/api/v1/secrets/TOO_LONG", json={"value": SECRETS["PLAIN"] * 1_000})
    await asked("PUT", "/api/v1/secrets/PLAIN", json={"value": SECRETS["PLAIN"], "more": SECRETS["ODD"]})
    for path in await _everything(owner):
        await asked("GET", path)
        answers.append(await clients["viewer"].get(path))
    await services.runner.settled()

    assert any(SECRETS["PLAIN"] in head for head in service.seen), "no script used a secret, so nothing was proved"
    assert sum(run["outcome"] == "ok" for run in (await owner.get("/api/v1/executions?limit=200")).json()["items"]) >= 8
    assert _found_in(_read(logged)) == []
    assert [str(each.request.url) for each in answers if _found_in(each.text) or _found_in(str(each.headers))] == []
    assert _found_in(_rows(world)) == []
    assert _found_in(_files(world)) == []


def _read(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def _found_in(content: str | bytes) -> list[str]:
    readable = content if isinstance(content, str) else content.decode("utf-8", "replace")
    return [spelling for spelling in SPELLINGS if spelling in readable]


async def _everything(owner: httpx.AsyncClient) -> list[str]:
    """Every address of a GET that takes no parameter or a run's, a script's or a record type's."""
    document = (await owner.get("/api/v1/openapi.json")).json()
    runs = [each["id"] for each in (await owner.get("/api/v1/executions?limit=200")).json()["items"]]
    scripts = [each["id"] for each in (await owner.get("/api/v1/scripts?limit=200")).json()["items"]]
    values = {"run_id": runs, "script_id": scripts, "type_name": ["note", "order"]}
    paths = [path for path, operations in document["paths"].items() if "get" in operations]
    found = [path for path in paths if "{" not in path]
    for name, each in values.items():
        found += [path.replace(f"{{{name}}}", value) for path in paths if path.count("{") == 1 and f"{{{name}}}" in path for value in each]
    assert len(found) > 100
    return [*found, "/", "/metrics"]


def _rows(world: World) -> str:
    """Every row of every table as text, compressed documents unpacked: what a dump of the database holds."""

    def look(connection: Connection) -> str:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT set_config('app.tenant', '*', true)"))
        rows = [row for name in inspect(connection).get_table_names() for row in connection.execute(text(f'SELECT * FROM "{name}"'))]  # noqa: S608  # names of the database
        return "\n".join(_readable(value) for row in rows for value in row)

    return world.ground.database.read_now(lambda work: work.inspect(look))


def _readable(value: object) -> str:
    if not isinstance(value, (bytes, memoryview)):
        return value if isinstance(value, str) else repr(value)
    content = bytes(value)
    try:
        return zlib.decompress(content).decode("utf-8", "replace")
    except zlib.error:
        return content.decode("utf-8", "replace")


def _files(world: World) -> bytes:
    """The bytes of the database's files, the log of writes included; nothing for a server's database."""
    url = str(world.ground.settings.database_url)
    if not url.startswith("sqlite:"):
        return b""
    path = Path(url.removeprefix("sqlite:///"))
    content = b"".join(each.read_bytes() for each in sorted(path.parent.glob(f"{path.name}*")))
    assert b"<secret:PLAIN>" in content
    with sqlite3.connect(path) as opened:
        dumped = "\n".join(opened.iterdump())
    opened.close()
    return content + dumped.encode()
