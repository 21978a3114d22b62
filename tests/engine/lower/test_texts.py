"""Parts of texts, cut in line: the same as the library's, for all numbers."""

from __future__ import annotations

import pytest

from app.engine import Limits, Program, compile_script
from tests.engine.differential import agree

NUMBERS = "[0, 1, 2, 3, 5, 9, -1, -3, -9, 9223372036854775807, -9223372036854775808]"
TEXTS = '["", "a", "abc", "a\u00e9\U0001f600z"]'

SOURCES = [
    f"for t in {TEXTS} {{ for i in {NUMBERS} {{ print(t.sub_string(i)); for n in {NUMBERS} {{ print(t.sub_string(i, n)); }} }} }}",
    f"for t in {TEXTS} {{ for i in 0..5 {{ print(t.sub_string(i)); for n in 0..5 {{ print(t.sub_string(i, n)); }} }} }}",
    f"for t in {TEXTS} {{ for i in -5..5 {{ print(t.sub_string(i)); for n in -3..5 {{ print(t.sub_string(i, n)); }} }} }}",
    f"for t in {TEXTS} {{ print([t.sub_string(0, 1), t.sub_string(1), t.sub_string(-2, 1), t.sub_string(-1), t.sub_string(1, -1)]); }}",
    f"for t in {TEXTS} {{ for u in {TEXTS} {{ print([t.starts_with(u), t.ends_with(u), t.starts_with('a'), t.ends_with(\"z\")]); }} }}",
    'fn f(t, i) { t.sub_string(i) + t.sub_string(i, 2) } for i in 0..3 { print(f("abcd", i)); } f("abcd", 1.5)',
    'fn f(t, u) { t.starts_with(u) } for u in ["a", \'a\'] { print(f("ab", u)); } f("ab", 1)',
    "fn f(t) { t.sub_string(1, 2) } for i in 0..2 { print(f(`x${i}yz`)); } f('c')",
    'for c in "abc" { print([c.to_string().sub_string(0), type_of("abc".sub_string(1, 1))]); }',
    'fn sub_string(i) { "own" } fn starts_with(x) { "own" } for i in 0..2 { let t = "abc"; print([t.sub_string(i), t.starts_with("a")]); }',
    'fn string.sub_string(i, n) { i + n } for i in 0..2 { let t = "abc"; print([t.sub_string(i, 2), t.sub_string(i)]); }',
    'let t = ""; for i in 0..70_000 { t += "ab"; } let n = 0; for i in 0..3 { n += t.sub_string(i).len() + t.sub_string(i, 80000).len(); }',
    'let t = "abc"; for i in 0..3 { t += t.sub_string(i, { t += "z"; 2 }); } t',
    'let t = "abc"; for i in 0..2 { print(t.sub_string(9223372036854775807, 64)); print(t.sub_string(9223372036854775807)); }',
    (
        'let w = "-"; for n in [0, 1, 2, 30, 60, 64, 65, 66, 255, 256, 257, 900] { let t = ""; t.pad(n, "x"); let '
        "a = t + w; let b = t + w + n; let c = w + t + 'c' + n; let d = `${t}${n}`; let e = "
        '`${n}${t}${w}${n}${w}`; print([a.len(), b.len(), c.len(), d.len(), e.len()]); print(a == t + "-" && d == '
        "t + n); }"
    ),
    'let t = ""; for i in 0..120 { t = t + "abcdefghij"; let u = t + i; let v = `${t}:${i}`; print(u.len() + v.len()); }',
    (
        'let m = #{ a: "x" }; for k in ["a", "b"] { for n in [3, 70, 300] { let t = ""; t.pad(n, "y"); let u = '
        'm[k]; let s = t + u + "-" + t; print(s); print(`${t}${u}${n}`); } }'
    ),
    'let x = "hello"; let y = x.chars(); let z = 5.chars; x',
    'let n = 0; for i in 0..2 { let t = ""; t.pad(70_000, "x"); let u = t.chars(); let v = "abc".chars(); for c in v { n += 1; } } n',
    "let x = 5; for i in 0..2 { let u = x.chars(); }",
]


@pytest.mark.parametrize("source", SOURCES)
def test_parts_of_texts_are_the_same_in_all_ways(source: str) -> None:
    agree(source)


def test_long_parts_are_charged_for() -> None:
    source = 'let t = "ab"; for i in 0..18 {{ t += t; }} let n = 0; for i in 0..100 {{ n += {part}.len(); }} n'
    counts = []
    for part in ("t.sub_string(1)", "t.sub_string(1, 500_000)", "t.sub_string(1, 5)"):
        program = compile_script(source.format(part=part), limits=Limits(max_operations=1_000_000))
        assert isinstance(program, Program)
        counts.append(program.run().operations)
    assert min(counts[:2]) > counts[2] + 5_000
