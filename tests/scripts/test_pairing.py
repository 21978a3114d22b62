"""Lines beside each other: nothing is lost, those alike stand together, and what changed in them is marked."""

from hypothesis import given
from hypothesis import strategies as st

from app.scripts import Pairing, Row
from app.scripts.comparing import hunks_of

texts = st.lists(st.sampled_from(["let a = 1;", "let a = 2;", "log(a);", "}", "", "if a > b { b } else { a }"]), max_size=12).map("\n".join)


def rows_of(before: str, after: str) -> list[Row]:
    pairing = Pairing()
    return [row for hunk in hunks_of(before, after) for row in pairing.rows(hunk)]


def marked(text: str, spans: tuple[tuple[int, int], ...]) -> list[str]:
    return [text[start:end] for start, end in spans]


@given(texts, texts)
def test_each_side_has_every_line_of_the_hunks_in_order(before: str, after: str) -> None:
    hunks = hunks_of(before, after)
    rows = rows_of(before, after)
    lines = [line for hunk in hunks for line in hunk.lines]
    assert [row.before for row in rows if row.before] == [line for line in lines if line.kind != "added"]
    assert [row.after for row in rows if row.after] == [line for line in lines if line.kind != "removed"]


@given(texts, texts)
def test_what_is_not_marked_is_the_same_on_both_sides(before: str, after: str) -> None:
    for row in rows_of(before, after):
        if row.before and row.after and (row.before_spans or row.after_spans):
            assert _without(row.before.text, row.before_spans) == _without(row.after.text, row.after_spans)


def _without(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    kept, done = "", 0
    for start, end in spans:
        kept, done = kept + text[done:start], end
    return (kept + text[done:]).rstrip("\n")


def test_the_words_that_changed_are_marked_and_no_others() -> None:
    row = rows_of("let total = price * count;\n", "let total = price * amount;\n")[0]
    assert row.before is not None
    assert row.after is not None
    assert marked(row.before.text, row.before_spans) == ["count"]
    assert marked(row.after.text, row.after_spans) == ["amount"]


def test_a_line_that_changed_stands_beside_itself_though_others_came_before_it() -> None:
    rows = rows_of("let total = price * count;\n", "// A sum.\nlog(`adding`);\nlet total = price * amount;\n")
    pairs = [(row.before.text if row.before else None, row.after.text if row.after else None) for row in rows]
    assert pairs[-1] == ("let total = price * count;\n", "let total = price * amount;\n")
    assert [before for before, _ in pairs[:-1]] == [None, None]


def test_lines_with_nothing_in_common_are_marked_as_a_whole_alone() -> None:
    row = rows_of("alpha(1);\n", "let beta = [gamma];\n")[0]
    assert (row.before_spans, row.after_spans) == ((), ())


def test_thousands_of_changed_lines_cost_no_more_than_the_budget() -> None:
    before = "".join(f"let a{number} = b * {number};\n" for number in range(3_000))
    after = "".join(f"let a{number} = c * {number};\n" for number in range(3_000))
    rows = rows_of(before, after)
    assert len(rows) == 3_000
    assert sum(bool(row.after_spans) for row in rows) == 500
