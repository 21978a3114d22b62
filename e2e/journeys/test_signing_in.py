"""Ways in and out."""

import re

from playwright.sync_api import Page, expect

from e2e.conftest import Elsewhere
from e2e.pages.shell import Shell
from e2e.pages.sign_in import SignInPage


def test_a_person_signs_in_and_sees_the_dashboard(page: Page) -> None:
    SignInPage(page).sign_in("vera@demo.example")
    expect(Shell(page).heading).to_have_text("Demo")


def test_a_wrong_password_keeps_the_address_and_says_so(page: Page) -> None:
    form = SignInPage(page)
    form.open()
    form.submit("vera@demo.example", "not the password")
    expect(form.problem).to_contain_text("wrong")
    expect(form.email).to_have_value("vera@demo.example")
    expect(form.password).to_be_focused()


def test_too_many_failures_are_refused_with_the_time_to_wait(page: Page, fresh_email: str) -> None:
    form = SignInPage(page)
    form.open()
    for _ in range(10):
        form.submit(fresh_email, "not the password")
        expect(form.problem).to_contain_text("wrong")
        form.password.fill("")
    form.submit(fresh_email, "not the password")
    expect(form.problem).to_contain_text(re.compile(r"Try again in \d+ minutes?"))


def test_signing_in_leads_to_the_page_that_was_asked_for(page: Page) -> None:
    page.goto("/audit?action=access.user.create")
    expect(page).to_have_url(re.compile(r"/sign-in\?return="))
    SignInPage(page).submit("rex@demo.example")
    expect(page).to_have_url(re.compile(r"/audit\?action=access\.user\.create$"))


def test_signing_in_never_leads_to_another_site(page: Page, base_url: str) -> None:
    page.goto("/sign-in?return=//evil.example/")
    SignInPage(page).submit("rex@demo.example")
    expect(page).to_have_url(f"{base_url}/")


def test_signing_out_ends_the_session(olga: Page) -> None:
    Shell(olga).sign_out()
    expect(olga.get_by_role("status")).to_contain_text("signed out")
    olga.goto("/")
    expect(olga).to_have_url(re.compile("/sign-in"))


def test_a_session_that_was_ended_elsewhere_leads_to_sign_in_and_back(olga: Page, elsewhere: Elsewhere) -> None:
    olga.goto("/tokens")
    other = elsewhere()
    other.goto("/profile")
    other.get_by_role("button", name="End all others").click()
    expect(Shell(other).toasts).to_contain_text("have ended")
    other.close()
    olga.reload()
    expect(olga).to_have_url(re.compile(r"/sign-in\?return=/tokens"))
    SignInPage(olga).submit("olga@demo.example")
    expect(olga).to_have_url(re.compile("/tokens$"))


def test_pages_and_forms_work_without_javascript(elsewhere: Elsewhere, fresh_email: str) -> None:
    page = elsewhere(java_script_enabled=False)
    page.goto("/members/new")
    form = page.get_by_role("region", name="Somebody new")
    form.get_by_label("E-mail address").fill(fresh_email)
    form.get_by_label("Name", exact=True).fill("Plain Form")
    form.get_by_label("First password").fill("a long enough phrase")
    form.get_by_role("button", name="Create the account").click()
    expect(Shell(page).toasts).to_contain_text("The account is created")
    assert page.evaluate("() => getComputedStyle(document.getElementById('toasts')).position") == "static"
    page.get_by_role("row").filter(has_text=fresh_email).get_by_role("combobox").select_option("author")
    page.get_by_role("row").filter(has_text=fresh_email).get_by_role("button").click()
    expect(Shell(page).toasts).to_contain_text("The role is changed")
