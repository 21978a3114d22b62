"""Folding shows the real optimizer's effects, and no others."""

import pytest

from app.engine.fold import fold
from app.engine.parser import parse
from app.engine.source import Source
from tests.engine.trees import shown


def folded(text: str) -> str:
    """A source's folded tree."""
    script, found = parse(Source(text))
    assert found == []
    return shown(fold(script))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("2 * 3 + 4", "10"),
        ("1 / 0", "(1 / 0)"),
        ("9223372036854775807 + 1", "(9223372036854775807 + 1)"),
        ("'a' + 'b'", "'ab'"),
        ("1 < \"a\"", "False"),
        ("1 in [1]", "(1 in [1])"),
        ("true || x", "True"),
        ("true && x", "x"),
        ("x && false", "And([x, False])"),
        ("() ?? x", "x"),
        ("() ?? ()", "False"),
        ("!true", "False"),
        ("`a${1 + 2}b`", "'a3b'"),
        ("`a${x}${\"\"}b`", "Interpolated(['a', x, 'b'])"),
        ("[1, 2, 3][1]", "2"),
        ("[1, 2, 3][-1]", "3"),
        ("#{a: 1}.a", "1"),
        ("#{a: 1}[\"b\"]", "()"),
        ("\"abc\"[1]", "'b'"),
        ("5[0]", "True"),
        ("().x", "Chain((), [PropertyStep(x, False)])"),
        ("()?.x", "()"),
        ("type_of(1)", "'i64'"),
        ("const X = 5; X * 2", "Let(X, 5, True); 10"),
        ("const M = #{a: 1}; M.a", "Let(M, {'a': 1}, True); 1"),
        ("let x = 5; x * 2", "Let(x, 5, False); (x * 2)"),
        ("const X = 5; eval(\"1\"); X", "Let(X, 5, True); Call(eval, ['1'], [], False); X"),
        ("q; 1", "1"),
        ("1; 2", "2"),
        ("{ nope } 1", "1"),
        ("if q { 5; } 1", "1"),
        ("if true { f() } else { g() }", "Call(f, [], [], False)"),
        ("if false { f() }", ""),
        ("if a { if b { f() } }", "If(And([a, b]), {Call(f, [], [], False)}, None)"),
        ("while false { f() }", ""),
        ("while true { f() }", "While(None, {Call(f, [], [], False)})"),
        ("for i in 0..3 { i }", ""),
        ("try { 1 } catch { 2 }", ""),
        ("return 1; f()", "1"),
        ("fn f() { return 1; } f()", "Function(f, [], {1}, None); Call(f, [], [], False)"),
        ("let x = 1; x = x + 1", "Let(x, 1, False); Assign(+, x, 1)"),
        ("x = y + 1", "Assign(=, x, (y + 1))"),
        ("let f = || 1 + 1;", "Let(f, Closure(anon$0000000800000001, [], [], {2}), False)"),
    ],
)  # fmt: skip
def test_a_tree_is_folded(text: str, tree: str) -> None:
    assert folded(text) == tree


@pytest.mark.parametrize("text", ["x", "f(1)", "let x = 1; x.y", "print(1)", "for i in a { f(i) }", "loop { break }", "x = f()", "throw 1"])
def test_what_has_an_effect_stays(text: str) -> None:
    script, _ = parse(Source(text))
    assert folded(text) == shown(script)
