"""API tokens: shown once, usable, revocable."""

import httpx
from playwright.sync_api import Page, expect

from e2e.pages.shell import Shell
from e2e.pages.tokens import TokensPage
from e2e.server import PATIENCE_SECONDS, Server


def _status_with(server: Server, secret: str) -> int:
    return httpx.get(f"{server.url}/api/v1/me", headers={"Authorization": f"Bearer {secret}"}, timeout=PATIENCE_SECONDS).status_code


def test_a_token_is_shown_once_and_opens_the_rest_interface(olga: Page, server: Server, fresh_email: str) -> None:
    tokens = TokensPage(olga)
    secret = tokens.create(fresh_email)
    assert _status_with(server, secret) == 200
    olga.goto("/tokens")
    expect(tokens.row(fresh_email)).to_be_visible()
    assert secret not in olga.content()


def test_a_revoked_token_is_refused_from_then_on(olga: Page, server: Server, fresh_email: str) -> None:
    tokens = TokensPage(olga)
    secret = tokens.create(fresh_email)
    tokens.revoke(fresh_email)
    expect(Shell(olga).toasts).to_contain_text("revoked")
    expect(tokens.row(fresh_email)).to_contain_text("revoked")
    assert _status_with(server, secret) == 401


def test_a_token_without_permissions_is_refused_and_the_name_stays(olga: Page, fresh_email: str) -> None:
    olga.goto("/tokens/new")
    olga.get_by_label("Name", exact=True).fill(fresh_email)
    olga.get_by_role("button", name="Create the token").click()
    expect(olga.get_by_role("group", name="What it may do")).to_contain_text("Choose at least one.")
    expect(olga.get_by_label("Name", exact=True)).to_have_value(fresh_email)


def test_a_token_is_made_with_the_keyboard_alone(page: Page, fresh_email: str) -> None:
    page.goto("/sign-in")
    page.keyboard.type("olga@demo.example")
    page.keyboard.press("Tab")
    page.keyboard.type("alloy demo phrase")
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    _tab_to(page, "API tokens")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tokens")
    _tab_to(page, "New token")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tokens/new")
    _tab_to(page, "name")
    page.keyboard.type(fresh_email)
    _tab_to(page, "access.audit.list")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(TokensPage(page).secret).to_contain_text("alloy_")


def _tab_to(page: Page, wanted: str) -> None:
    """Press Tab until what has this text, name or value is focused."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "() => { const at = document.activeElement; return [at.textContent.trim(), at.name || '', at.value || '']; }"
        )
        if wanted in focused:
            return
    raise AssertionError(f"Tab never reached {wanted}")
