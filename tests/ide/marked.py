"""Scripts with their expected diagnostics written below the lines they are about.

A case file holds sections, each opened by ``//# title`` with options: ``phase=before``, ``entity={"amount": "f64"}``. Below a line,
``//  ^^^^ code: message => replacement`` marks a span of it; a span at the start of the line is marked from under the ``//``.
``rendered`` writes what ``diagnose`` says in just this form, so a test compares texts, and ``ALLOY_UPDATE_CASES=1`` rewrites the files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.engine.diagnostic import Diagnostic
from app.engine.source import Source
from app.host import Phase
from app.ide.context import Context, schema_from_plain
from app.ide.diagnose import diagnose

_MARK = re.compile(r"^//\s*\^+ [a-z-]+: .*\n?", re.MULTILINE)
_OPTION = re.compile(r" (phase|entity|bindings)=(\{.*?\}(?= |$)|\S+)")


@dataclass(frozen=True)
class Section:
    """One script of a case file."""

    heading: str
    body: str

    @property
    def title(self) -> str:
        return _OPTION.sub("", self.heading.removeprefix("//# ")).strip()

    @property
    def context(self) -> Context:
        options = dict(_OPTION.findall(self.heading))
        return Context(
            phase=Phase(options["phase"]) if "phase" in options else None,
            entity=schema_from_plain(json.loads(options["entity"])) if "entity" in options else None,
            bindings=json.loads(options.get("bindings", "{}")),
        )


def sections(text: str) -> list[Section]:
    """The sections of a case file; the file is their headings and bodies joined."""
    parts = re.split(r"^(//# .*\n)", text, flags=re.MULTILINE)[1:]
    return [Section(heading.rstrip("\n"), body) for heading, body in zip(parts[::2], parts[1::2], strict=True)]


def rendered(body: str, context: Context, *, with_fixes: bool = True) -> str:
    """The script with its present diagnostics marked in it."""
    text = _MARK.sub("", body)
    source = Source(text)
    marks: dict[int, list[str]] = {}
    for diagnostic in diagnose(text, context):
        line, mark = _mark(source, diagnostic, with_fixes)
        marks.setdefault(line, []).append(mark)
    return "".join(_with_marks(text, marks))


def _with_marks(text: str, marks: dict[int, list[str]]) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        yield line
        if number in marks and not line.endswith("\n"):
            yield "\n"
        yield "\n".join(marks.get(number, ()))
        if number in marks and line.endswith("\n"):
            yield "\n"


def _mark(source: Source, diagnostic: Diagnostic, with_fixes: bool) -> tuple[int, str]:
    start = source.place(diagnostic.start)
    assert start is not None
    rest = source.text[diagnostic.start : max(diagnostic.end, diagnostic.start + 1)].split("\n", 1)[0]
    carets = "^" * max(len(rest), 1)
    margin = " " * (start.column - 1) + carets
    marked = "//" + (margin[2:] if len(margin) > 2 else "^")
    fix = f" => {json.dumps(diagnostic.fix.replacement)}" if with_fixes and diagnostic.fix is not None else ""
    return start.line, f"{marked} {diagnostic.code}: {diagnostic.message}{fix}"


def rewrite_all(folder: Path) -> None:
    """Writes into every case file what is diagnosed now."""
    for path in folder.glob("*.rhai"):
        parts = [f"{section.heading}\n{rendered(section.body, section.context)}" for section in sections(path.read_text("utf-8"))]
        path.write_text("".join(parts), "utf-8")
