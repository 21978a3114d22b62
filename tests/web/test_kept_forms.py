"""A form sent after its session ran out: what was typed is there again after sign-in, for the same person alone."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import Connection, text

from app.access import BuiltinRole, csrf_token, switch_tenant
from app.main import create_app
from app.testing import Person, World
from tests.browser import ORIGIN, Browser

HTML = {"accept": "text/html"}
TYPED = {"email": "new@acme.example", "display_name": "Typed Name", "role": "author", "password": "a long enough phrase"}
Send = Callable[..., httpx.Response]


@pytest.fixture
def late(memory_world: World) -> Iterator[Send]:
    """Sends a form of a session that has run out meanwhile."""
    opened = []

    def send(secret: str, fields: dict[str, str], path: str = "/members/new", csrf: str | None = None) -> httpx.Response:
        memory_world.clock.advance(timedelta(minutes=memory_world.ground.settings.session_idle_minutes))
        browser = Browser(create_app(ground=memory_world.ground), secret)
        opened.append(browser)
        form = {**fields, "csrf": csrf or csrf_token(secret)}
        return browser.post(path, data=form, headers={**HTML, "referer": f"{ORIGIN}{path}"})

    yield send
    for browser in opened:
        browser.close()


def _way_back(answer: httpx.Response) -> str:
    assert answer.status_code == 303
    return parse_qs(urlsplit(answer.headers["location"]).query)["return"][0]


def _look(world: World, person: Person, path: str) -> str:
    browser = Browser(create_app(ground=world.ground), world.session(person).secret)
    shown = browser.get(path, headers=HTML).text
    browser.close()
    return shown


def test_what_was_typed_is_there_again_after_sign_in_but_for_passwords(memory_world: World, late: Send) -> None:
    back = _way_back(late(memory_world.owner.session.secret, TYPED))
    shown = _look(memory_world, memory_world.owner, back)
    assert 'value="Typed Name"' in shown
    assert '<option value="author" selected>' in shown
    assert "What you typed is here again" in shown
    assert TYPED["password"] not in shown


def test_the_other_form_of_the_page_stays_empty(memory_world: World, late: Send) -> None:
    answer = late(memory_world.owner.session.secret, {"email": "other@acme.example", "role": "viewer"}, "/members/add")
    kept = _way_back(answer).partition("?")[2]
    shown = _look(memory_world, memory_world.owner, f"/members/new?{kept}")
    assert shown.count("other@acme.example") == 1


def test_nobody_else_sees_it(memory_world: World, late: Send) -> None:
    back = _way_back(late(memory_world.owner.session.secret, TYPED))
    for person in (memory_world.admin, memory_world.mallory):
        assert "Typed Name" not in _look(memory_world, person, back)


def test_it_stays_in_the_tenant_it_was_typed_in(memory_world: World, late: Send) -> None:
    world = memory_world
    world.join(world.owner, world.rival, BuiltinRole.OWNER)
    back = _way_back(late(world.owner.session.secret, TYPED))
    fresh = world.session(world.owner)
    elsewhere = Person(world.owner.user, world.rival, BuiltinRole.OWNER, fresh)
    settings = world.ground.settings
    moved = world.write(elsewhere, lambda work, actor: switch_tenant(work, actor, settings, world.rival.id))
    browser = Browser(create_app(ground=world.ground), moved.secret)
    assert "Typed Name" not in browser.get(back, headers=HTML).text
    browser.close()


def test_signing_in_again_leads_to_the_tenant_one_was_in(memory_world: World) -> None:
    world = memory_world
    world.join(world.owner, world.rival, BuiltinRole.OWNER)
    settings = world.ground.settings
    world.write(world.owner, lambda work, actor: switch_tenant(work, actor, settings, world.rival.id))
    assert world.session(world.owner).tenant_id == world.rival.id


def test_it_is_gone_after_half_an_hour(memory_world: World, late: Send) -> None:
    back = _way_back(late(memory_world.owner.session.secret, TYPED))
    memory_world.clock.advance(timedelta(minutes=30))
    assert "Typed Name" not in _look(memory_world, memory_world.owner, back)


def test_neither_passwords_nor_tokens_reach_the_database(memory_world: World, late: Send) -> None:
    _way_back(late(memory_world.owner.session.secret, TYPED))

    def fields(connection: Connection) -> list[str]:
        return [str(row[0]) for row in connection.execute(text("SELECT fields FROM access_kept_form"))]

    rows = memory_world.ground.database.read_now(lambda work: work.inspect(fields))
    assert len(rows) == 1
    assert "Typed Name" in rows[0]
    assert [word for word in ("password", TYPED["password"], "csrf") if word in rows[0]] == []


@pytest.mark.parametrize("fields", [{"current_password": "x", "password": "y"}, {"display_name": "x" * 300_000}, {}])
def test_nothing_is_kept_of_a_form_without_text_or_with_too_much(memory_world: World, late: Send, fields: dict[str, str]) -> None:
    assert "kept" not in _way_back(late(memory_world.owner.session.secret, fields))


def test_a_form_that_is_not_the_sessions_own_is_refused_and_not_kept(memory_world: World, late: Send) -> None:
    assert late(memory_world.owner.session.secret, TYPED, csrf="made up").status_code == 403


def test_a_session_that_never_was_keeps_nothing(late: Send) -> None:
    assert "kept" not in _way_back(late("made-up", TYPED))


def test_a_made_up_id_shows_an_untouched_form(memory_world: World) -> None:
    page = _look(memory_world, memory_world.owner, "/members/new?kept=01890000-0000-7000-8000-000000000000")
    assert "What you typed is here again" not in page
