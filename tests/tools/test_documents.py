"""The documents: no link leads nowhere, and every page is found from the index."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INDEX = ROOT / "docs" / "README.md"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)


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
