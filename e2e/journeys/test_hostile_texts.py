"""Texts that want to be markup, in the database of a real server: every page is opened in a real browser, and they stay texts."""

import json
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest
from playwright.sync_api import Dialog, Page, Request, expect

from e2e.conftest import Elsewhere
from e2e.looks import MISFITS
from e2e.pages.editor import EditorPage
from e2e.pages.sign_in import SignInPage
from e2e.server import PASSWORD, Server, serving
from tests.hostile import LINES, MARK, Walk, planting

# Elements and attributes that no template of ours has.
FOREIGN = """() => [...document.querySelectorAll([
  'img[src]:not([src^="/static/"]), img[srcset]',
  'iframe, object, embed, base', '[onload], [onerror], [onfocus], [srcdoc]', 'a[href^="javascript:"]',
  'script:not([src^="/static/"])', '[hx-get="/sign-out"]', 'style:not([nonce])',
].join())].map((each) => each.outerHTML.slice(0, 120))"""
LINKS = "() => [...document.querySelectorAll('a[href]:not([download])')].map((each) => each.getAttribute('href'))"


@pytest.fixture(scope="module")
def hostile_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose demo tenant is full of them, with an administrator whose name is one."""
    with serving(tmp_path_factory.mktemp("hostile")) as server:
        with server.signed_in() as client:
            for line in LINES.values():
                _plant(client, line)
            name = LINES["a handler"]
            admin = {"email": "hostile@demo.example", "display_name": name, "role": "admin", "password": PASSWORD}
            client.post("/api/v1/users", json=admin).raise_for_status()
        yield server


def _plant(client: httpx.Client, line: str) -> None:
    plan, answered = planting(line), None
    with suppress(StopIteration):
        while True:
            ask = plan.send(answered)
            answered = ask.read(client.request(**ask.sent()))


@pytest.fixture
def victim(elsewhere: Elsewhere, hostile_server: Server) -> Iterator[Page]:
    """The administrator's browser; a dialog, a request elsewhere, a broken policy or a script's error is a fault."""
    page = elsewhere(None, base_url=hostile_server.url)
    faults: list[str] = []

    def dialog(shown: Dialog) -> None:
        faults.append(f"dialog: {shown.message}")
        shown.dismiss()

    def asked(request: Request) -> None:
        if not request.url.startswith((hostile_server.url, "data:", "blob:")):
            faults.append(f"asked elsewhere: {request.url}")

    page.on("dialog", dialog)
    page.on("request", asked)
    SignInPage(page).sign_in("hostile@demo.example")
    yield page
    assert not faults, "\n".join(faults)


def _check(page: Page, path: str) -> None:
    assert page.evaluate(f"() => window.{MARK}") is None, path
    assert page.evaluate(FOREIGN) == [], path
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate(MISFITS) == [], f"{path} at {width} px"


def test_every_page_shows_them_as_texts_and_keeps_its_shape(victim: Page) -> None:
    walk = Walk()
    while walk.waiting:
        path = walk.waiting.pop()
        victim.goto(path)
        _check(victim, path)
        walk.found(each for each in victim.evaluate(LINKS) if not each.endswith((".txt", ".json")))
    assert len(walk.seen) > 100


def test_the_editor_shows_what_is_typed_tried_and_thrown_as_texts(victim: Page) -> None:
    editor = EditorPage(victim)
    editor.open_new()
    victim.get_by_role("radio", name="Try it").check()
    for line in LINES.values():
        # A comment with the text, a name of it that nobody knows, and a template that never ends.
        editor.write(f"// {line}\nlet text = params.text;\nlog(text);\nlet `{line}\n")
        expect(editor.problems.get_by_role("listitem").first).to_be_visible()
        editor.write("log(params.text);\nthrow params.text;\n")
        victim.get_by_label("Parameters").fill(json.dumps({"text": line}))
        editor.run()
        expect(editor.outcome).to_contain_text("Failed")
        editor.show("Result")
        expect(editor.trial.get_by_role("alert")).to_contain_text(line)
        editor.show("Logs")
        expect(editor.trial.locator(".log-text")).to_have_text(line)
        _check(victim, "/scripts/new")
