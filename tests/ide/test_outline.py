from __future__ import annotations

from app.engine.source import Span
from app.ide.outline import Outline, SymbolKind, outline

SCRIPT = """const RATE = 0.25;
/* a comment
   over two lines */
fn tax(amount, rate) {
    let inner = |x| {
        x * 2
    };
    inner.call(amount * rate)
}
fn i64.half() { this / 2 }
let table = #{
    a: 1,
};
let double = |x| x * 2;
"""


def symbols(text: str) -> list[tuple[str, str, str]]:
    return [(symbol.kind.value, symbol.name, symbol.detail) for symbol in outline(text).symbols]


def test_functions_named_closures_and_top_level_constants_are_listed_in_order() -> None:
    assert symbols(SCRIPT) == [
        ("constant", "RATE", ""),
        ("function", "tax", "(amount, rate)"),
        ("closure", "inner", "(x)"),
        ("function", "i64.half", "()"),
        ("closure", "double", "(x)"),
    ]


def test_a_symbols_name_is_where_its_name_span_says() -> None:
    for symbol in outline(SCRIPT).symbols:
        assert SCRIPT[symbol.name_span.start : symbol.name_span.end] == symbol.name.rpartition(".")[2]


def test_bodies_literals_and_comments_over_several_lines_fold() -> None:
    folded = [SCRIPT[span.start : span.end] for span in outline(SCRIPT).folds]
    assert [text[:12] for text in folded] == ["/* a comment", "{\n    let in", "{\n        x ", "#{\n    a: 1,"]


def test_what_is_on_one_line_does_not_fold() -> None:
    assert outline("fn f() { #{ a: [1] } }").folds == ()


def test_a_constant_in_a_block_is_no_symbol() -> None:
    assert symbols("if true { const X = 1; }") == []


def test_a_script_with_an_error_still_has_the_outline_of_the_rest() -> None:
    assert ("function", "f", "()") in symbols("fn f() { 1 }\nlet = 5;")


def test_an_empty_script_has_an_empty_outline() -> None:
    assert outline("") == Outline((), ())


def test_spans_are_plain_offsets() -> None:
    (symbol,) = outline("const A = 1;").symbols
    assert (symbol.kind, symbol.name_span) == (SymbolKind.CONSTANT, Span(6, 7))
