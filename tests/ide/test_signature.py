from __future__ import annotations

import pytest

from app.ide.context import Context
from app.ide.signature import Signatures, signature
from tests.ide.caret import BEFORE, split


def found(marked: str, context: Context = BEFORE) -> Signatures:
    signatures = signature(*split(marked), context)
    assert signatures is not None
    return signatures


def test_the_parameter_is_the_one_the_cursor_is_at() -> None:
    call = "fn f(a, b, c) { }\nf("
    assert [found(f"{call}{rest}").parameter for rest in ("¦", "1¦", "1, ¦", "1, 2, ¦3)", "[1, 2], ¦")] == [0, 0, 1, 2, 1]


def test_the_label_holds_the_parameters_where_their_places_say() -> None:
    (way,) = found("fn tax(amount, rate) { }\ntax(¦").ways
    assert [way.label[start:end] for start, end in way.parameters] == ["amount", "rate"]


def test_the_way_shown_first_is_one_with_room_for_the_argument() -> None:
    signatures = found("validate_range(1, 2, ¦")
    assert len(signatures.ways[signatures.active].parameters) > 2


def test_the_innermost_call_counts() -> None:
    assert found("fn f(a) { }\nfn g(a) { }\nf(g(¦))").name == "g"
    assert found("fn f(a) { }\nfn g(a) { }\nf(g(1), ¦)").name == "f"


def test_a_method_is_shown_without_its_receiver() -> None:
    labels = [way.label for way in found('"a b".starts_with(¦)').ways]
    assert "starts_with(part: string) -> bool" in labels


def test_a_function_of_the_language_is_shown() -> None:
    assert found("is_def_var(¦").ways[0].label == "is_def_var(name: string) -> bool"


def test_doc_comments_come_along() -> None:
    assert found("/// Adds tax.\nfn tax(a) { }\ntax(¦").ways[0].doc == "Adds tax."


@pytest.mark.parametrize("marked", ["fn f(a¦) { }", "(1 + ¦2)", "f(1)¦;", "nobody(¦)", "f(1); ¦", "// f(¦", "abort(#{ a: ¦ })", "[¦]", ""])
def test_outside_of_a_known_call_there_is_none(marked: str) -> None:
    assert signature(*split(marked), BEFORE) is None
