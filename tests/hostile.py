"""Texts that want to be markup, a script or a template; what plants them wherever people may write; and the pages where they would act.

Planting and walking are generators, so that a test in process and a browser's journey do the same with clients of their own.
"""

import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

import httpx

MARK: Final = "broken_in"
"""What those that would be run set on the window."""
LINES: Final = {
    "an element": f"<script>window.{MARK}=1</script>",
    "a handler": f"<img src=x onerror=window.{MARK}=2>",
    "the end of an attribute": f'"><svg onload=window.{MARK}=3>',
    "another attribute": f"' autofocus onfocus='window.{MARK}=4' x='",
    "the end of what holds text": f"</textarea></title></script><script>window.{MARK}=5</script>",
    "an address": f"javascript:window.{MARK}=6",
    "a template": "{{ 7 * 7 }}{% raw %}${7*7}",
    "a link": f'<a href="javascript:window.{MARK}=7" target=_blank>x</a>',
    "another base": "<base href=//evil.example><style>*{display:none}</style>",
    "a frame in a comment": f"--><iframe srcdoc='<script>parent.{MARK}=8</script>'></iframe><!--",
    "something for htmx": '<p id="toasts" hx-get="/sign-out" hx-trigger="load" hx-swap-oob="true">x</p>',
    "other directions": "\u202e\u2066 txt.exe \u2069",
    "a tower": "Z" + "\u0301" * 60,
    "a word without end": "W" * 100,
}
"""Each fits where a name does: at most a hundred characters, none of them control characters."""
_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{12,}\b|(?<=[/=])\d+")
_NAMED: Final = re.compile(r"/(?:records|types|roles)/[a-z0-9-]+")
_OF_A_SHAPE: Final = 2
_RUNNING: Final = frozenset({"script", "style", "iframe", "object", "embed", "base", "frame", "math", "template"})
_ADDRESSES: Final = frozenset({"href", "src", "action", "formaction", "srcdoc", "data", "poster", "xlink:href"})


@dataclass(frozen=True, slots=True)
class Ask:
    """A request of the REST API; `path` is below `/api/v1`."""

    method: str
    path: str
    body: dict[str, Any] | bytes
    expected: tuple[int, ...] = (200, 201)

    def sent(self) -> dict[str, Any]:
        """It as a client of httpx takes it."""
        body = {"content": self.body} if isinstance(self.body, bytes) else {"json": self.body}
        return {"method": self.method, "url": f"/api/v1{self.path}", **body}

    def read(self, answer: httpx.Response) -> Any:
        """What was answered, which has to be what was expected."""
        assert answer.status_code in self.expected, f"{self.method} {self.path}: {answer.text}"
        return json.loads(answer.text)


Planting = Generator[Ask, Any, None]


def planting(line: str) -> Planting:
    """Everything that holds a text of people's own, each with this one in it. What was answered comes in by `send`, nothing at first."""
    word = uuid4().hex[:12]
    yield Ask("PUT", "/secrets/KEY_" + word, {"value": "long enough to be one"}, (200, 201))
    user = {"email": f"{word}@demo.example", "display_name": line, "role": "viewer", "password": "a long enough phrase"}
    yield Ask("POST", "/users", user)
    yield Ask("POST", "/roles", {"name": f"r-{word}", "description": line, "inherits": "viewer"})
    yield Ask("POST", "/tokens", {"name": line, "kind": "ai", "permissions": ["access.self.read"]})
    yield from _records(word, line)
    yield from _scripts(word, line)
    yield Ask("POST", "/scripts/import", bundle(f"b-{word}", line))


def _records(word: str, line: str) -> Planting:
    name = f"t{word}"
    fields = [{"kind": "text", "name": "title", "label": line, "description": line}, {"kind": "choice", "name": "kind", "choices": [line]}]
    yield Ask("POST", "/entity-types", {"name": name, "label": line, "description": line, "fields": fields})
    made = yield Ask("POST", f"/entities/{name}", {"data": {"title": line, "kind": line}})
    trigger = {"kind": "event", "entity_type": name, "events": ["update"], "phase": "before"}
    source = f"// {line}\nentity.title += `!`;\nlog_warn(entity.title);\nabort(`No: ${{entity.title}}`);"
    yield Ask("POST", "/scripts", {"name": f"g-{word}", "trigger": trigger, "source": source, "message": line, "activate": True})
    change = {"version": made["version"], "data": {"title": f"{line}{line}", "kind": line}}
    yield Ask("PUT", f"/entities/{name}/{made['id']}", change, (409, 422))


def _scripts(word: str, line: str) -> Planting:
    source = f"// {line}\nlog(params.text);\nlog_error(params.text);\nprint(`{{params.text}}`);\nthrow params.text;\n"
    body = {"name": f"s-{word}", "description": line, "trigger": {"kind": "manual"}, "source": source, "message": line, "activate": True}
    made = yield Ask("POST", "/scripts", body)
    run = yield Ask("POST", f"/scripts/{made['id']}/run", {"params": {"text": line, line: [line]}})
    change = {"description": line, "trigger": body["trigger"], "name": body["name"], "message": f"2 {line}"}
    source = f"// {line} again\n#{{text: params.text}}\n"
    changed = yield Ask("PUT", f"/scripts/{made['id']}", {**change, "source": source, "revision": made["revision"]})
    yield Ask("POST", f"/scripts/{made['id']}/activate", {"revision": changed["revision"], "version": 2})
    yield Ask("POST", f"/executions/{run['run_id']}/rerun", {"version": "current"})
    # A name that turns directions is refused here; elsewhere it is only text.
    yield Ask("POST", "/reruns", {"name": line, "filter": {"script_id": made["id"]}}, (201, 422))
    yield Ask("POST", "/schedules", {"script_id": made["id"], "name": line, "expression": "0 3 1 1 *"})


def bundle(name: str, line: str) -> bytes:
    """A file to import, with the text wherever it may hold one."""
    entry = {"name": name, "file": f"{name}.rhai", "description": line, "trigger": {"kind": "manual"}}
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("manifest.json", json.dumps({"format": "alloy-scripts", "version": 1, "scripts": [entry]}))
        archive.writestr(f"{name}.rhai", f"// {line}\n1\n")
    return held.getvalue()


@dataclass(slots=True)
class Walk:
    """Which pages to open: whatever links lead to, a few of each shape, so that a thousand records are not a thousand pages."""

    waiting: list[str] = field(default_factory=lambda: ["/"])
    seen: set[str] = field(default_factory=set)
    _shapes: Counter[str] = field(default_factory=Counter)

    def found(self, links: Iterable[str]) -> None:
        """Links of a page that was opened."""
        for link in links:
            parts = urlsplit(link)
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            if parts.scheme or parts.netloc or not parts.path.startswith("/") or parts.path.startswith("/static/") or path in self.seen:
                continue
            names = sorted(each.partition("=")[0] for each in parts.query.split("&") if each)
            shape = f"{_ID.sub('*', _NAMED.sub(_whose, parts.path))}?{'&'.join(names)}"
            self.seen.add(path)
            self._shapes[shape] += 1
            if self._shapes[shape] <= _OF_A_SHAPE:
                self.waiting.append(path)


def _whose(found: re.Match[str]) -> str:
    return found[0].rpartition("/")[0] + "/*"


class Page(HTMLParser):
    """A page's text, links, and whatever in it could run."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.links: list[str] = []
        self.faults: list[str] = []
        self._inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what could act; our own scripts come from our own files."""
        held = {name: value or "" for name, value in attrs}
        is_ours = tag == "script" and held.get("src", "").startswith("/static/")
        if tag in _RUNNING and not is_ours:
            self.faults.append(f"<{tag}> {held}")
        self.faults += [f"{name}={value}" for name, value in held.items() if name.startswith("on") or name == "style"]
        for name in _ADDRESSES & held.keys():
            if urlsplit(held[name]).scheme or held[name].startswith(("//", "\\")):
                self.faults.append(f"{name}={held[name]}")
        if tag == "a":
            self.links.append(held.get("href", ""))
        self.text += "".join(f"\n{value}" for value in held.values())

    def handle_data(self, data: str) -> None:
        """What people read."""
        self.text += data
