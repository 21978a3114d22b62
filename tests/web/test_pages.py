"""Pages as a browser gets them, over the whole application."""

import re
from collections.abc import Iterator
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest

from app.access import csrf_token
from app.access.service.tenants import OWN_ADDRESSES
from app.entities import FieldKind, FieldSpec, TypeSettings, create_type
from app.main import create_app
from app.testing import Person, World
from tests.browser import Browser
from tests.walls import steps

HTML = {"accept": "text/html"}


class Visitor:
    """Somebody's browser, which knows the token of its forms."""

    def __init__(self, world: World, person: Person | None) -> None:
        secret = person.session.secret if person else None
        self._browser = Browser(create_app(ground=world.ground), secret)
        self._csrf = csrf_token(secret) if secret else ""

    def get(self, path: str, **headers: str) -> httpx.Response:
        """A page."""
        return self._browser.get(path, headers={**HTML, **headers})

    def post(self, path: str, fields: dict[str, str], *, csrf: str | None = None, **headers: str) -> httpx.Response:
        """The answer to a form."""
        form = {"csrf": self._csrf if csrf is None else csrf, **fields}
        return self._browser.post(path, data=form, headers={**HTML, **headers})

    def close(self) -> None:
        """Close the browser."""
        self._browser.close()


@pytest.fixture
def owner(memory_world: World) -> Iterator[Visitor]:
    """The owner's browser."""
    visitor = Visitor(memory_world, memory_world.owner)
    yield visitor
    visitor.close()


@pytest.fixture
def mallory(memory_world: World) -> Iterator[Visitor]:
    """The browser of somebody of another tenant."""
    visitor = Visitor(memory_world, memory_world.mallory)
    yield visitor
    visitor.close()


@pytest.fixture
def nobody(memory_world: World) -> Iterator[Visitor]:
    """A browser without a session."""
    visitor = Visitor(memory_world, None)
    yield visitor
    visitor.close()


def test_a_form_without_the_sessions_token_is_refused(owner: Visitor) -> None:
    answer = owner.post("/profile/name", {"display_name": "Forged", "version": "1"}, csrf="made up")
    assert answer.status_code == 403
    assert "another session" in answer.text


def test_a_page_for_nobody_leads_to_sign_in_and_back(nobody: Visitor) -> None:
    answer = nobody.get("/audit?action=x")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?return=/audit%3Faction%3Dx"


def test_the_script_of_a_page_is_sent_to_sign_in_by_a_header(nobody: Visitor) -> None:
    answer = nobody.get("/audit", **{"hx-request": "true", "hx-current-url": "http://alloy.test/audit"})
    assert answer.headers["hx-redirect"] == "/sign-in?return=/audit"


def test_programs_get_problems_not_pages(memory_world: World) -> None:
    browser = Browser(create_app(ground=memory_world.ground))
    assert browser.get("/api/v1/me", headers=HTML).headers["content-type"] == "application/problem+json"
    browser.close()


def test_an_unknown_address_is_a_page_with_a_reference_for_the_operator(owner: Visitor) -> None:
    answer = owner.get("/nothing-here")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["x-correlation-id"] in answer.text


def test_a_body_that_is_too_large_is_refused_as_a_page(owner: Visitor) -> None:
    answer = owner.post("/profile/name", {"display_name": "x" * 2_000_000, "version": "1"})
    assert answer.status_code == 413
    assert answer.headers["content-type"].startswith("text/html")


def test_an_id_that_is_no_id_is_not_found(owner: Visitor) -> None:
    assert owner.get("/members/not-an-id").status_code == 404


def test_a_member_of_another_tenant_is_not_found(owner: Visitor, mallory: Visitor) -> None:
    found = re.search(r"/members/([0-9a-f-]{36})\"", owner.get("/members").text)
    assert found is not None
    assert mallory.get(f"/members/{found[1]}").status_code == 404
    refused = mallory.post(f"/members/{found[1]}/role", {"role": "viewer", "version": "1"})
    assert refused.status_code == 404


@pytest.mark.parametrize("path", ["/roles/%00", "/roles/UPPER", "/members?after=nonsense", "/audit?actor_id=me", "/audit?since=lately"])
def test_an_address_that_can_not_exist_is_not_found(owner: Visitor, path: str) -> None:
    assert owner.get(path).status_code == 404


def test_control_characters_in_a_filter_are_left_out(owner: Visitor) -> None:
    assert 'value="acme"' in owner.get("/audit?subject_id=ac%00me").text


def test_a_token_that_is_not_there_can_not_be_revoked(owner: Visitor) -> None:
    assert owner.post(f"/tokens/{uuid4()}/revoke", {}).status_code == 404


def test_the_page_that_shows_a_secret_is_kept_by_nobody(owner: Visitor) -> None:
    fields = {"name": "export", "kind": "service", "days": "30", "permissions": "access.self.read"}
    answer = owner.post("/tokens/new", fields)
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "nonsense", "Write an address"),
        ("display_name", "", "Fill this in."),
        ("display_name", "x" * 101, "at most 100 characters"),
    ],
)
def test_a_wrong_field_is_told_beside_it_and_the_rest_stays(owner: Visitor, field: str, value: str, sentence: str) -> None:
    fields = {"email": "new@acme.example", "display_name": "New", "role": "author", "password": "a long enough phrase", field: value}
    answer = owner.post("/members/new", fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert '<option value="author" selected>' in answer.text
    assert "a long enough phrase" not in answer.text


def test_unknown_fields_of_a_form_are_refused(owner: Visitor) -> None:
    answer = owner.post("/profile/name", {"display_name": "Olga", "version": "1", "is_admin": "yes"})
    assert answer.status_code == 422


def test_markup_in_a_name_is_shown_as_text(owner: Visitor) -> None:
    page = owner.get("/profile").text
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    owner.post("/profile/name", {"display_name": "<script>alert(1)</script>", "version": version[1]})
    shown = owner.get("/profile").text
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


def test_a_list_answers_its_script_with_the_fragment_alone(owner: Visitor) -> None:
    answer = owner.get("/audit?subject_type=user", **{"hx-request": "true"})
    assert answer.text.startswith('<section id="audit" hx-swap-oob="outerMorph"')
    assert "<html" not in answer.text
    assert answer.headers["hx-push-url"] == "/audit?subject_type=user"


def test_static_files_are_kept_for_ever_and_come_compressed(owner: Visitor) -> None:
    style = re.search(r"/static/theme-\w+\.css", owner.get("/").text)
    assert style is not None
    answer = owner.get(style[0], **{"accept-encoding": "br"})
    assert answer.headers["content-encoding"] == "br"
    assert "immutable" in answer.headers["cache-control"]
    assert owner.get("/static/manifest.json").status_code == 404


def test_the_theme_cookie_decides_what_the_server_renders(owner: Visitor) -> None:
    answer = owner.post("/theme", {"theme": "dark", "back": "/roles"})
    assert answer.headers["location"] == "/roles"
    assert 'data-theme="dark"' in owner.get("/roles").text


@pytest.mark.parametrize("address", ["http://[::1", "//[", "http://[v1.x]/", "http://a\u2100b"])
def test_an_address_that_is_none_leads_to_the_dashboard(nobody: Visitor, owner: Visitor, address: str) -> None:
    assert nobody.get(f"/sign-in?return={quote(address)}").status_code == 200
    assert owner.post("/theme", {"theme": "dark", "back": address}).headers["location"] == "/"
    if address.isascii():
        asked = nobody.get("/runs", **{"hx-request": "true", "hx-current-url": address})
        assert (asked.status_code, asked.headers["hx-redirect"]) == (200, "/sign-in")
        assert nobody.get("/runs", host=address).status_code == 303


def test_a_theme_form_leads_nowhere_else(owner: Visitor) -> None:
    assert owner.post("/theme", {"theme": "dark", "back": "https://evil.example/x"}).headers["location"] == "/x"


def test_a_notice_says_only_what_the_table_holds(owner: Visitor) -> None:
    assert "toast" in owner.get("/?done=name-changed").text
    assert "surprise" not in owner.get("/?done=surprise").text.replace("?done=surprise", "")


def test_the_audit_log_is_filtered_by_a_period_that_stays_in_the_address(owner: Visitor) -> None:
    empty = owner.get("/audit?until=2025-01-01T00:00")
    assert "No entry fits these filters" in empty.text
    assert 'name="until" type="datetime-local" value="2025-01-01T00:00"' in empty.text
    full = owner.get("/audit?since=2025-01-01T00:00%2B01:00", **{"hx-request": "true"})
    assert "No entry fits" not in full.text
    assert full.headers["hx-push-url"] == "/audit?since=2025-01-01T00%3A00%2B01%3A00"


def test_the_audit_log_names_people_and_tells_their_address_on_hover(owner: Visitor, memory_world: World) -> None:
    version = memory_world.owner.user.version
    owner.post("/profile/name", {"display_name": "Olga the Great", "version": str(version)})
    assert '<span title="olga@acme.example">Olga</span>' in owner.get("/audit").text


def test_a_disabled_account_is_marked_in_the_list_of_members(owner: Visitor, memory_world: World) -> None:
    assert "disabled</span>" not in owner.get("/members").text
    member = re.search(r'/members/([0-9a-f-]{36})"[^>]*>Vera', owner.get("/members").text)
    assert member is not None
    owner.post(f"/members/{member[1]}/disable", {"version": "1"})
    assert "disabled</span>" in owner.get("/members").text


def test_every_address_begins_with_a_word_that_no_tenant_can_have(memory_world: World) -> None:
    beginnings = {step.path.split("/")[1] for step in steps(create_app(ground=memory_world.ground))}
    assert "records" in beginnings
    assert beginnings - OWN_ADDRESSES == {"", "{tenant}"}


def test_a_type_named_hooks_has_its_pages_like_any_other(memory_world: World, owner: Visitor) -> None:
    memory_world.write(
        memory_world.owner,
        lambda work, actor: create_type(work, actor, "hooks", TypeSettings("Hook", (FieldSpec("size", FieldKind.INTEGER),))),
    )
    for path in ("/types/hooks", "/records/hooks", "/records/hooks/new"):
        assert owner.get(path).status_code == 200, path
    assert owner.post("/types/hooks/delete", {}).status_code == 303
