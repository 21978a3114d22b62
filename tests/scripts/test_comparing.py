"""Comparing sources: hunks turn one into the other, three ways merge what doesn't collide, and nothing takes long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scripts.comparing import Hunk, hunks_of, lines_of, matched, three_way, unified

texts = st.lists(st.sampled_from(["a", "b", "c", "}"]), max_size=14).flatmap(
    lambda lines: st.sampled_from(["\n".join(lines), "\n".join(lines) + "\n"])
)


def _applied(before: str, hunks: tuple[Hunk, ...]) -> str:
    """The text that the hunks turn `before` into."""
    old = lines_of(before)
    new: list[str] = []
    at = 0
    for hunk in hunks:
        start = next((line.before for line in hunk.lines if line.before is not None), None)
        first = next((line.after for line in hunk.lines if line.after is not None), 1)
        while (at < start - 1) if start is not None else (len(new) < first - 1):
            new.append(old[at])
            at += 1
        for line in hunk.lines:
            at += line.before is not None
            new += [line.text] if line.after is not None else []
            assert line.before is None or old[line.before - 1] == line.text
    return "".join(new + old[at:])


@given(texts, texts)
def test_hunks_turn_one_text_into_the_other(before: str, after: str) -> None:
    assert _applied(before, hunks_of(before, after)) == after


@given(texts, texts, texts)
def test_three_way_pieces_put_together_are_the_three_texts(base: str, yours: str, theirs: str) -> None:
    chunks = three_way(base, yours, theirs).chunks
    for side, text in (("base", base), ("yours", yours), ("theirs", theirs)):
        assert "".join(getattr(chunk, side) for chunk in chunks) == text


@given(texts, texts)
def test_what_one_side_alone_changed_merges_to_that_side(base: str, changed: str) -> None:
    assert three_way(base, changed, base).merged == changed
    assert three_way(base, base, changed).merged == changed
    assert three_way(base, changed, changed).merged == changed


def test_changes_of_one_line_collide_and_others_do_not() -> None:
    collided = three_way("a\nb\nc\n", "a\nB\nc\n", "a\nß\nc\n")
    assert (collided.merged, [chunk.kind for chunk in collided.chunks]) == (None, ["same", "conflict", "same"])
    assert three_way("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n").merged == "A\nb\nC\n"


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ("same\n", "same\n", ""),
        ("", "a\n", "--- x\n+++ y\n@@ -0,0 +1,1 @@\n+a\n"),
        ("a", "b\n", "--- x\n+++ y\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+b\n"),
        ("a\r\n", "a\n", "--- x\n+++ y\n@@ -1,1 +1,1 @@\n-a\r\n+a\n"),
    ],
)
def test_the_unified_form_is_what_tools_read(before: str, after: str, text: str) -> None:
    assert unified(hunks_of(before, after), "x", "y") == text


def test_far_changes_are_hunks_of_their_own() -> None:
    before = "".join(f"{number}\n" for number in range(40))
    hunks = hunks_of(before, before.replace("5\n", "five\n", 1).replace("33\n", "many\n"))
    assert [len(hunk.lines) for hunk in hunks] == [8, 8]


def test_a_moved_block_keeps_its_lines_matched() -> None:
    assert matched(["x\n", "a\n", "b\n", "c\n"], ["a\n", "b\n", "c\n", "x\n"]) == [(1, 0), (2, 1), (3, 2)]


def test_the_budget_ends_a_hostile_comparison_and_the_answer_is_still_right() -> None:
    before = "".join("ab"[number % 2] + "\n" for number in range(20_000))
    after = "".join("aab"[number % 3] + "\n" for number in range(20_000))
    assert _applied(before, hunks_of(before, after)) == after
    assert matched(lines_of(before), lines_of(after), steps=0)[:1] == [(0, 0)]
