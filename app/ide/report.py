"""Diagnostics as plain data and as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from app.engine.diagnostic import Diagnostic
from app.engine.source import Place, Source
from app.host.plain import Plain


def as_plain(source: Source, diagnostic: Diagnostic) -> dict[str, Plain]:
    """A diagnostic with lines and columns (from 1) beside its offsets."""
    start, end = _places(source, diagnostic)
    fix = diagnostic.fix
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
        "start": diagnostic.start,
        "end": diagnostic.end,
        "fix": None if fix is None else {"start": fix.start, "end": fix.end, "replacement": fix.replacement, "title": fix.title},
    }


def as_text(source: Source, diagnostics: Iterable[Diagnostic], name: str) -> str:
    """Diagnostics as a terminal shows them: place, severity, code, message, the line with the span marked, the hint."""
    return "".join(_paragraph(source, diagnostic, name) for diagnostic in diagnostics)


def _places(source: Source, diagnostic: Diagnostic) -> tuple[Place, Place]:
    start = source.place(max(diagnostic.start, 0)) or Place(1, 1)
    return start, source.place(max(diagnostic.end, diagnostic.start, 0)) or start


def _paragraph(source: Source, diagnostic: Diagnostic, name: str) -> str:
    start, end = _places(source, diagnostic)
    line = source.text[source.offset(start.line, 1) :].split("\n", 1)[0]
    width = (end.column if end.line == start.line else len(line) + 1) - start.column
    # Tabs stay tabs under the line, so that the marks stand where the span is.
    margin = "".join("\t" if char == "\t" else " " for char in line[: start.column - 1])
    head = f"{name}:{start.line}:{start.column}: {diagnostic.severity}[{diagnostic.code}]: {diagnostic.message}\n"
    hint = f"    {diagnostic.hint}\n" if diagnostic.hint else ""
    return f"{head}    {line.rstrip()}\n    {margin}{'^' * max(width, 1)}\n{hint}"
