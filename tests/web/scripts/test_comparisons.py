"""Comparisons as pages show them: every line of both sources is there as it is, in each of the views."""

from html import unescape

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from app.scripts.comparing import hunks_of, three_way
from app.web.scripts.comparisons import conflict_pieces, differences, whole

lines = st.sampled_from(["let a = 1;", "let a = 2;", 'log("<b>");', "/* never", "ended */", "", "`${a}", "\ta\r"])
texts = st.lists(lines, max_size=8).map("\n".join) | st.lists(lines, max_size=8).map(lambda held: "".join(f"{line}\n" for line in held))


def text_of(code: Markup) -> str:
    """What somebody reads in a line: without its colours and marks."""
    first, *others = str(code).split("<")
    return unescape(first + "".join(part.partition(">")[2] for part in others)).replace("\N{SYMBOL FOR CARRIAGE RETURN}", "\r")


@given(texts, texts)
def test_both_views_have_the_lines_of_both_sources(before: str, after: str) -> None:
    old, new = before.split("\n"), after.split("\n")
    for each in differences(before, after, hunks_of(before, after)):
        for line in each.lines:
            assert line.before is None or text_of(line.code) == old[line.before - 1]
            assert line.after is None or text_of(line.code) == new[line.after - 1]
        beside = {id(side) for row in each.rows for side in (row.before, row.after) if side is not None}
        assert beside == {id(line) for line in each.lines}


@given(texts)
def test_a_first_version_is_shown_whole(source: str) -> None:
    shown = [text_of(line.code) for each in whole(source) for line in each.lines]
    assert shown == ([] if not source else source.removesuffix("\n").split("\n"))


@given(texts, texts, texts)
def test_a_conflict_has_the_lines_that_each_side_changed(base: str, yours: str, theirs: str) -> None:
    chunks = [chunk for chunk in three_way(base, yours, theirs).chunks if chunk.kind != "same"]
    pieces = conflict_pieces(three_way(base, yours, theirs).chunks)
    assert len(pieces) == len(chunks)
    for piece, chunk in zip(pieces, chunks, strict=True):
        assert text_of(piece.base) == chunk.base.removesuffix("\n")
        assert piece.yours is None or text_of(piece.yours) == chunk.yours.removesuffix("\n")
        assert piece.theirs is None or text_of(piece.theirs) == chunk.theirs.removesuffix("\n")
