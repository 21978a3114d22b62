"""Pages of secrets, outgoing hosts and dead letters, as a browser without any script of its own uses them."""

import re
from html import unescape

import pytest

from app.base.outbox import OutboxTransport
from app.base.paging import LARGEST_LIMIT
from app.base.transport import Delivery, Message, Retries
from app.testing import World
from tests.web.entities.kit import MARKUP
from tests.web.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

VALUE = "s3cr3t-of-the-payment-service"


async def test_a_secret_is_set_and_shown_by_its_name_alone(adam: Visitor) -> None:
    assert "No secrets yet" in (await adam.get("/secrets")).text
    await adam.create("/secrets", {"name": "PAYMENT_KEY", "secret_value": VALUE})
    await adam.create("/secrets", {"name": "PAYMENT_KEY", "secret_value": VALUE + "2"})
    page = (await adam.get("/secrets")).text
    assert "PAYMENT_KEY" in page
    assert "value 2" in page
    assert VALUE not in page
    audit = (await adam.get("/audit")).text
    assert VALUE not in audit


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"name": "9", "secret_value": VALUE}, "name"), ({"name": "KEY", "secret_value": "x"}, "secret_value")],
)
async def test_a_secret_that_cannot_be_is_told_at_its_field_and_never_sent_back(adam: Visitor, fields: dict[str, str], field: str) -> None:
    answer = await adam.post("/secrets", fields)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert VALUE not in answer.text
    assert 'value="x"' not in answer.text


async def test_a_secret_names_the_scripts_that_read_it_and_goes(adam: Visitor) -> None:
    await adam.create("/secrets", {"name": "PAYMENT_KEY", "secret_value": VALUE})
    await adam.script("pay", {"kind": "manual"}, "log(1);", allowed_secrets=["PAYMENT_KEY"])
    assert re.search(r'<a href="/scripts/[0-9a-f-]+">pay</a>', (await adam.get("/secrets")).text)
    assert (await adam.post("/secrets/PAYMENT_KEY/delete", {})).status_code == 303
    assert (await adam.post("/secrets/PAYMENT_KEY/delete", {})).status_code == 404


async def test_the_readers_of_a_secret_are_found_among_all_scripts_however_many_came_later(adam: Visitor) -> None:
    await adam.create("/secrets", {"name": "PAYMENT_KEY", "secret_value": VALUE})
    await adam.script("the-first", {"kind": "manual"}, "1", allowed_secrets=["PAYMENT_KEY"])
    for number in range(LARGEST_LIMIT):
        made = await adam.client.post("/api/v1/scripts", json={"name": f"later-{number}", "trigger": {"kind": "manual"}, "source": "1"})
        assert made.status_code == 201
    assert ">the-first</a>" in (await adam.get("/secrets")).text


async def test_a_host_is_added_and_removed(adam: Visitor) -> None:
    assert "Scripts can call nobody" in (await adam.get("/hosts")).text
    await adam.create("/hosts", {"host": " ONLY-here.example "})
    page = (await adam.get("/hosts")).text
    assert "only-here.example" in page
    action = re.search(r'action="(/hosts/[0-9a-f-]+/remove)"', page)
    assert action is not None
    assert (await adam.post(action[1], {})).status_code == 303
    assert "only-here.example" not in (await adam.get("/hosts")).text


@pytest.mark.parametrize("host", ["", "http://x.example", "*", "a b", MARKUP, "127.0.0.1", "10.0.0.1:8443", "[::1]", "169.254.169.254"])
async def test_a_host_that_cannot_be_is_told_and_stays_as_it_was_typed(adam: Visitor, host: str) -> None:
    answer = await adam.post("/hosts", {"host": host})
    assert answer.status_code == 422
    assert 'id="host-error"' in answer.text
    assert host in unescape(answer.text)
    assert "<img src=x" not in answer.text


async def test_an_author_sees_names_and_hosts_and_changes_neither(ann: Visitor) -> None:
    for path in ("/secrets", "/hosts"):
        page = await ann.get(path)
        assert page.status_code == 200
        assert f'action="{path}"' not in page.text
    assert (await ann.post("/secrets", {"name": "KEY", "secret_value": VALUE})).status_code == 403
    assert (await ann.post("/hosts", {"host": "a.example"})).status_code == 403


async def test_a_dead_letter_is_shown_with_its_reason_tried_again_or_dropped(adam: Visitor, memory_world: World) -> None:
    assert "No dead letters" in (await adam.get("/letters")).text
    transport = OutboxTransport(memory_world.ground.database, memory_world.clock, Retries(attempts=1))

    async def refuse(_delivery: Delivery) -> None:
        raise RuntimeError(MARKUP)

    transport.subscribe("test", "refusing", refuse)
    messages = [Message(memory_world.acme.id, "test", {"subject": {"name": f"script-{number}"}}) for number in range(2)]
    await memory_world.ground.database.write(lambda work: transport.publish_all(work, messages))
    await transport.deliver_due()
    page = (await adam.get("/letters")).text
    assert "script-1" in page
    assert "<img src=x" not in page
    assert unescape(page).count(MARKUP) == 2
    first, second = re.findall(r'action="(/letters/[0-9a-f-]+)/drop"', page)
    assert (await adam.post(f"{first}/retry", {})).status_code == 303
    assert (await adam.post(f"{second}/drop", {})).status_code == 303
    assert (await adam.post(f"{second}/drop", {})).status_code == 404
    assert "No dead letters" in (await adam.get("/letters")).text
