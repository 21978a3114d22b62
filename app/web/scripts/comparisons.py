"""Sources beside each other as pages show them: unified, side by side, and three ways. Pure."""

from collections.abc import Iterator, Sequence
from typing import Final, Literal

from markupsafe import Markup

from app.scripts import Chunk, DiffLine, Hunk, Pairing, Row, Spans
from app.web.code import coloured_lines, marked_line
from app.web.scripts.contexts import CodeLine, CodeRow, ConflictPiece, Difference

View = Literal["unified", "side"]
VIEWS: Final[tuple[tuple[View, str], ...]] = (("unified", "Unified"), ("side", "Side by side"))


def view_of(text: str | None) -> View:
    """How an address wants sources compared."""
    return "side" if text == "side" else "unified"


def differences(before: str, after: str, hunks: Sequence[Hunk]) -> tuple[Difference, ...]:
    """The hunks between two sources in colour, with changed words marked. One view is as good as the other to narrow screens."""
    pairing, found = Pairing(), []
    for hunk in hunks:
        rows = pairing.rows(hunk)
        spans = dict(_spans(rows))
        lines = {each: _line(before, after, each, spans) for each in hunk.lines}
        beside = tuple(CodeRow(lines[row.before] if row.before else None, lines[row.after] if row.after else None) for row in rows)
        found.append(Difference(tuple(lines.values()), beside))
    return tuple(found)


def whole(source: str) -> tuple[Difference, ...]:
    """A source that takes no other's place."""
    numbers = range(1, _count(source) + 1)
    lines = tuple(CodeLine("same", None, number, code) for number, code in zip(numbers, coloured_lines(source), strict=False))
    return (Difference(lines, tuple(CodeRow(None, line) for line in lines)),) if lines else ()


def conflict_pieces(chunks: Sequence[Chunk]) -> tuple[ConflictPiece, ...]:
    """Where two sources differ from the one that both were made from: the three in colour, with what each side changed marked."""
    base, yours, theirs = ("".join(getattr(chunk, side) for chunk in chunks) for side in ("base", "yours", "theirs"))
    pairing, found = Pairing(), []
    at = [1, 1, 1]
    for chunk in chunks:
        sizes = [_count(text) for text in (chunk.base, chunk.yours, chunk.theirs)]
        if chunk.kind != "same":
            changed_here, changed_there = chunk.kind in ("yours", "conflict", "both"), chunk.kind in ("theirs", "conflict", "both")
            found.append(
                ConflictPiece(
                    at[0],
                    _block(base, at[0], sizes[0], {}),
                    _block(yours, at[1], sizes[1], _marks(pairing, chunk.base, chunk.yours)) if changed_here else None,
                    _block(theirs, at[2], sizes[2], _marks(pairing, chunk.base, chunk.theirs)) if changed_there else None,
                )
            )
        at = [start + size for start, size in zip(at, sizes, strict=True)]
    return tuple(found)


def _count(text: str) -> int:
    """How many lines a text has; a last one without line feed counts too."""
    return text.count("\n") + (text[-1:] not in ("", "\n"))


def _marks(pairing: Pairing, before: str, after: str) -> dict[int, Spans]:
    return {row.after.after: row.after_spans for row in pairing.changes(before, after) if row.after and row.after.after}


def _block(source: str, start: int, count: int, marks: dict[int, Spans]) -> Markup:
    return Markup("\n").join(marked_line(source, start + index, marks.get(index + 1, ())) for index in range(count))


def _spans(rows: Sequence[Row]) -> Iterator[tuple[tuple[str, int], Spans]]:
    """What to mark, by the side and the number of a line."""
    for row in rows:
        if row.before is not None and row.before.before:
            yield ("removed", row.before.before), row.before_spans
        if row.after is not None and row.after.after:
            yield ("added", row.after.after), row.after_spans


def _line(before: str, after: str, line: DiffLine, spans: dict[tuple[str, int], Spans]) -> CodeLine:
    if line.after:
        return CodeLine(line.kind, line.before, line.after, marked_line(after, line.after, spans.get((line.kind, line.after), ())))
    number = line.before or 1
    return CodeLine(line.kind, line.before, None, marked_line(before, number, spans.get((line.kind, number), ())))
