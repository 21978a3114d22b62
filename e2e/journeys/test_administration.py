"""What administrators see to: secrets, outgoing hosts, messages that were given up on."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

from playwright.sync_api import Page, expect

from app.base.ground import build_ground
from app.base.outbox import OutboxTransport
from app.base.settings import Settings
from app.base.transport import Delivery, Message, Retries
from e2e.api import owner_of
from e2e.looks import misfits, problems_of
from e2e.pages.sign_in import SignInPage
from e2e.server import Server

VALUE = "s3cr3t-of-the-payment-service"


def test_a_secret_is_set_replaced_and_never_shown(olga: Page) -> None:
    name = f"KEY_{uuid4().hex[:8]}"
    for _ in range(2):
        olga.goto("/secrets")
        olga.get_by_label("Name", exact=True).fill(name)
        olga.get_by_label("Value", exact=True).fill(VALUE)
        olga.get_by_role("button", name="Set the secret").click()
        expect(olga.get_by_role("status")).to_contain_text("Its value is shown to nobody")
        assert VALUE not in olga.content()
    row = olga.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("value 2")
    row.get_by_text("Delete…").click()
    olga.get_by_role("button", name=f"Delete {name}").click()
    expect(row).to_have_count(0)


def test_a_host_is_allowed_and_removed(olga: Page) -> None:
    host = f"h{uuid4().hex[:8]}.example"
    olga.goto("/hosts")
    olga.get_by_label("Host", exact=True).fill("no host")
    olga.get_by_role("button", name="Add the host").click()
    expect(olga.get_by_label("Host", exact=True)).to_have_value("no host")
    expect(olga.locator("#host-error")).to_be_visible()
    olga.get_by_label("Host", exact=True).fill(host)
    olga.get_by_role("button", name="Add the host").click()
    olga.get_by_role("button", name=f"Remove {host}").click()
    expect(olga.get_by_role("status")).to_contain_text("no longer call this host")


def test_a_message_that_was_given_up_on_is_tried_again(olga: Page, server: Server) -> None:
    name = f"mend-{uuid4().hex[:8]}"
    # On a thread: the browser keeps a loop of its own on this one.
    with ThreadPoolExecutor(1) as threads:
        threads.submit(lambda: asyncio.run(_give_up(server, name))).result()
    olga.goto("/letters")
    row = olga.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("the partner is closed")
    row.get_by_role("button", name=f"Try {name} again").click()
    expect(olga.get_by_role("status")).to_contain_text("The message is tried again")
    expect(row).to_have_count(0)
    olga.goto("/audit?action=hooks.letter.retry")
    expect(olga.get_by_role("link", name=re.compile("ago|just now")).first).to_be_visible()


async def _give_up(server: Server, name: str) -> None:
    """A message of the demo tenant that its subscriber refused for the last time, as a second process would leave it."""
    with owner_of(server) as api:
        tenant_id = UUID(api.get("/me")["tenant"]["id"])
    ground = build_ground(Settings(database_url=f"sqlite:///{server.log.parent / 'alloy.db'}", log_level="error"))
    try:
        transport = OutboxTransport(ground.database, ground.clock, Retries(attempts=1))

        async def refuse(_delivery: Delivery) -> None:
            raise RuntimeError("the partner is closed")

        transport.subscribe("journey", "partner", refuse)
        message = Message(tenant_id, "journey", {"subject": {"name": name}})
        await ground.database.write(lambda work: transport.publish(work, message))
        await transport.deliver_due()
    finally:
        ground.close()


def test_pages_of_administration_fit_and_have_no_accessibility_problem(olga: Page) -> None:
    olga.goto("/secrets")
    olga.get_by_label("Name", exact=True).fill("K" * 64)
    olga.get_by_label("Value", exact=True).fill(VALUE)
    olga.get_by_role("button", name="Set the secret").click()
    for path in ("/", "/secrets", "/hosts", "/letters"):
        olga.goto(path)
        assert problems_of(olga) == []
        assert not misfits(olga, (320, 390, 1440))


def test_the_operators_page_looks_again_by_itself_and_nothing_jumps(page: Page) -> None:
    SignInPage(page).sign_in("otto@demo.example")
    page.set_viewport_size({"width": 1440, "height": 500})
    page.get_by_role("link", name="Operator").first.click()
    at, seen = page.get_by_role("region", name="State").get_by_text(re.compile("^At ")), page.get_by_role("heading", name="Database")
    expect(page.get_by_role("region", name="Sandbox")).to_contain_text("Running")
    expect(page.get_by_role("row").filter(has_text="seccomp")).to_be_visible()
    seen.scroll_into_view_if_needed()
    first, place = at.inner_text(), seen.bounding_box()
    expect(at).not_to_have_text(first)
    after = seen.bounding_box()
    assert place is not None
    assert after is not None
    assert after["y"] == place["y"]


def test_a_private_address_is_refused_where_it_was_typed(olga: Page) -> None:
    olga.goto("/hosts")
    olga.get_by_label("Host", exact=True).fill("127.0.0.1:8080")
    olga.get_by_role("button", name="Add the host").click()
    expect(olga.get_by_label("Host", exact=True)).to_have_accessible_description(re.compile("127.0.0.1 isn't a public address"))
    expect(olga.get_by_label("Host", exact=True)).to_have_value("127.0.0.1:8080")
