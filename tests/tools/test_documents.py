"""The documents: no link leads nowhere, every page is found from the index, and what they say to type or to call is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from app.cli import cli
from app.main import create_app
from app.testing import World
from tests.walls import steps

ROOT = Path(__file__).resolve().parents[2]
INDEX = ROOT / "docs" / "README.md"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"`((?:app|benchmarks|docs|e2e|requirements|static|templates|tests|tools)/[^`\s:<]*)`")
_MODULE = re.compile(r"-m ((?:app|benchmarks|tests|tools)(?:\.\w+)+)")
_COMMAND = re.compile(r"(?:`|\$ |/)(alloy|make) ([a-z0-9-]+)")
_CALL = re.compile(r"`(GET|POST|PUT|PATCH|DELETE) (/[^`\s?]*)")
_BUILT = "static/dist"
_HOOK = re.compile(r"/[^/]+/hooks/.+")
"""The address of somebody's script: what is there, a tenant says."""


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """Where a page's links into the repository lead: the file, and the heading there or nothing."""
    for target in _LINK.findall(_CODE.sub("", page.read_text("utf-8"))):
        if "://" not in target and not target.startswith("mailto:"):
            path, _, anchor = target.partition("#")
            yield (page.parent / path).resolve() if path else page, anchor


def anchors(page: Path) -> set[str]:
    """The names under which a page's headings can be linked to."""
    headings = _HEADING.findall(page.read_text("utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_link_leads_nowhere(page: Path) -> None:
    dead = [f"{path.name}#{anchor}" for path, anchor in links(page) if not path.exists() or (anchor and anchor not in anchors(path))]
    assert dead == []


def test_every_page_is_found_from_the_index() -> None:
    found = {path for path, _ in links(INDEX)}
    within = [page for page in PAGES if page.is_relative_to(INDEX.parent) and page != INDEX]
    left_out = [str(page.relative_to(ROOT)) for page in within if page not in found and page.parent not in found]
    assert left_out == []


def test_a_dead_link_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One, two\n[a](#one-two) [b](gone.md) `[c](code.md)` [d](https://example.com)\n", "utf-8")
    assert list(links(page)) == [(page, "one-two"), (tmp_path / "gone.md", "")]
    assert anchors(page) == {"one-two"}


def mentions(pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """What a pattern finds in any page: where, and what."""
    for page in PAGES:
        for found in pattern.findall(page.read_text("utf-8")):
            yield str(page.relative_to(ROOT)), found if isinstance(found, str) else " ".join(found)


def is_like(call: str, route: str) -> bool:
    """Whether a call could be to a route; a part in braces stands for anything."""
    parts = [re.escape(part) if "{" not in part else "[^/]+" for part in route.split("/")]
    return re.fullmatch("/".join(parts), re.sub(r"\{\w+\}", "x", call)) is not None


def test_every_file_and_module_that_is_named_exists() -> None:
    modules = [(page, name.replace(".", "/")) for page, name in mentions(_MODULE)]
    named = [(page, name) for page, name in [*mentions(_FILE), *modules] if not name.startswith(_BUILT)]
    missing = [(page, name) for page, name in named if not [*ROOT.glob(name), *ROOT.glob(f"{name}.py")]]
    assert missing == []


def test_every_command_that_is_named_exists() -> None:
    targets = re.findall(r"^([a-z0-9]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    commands = list(getattr(typer.main.get_command(cli), "commands"))  # noqa: B009  # typer doesn't tell that this is a group
    known = {*(f"make {name}" for name in targets), *(f"alloy {name}" for name in commands), "alloy demo"}
    assert [(page, command) for page, command in mentions(_COMMAND) if command not in known] == []


def test_every_call_that_is_named_has_a_route(memory_world: World) -> None:
    routes = [f"{step.method} {step.path.removeprefix('/api/v1')}" for step in steps(create_app(ground=memory_world.ground))]
    calls = [(page, call.replace(" /api/v1/", " /")) for page, call in mentions(_CALL) if not _HOOK.fullmatch(call.partition(" ")[2])]
    assert len(calls) > 100
    assert [(page, call) for page, call in calls if not any(is_like(call, route) for route in routes)] == []


def test_a_call_that_has_no_route_is_seen() -> None:
    assert is_like("GET /scripts/{id}/diff", "GET /scripts/{script_id}/diff")
    assert not is_like("GET /scripts/{id}/difference", "GET /scripts/{script_id}/diff")
    assert not is_like("POST /scripts/{id}/diff", "GET /scripts/{script_id}/diff")
