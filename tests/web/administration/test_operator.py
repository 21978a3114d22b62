"""The operator's page, as a browser sees it and as its script fetches it anew."""

import re
from datetime import timedelta

import pytest

from app.base.outbox import OutboxTransport
from app.base.transport import Backlog, Message
from app.testing import World
from app.web.administration.operator import queue_line
from tests.browser import Clients
from tests.web.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def otto(memory_world: World, visit: Clients) -> Visitor:
    """An operator's browser."""
    return Visitor(visit(memory_world.otto), memory_world.otto)


async def test_an_operator_sees_the_sandbox_and_what_it_lacks(otto: Visitor) -> None:
    page = (await otto.get("/operator")).text
    for wall in ("seccomp", "landlock", "namespaces", "resources", "identity"):
        assert f'<th scope="row">{wall}</th>' in page
    for label in ("Running", "Waiting", "Idle", "Spare", "Processes"):
        assert f"<dt>{label}</dt>" in page
    assert "<dt>Kind</dt><dd>SQLite</dd>" in page
    assert re.search(r"<dt>Size</dt><dd>[0-9.,]+ (KiB|MiB)</dd>", page)
    assert 'href="/operator" aria-current="page"' in page


async def test_waiting_and_dead_messages_of_all_tenants_are_counted_and_nothing_of_them_is_shown(
    otto: Visitor, memory_world: World
) -> None:
    world = memory_world
    transport = OutboxTransport(world.ground.database, world.clock)
    messages = [Message(tenant.id, "secret.topic", {"note": "secret of acme"}) for tenant in (world.acme, world.rival, world.rival)]
    await world.ground.database.write(lambda work: transport.publish_all(work, messages))
    world.clock.advance(timedelta(minutes=3, seconds=7))
    page = (await otto.get("/operator")).text
    assert re.search(r'secret\.topic</th><td data-label="Waiting"><span>3</span>.*?<span class="badge badge-warn">3 min 7 s</span>', page)
    assert "secret of acme" not in page


async def test_the_page_s_script_gets_the_figures_alone(otto: Visitor) -> None:
    answer = await otto.get("/operator", **{"hx-request": "true"})
    assert answer.text.startswith('<div id="operations" hx-swap-oob="outerMorph"')
    assert "<nav" not in answer.text


async def test_an_author_does_not_see_it_and_is_not_led_there(ann: Visitor) -> None:
    assert (await ann.get("/operator")).status_code == 403
    assert 'href="/operator"' not in (await ann.get("/")).text


async def test_a_message_that_is_due_later_is_on_time(memory_world: World) -> None:
    now = memory_world.clock.now()
    line = queue_line(Backlog("saved", 1, now + timedelta(seconds=30), 2), now)
    assert (line.late, line.is_late, line.dead) == ("on time", False, 2)
