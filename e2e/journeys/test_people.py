"""Members, roles and what the audit log tells of them."""

import re

from playwright.sync_api import Page, expect

from e2e.conftest import Elsewhere
from e2e.pages.members import MembersPage
from e2e.pages.shell import Shell
from e2e.pages.sign_in import SignInPage
from e2e.server import Server


def test_a_created_user_can_sign_in(olga: Page, elsewhere: Elsewhere, fresh_email: str) -> None:
    MembersPage(olga).fill_new(fresh_email, "New Person", "author")
    expect(Shell(olga).toasts).to_contain_text("The account is created")
    expect(Shell(elsewhere(fresh_email)).heading).to_have_text("Demo")


def test_a_refused_form_keeps_what_was_typed_and_says_why_beside_the_field(olga: Page) -> None:
    MembersPage(olga).fill_new("ann@demo.example", "Second Ann", "reviewer")
    form = olga.get_by_role("region", name="Somebody new")
    email = form.get_by_label("E-mail address")
    expect(email).to_have_value("ann@demo.example")
    expect(email).to_have_attribute("aria-invalid", "true")
    expect(email).to_have_accessible_description(re.compile("There is an account for ann@demo.example already"))
    expect(form.get_by_label("Name", exact=True)).to_have_value("Second Ann")
    expect(form.get_by_label("Role")).to_have_value("reviewer")


def test_a_short_password_is_refused_beside_its_field(olga: Page, fresh_email: str) -> None:
    MembersPage(olga).fill_new(fresh_email, "Short", "viewer", password="short")
    expect(olga.get_by_label("First password")).to_have_accessible_description(re.compile("5 characters"))


def test_changing_a_role_in_the_list_changes_that_list_alone(olga: Page, fresh_email: str) -> None:
    members = MembersPage(olga)
    members.fill_new(fresh_email, f"Name {fresh_email}", "viewer")
    olga.goto("/members")
    olga.evaluate("() => { window.stillHere = true }")
    members.change_role(f"Name {fresh_email}", "reviewer")
    expect(Shell(olga).toasts).to_contain_text("The role is changed")
    assert olga.evaluate("() => window.stillHere") is True
    expect(members.row(fresh_email).get_by_role("combobox")).to_have_value("reviewer")


def test_a_stale_change_of_a_role_is_refused_and_shown(olga: Page, fresh_email: str) -> None:
    members = MembersPage(olga)
    members.fill_new(fresh_email, f"Name {fresh_email}", "viewer")
    olga.goto("/members")
    second = olga.context.new_page()
    second.goto("/members")
    MembersPage(second).change_role(f"Name {fresh_email}", "author")
    expect(Shell(second).toasts).to_contain_text("The role is changed")
    members.change_role(f"Name {fresh_email}", "reviewer")
    expect(members.row(fresh_email).get_by_role("alert")).to_contain_text("stale")


def test_a_disabled_account_can_not_sign_in(olga: Page, elsewhere: Elsewhere, fresh_email: str) -> None:
    MembersPage(olga).fill_new(fresh_email, f"Name {fresh_email}", "viewer")
    olga.get_by_role("link", name=f"Name {fresh_email}").click()
    olga.get_by_text("Disable the account…").click()
    olga.get_by_role("button", name="Disable the account").click()
    expect(Shell(olga).toasts).to_contain_text("disabled")
    form = SignInPage(elsewhere(None))
    form.open()
    form.submit(fresh_email)
    expect(form.problem).to_contain_text("wrong")


def test_the_audit_log_shows_a_change_with_before_and_after(olga: Page, fresh_email: str) -> None:
    members = MembersPage(olga)
    members.fill_new(fresh_email, f"Name {fresh_email}", "viewer")
    olga.goto("/members")
    members.change_role(f"Name {fresh_email}", "operator")
    expect(Shell(olga).toasts).to_contain_text("The role is changed")
    olga.goto("/audit")
    olga.get_by_label("Action").select_option("access.member.update")
    olga.get_by_role("button", name="Filter").click()
    expect(olga).to_have_url(re.compile(r"action=access\.member\.update"))
    olga.get_by_role("row").filter(has_text=fresh_email).get_by_role("link").click()
    role = olga.get_by_role("row").filter(has=olga.get_by_role("rowheader", name="role", exact=True))
    expect(role.get_by_role("deletion")).to_have_text("viewer")
    expect(role.get_by_role("insertion")).to_have_text("operator")


def test_a_role_of_ones_own_is_created_and_shown_in_the_table(olga: Page, fresh_email: str) -> None:
    name = f"r-{fresh_email.partition('@')[0]}"
    olga.goto("/roles/new")
    olga.get_by_label("Name", exact=True).fill(name)
    olga.get_by_role("checkbox", name="access.audit.list").check()
    olga.get_by_role("button", name="Create the role").click()
    expect(Shell(olga).toasts).to_contain_text("The role is created")
    expect(olga.get_by_role("columnheader", name=name)).to_be_visible()


def test_a_viewer_sees_no_links_to_what_they_may_not_open(page: Page) -> None:
    SignInPage(page).sign_in("vera@demo.example")
    expect(Shell(page).navigation.get_by_role("link")).to_have_text(
        ["Alloy", "Dashboard", "Scripts", "Runs", "Schedules", "Entity types", "Roles"]
    )
    page.goto("/audit")
    expect(Shell(page).heading).to_have_text("Not permitted")


def test_switching_the_tenant_shows_the_other_tenants_world(page: Page, server: Server, fresh_email: str) -> None:
    name = fresh_email.partition("@")[0]
    with server.signed_in("adam@demo.example") as client:
        client.post("/api/v1/tenants", json={"name": f"Works {name}", "slug": f"w-{name}"}).raise_for_status()
    SignInPage(page).sign_in("adam@demo.example")
    Shell(page).switch_tenant(f"Works {name}")
    expect(Shell(page).heading).to_have_text(f"Works {name}")
    page.goto("/members")
    expect(page.get_by_role("rowheader")).to_have_count(1)
