"""Lints templates: what the content policy forbids, what would switch escaping off, and swaps where they don't belong.

A fragment (`_name.html`) has one root with an id as its first attribute and holds no swap attribute: `app.web.render` adds those.
"""

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

_VOID: Final = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "path", "circle", "rect"})
_SWAPS: Final = re.compile(r"\b(?:data-)?hx-(?:swap|swap-oob|target|select|select-oob|trigger)\b")
_FREE_ROOTS: Final = frozenset({"shell/_toast.html"})
_EVERYWHERE: Final = (
    (re.compile(r"\|\s*safe\b"), "`|safe` switches escaping off: pass Markup from Python, or text"),
    (re.compile(r"{%-?\s*autoescape\s+false"), "escaping is never switched off"),
    (re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE), "inline script: put it into static/src/js"),
    (re.compile(r"<style\b", re.IGNORECASE), "inline style sheet: put it into static/src/css"),
    (re.compile(r"\sstyle\s*=", re.IGNORECASE), "inline style: give it a class"),
    (re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE), "inline event handler: put it into static/src/js"),
    (re.compile(r"\bhx-on\b|\bhx-on:", re.IGNORECASE), "`hx-on` needs eval, which the content policy forbids"),
    (re.compile(r"javascript:", re.IGNORECASE), "a script as an address"),
    (re.compile(r"hx-swap-oob"), "only `app.web.render` writes out-of-band swaps"),
)


def problems(name: str, text: str) -> Iterator[str]:
    """What is wrong with a template, one line each."""
    for number, line in enumerate(text.splitlines(), 1):
        for pattern, sentence in _EVERYWHERE:
            if pattern.search(line):
                yield f"{name}:{number}: {sentence}"
    if not Path(name).name.startswith("_"):
        return
    for number, line in enumerate(text.splitlines(), 1):
        if _SWAPS.search(line):
            yield f"{name}:{number}: a fragment holds no swap attribute; the page's wrapper owns it"
    yield from _root_problems(name, text)


def _root_problems(name: str, text: str) -> Iterator[str]:
    html = re.sub(r"{%.*?%}|{#.*?#}", "", text, flags=re.DOTALL)
    roots = _Roots()
    roots.feed(html)
    if len(roots.found) != 1:
        yield f"{name}:1: a fragment has one root element, this has {len(roots.found)}"
    elif name not in _FREE_ROOTS and (not roots.found[0] or roots.found[0][0] != "id"):
        yield f"{name}:1: the root's first attribute is its id"


class _Roots(HTMLParser):
    """The attribute names of each element at the top."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[list[str]] = []
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        if self._depth == 0:
            self.found.append([key for key, _ in attrs])
        if tag not in _VOID:
            self._depth += 1

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if tag not in _VOID:
            self._depth -= 1


def main() -> None:
    """Check the folder named on the command line."""
    folder = Path(sys.argv[1])
    found = [
        problem
        for path in sorted(folder.rglob("*.html"))
        for problem in problems(path.relative_to(folder).as_posix(), path.read_text("utf-8"))
    ]
    for problem in found:
        print(problem)  # noqa: T201  # a command speaks to its user
    if found:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
