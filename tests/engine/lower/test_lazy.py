"""Entries of maps that a condition, or a loop over the keys, has found: read as the library reads them, also when they have gone."""

from __future__ import annotations

import pytest

from tests.engine.differential import agree

SOURCES = [
    'fn contains(m, k) { true } let m = #{ a: 1 }; let k = "b"; for i in 0..2 { if k in m { print(m[k]); m[k] = i; } } m',
    'fn map.contains(k) { true } let m = #{ a: 1 }; let k = "b"; for i in 0..2 { if k in m { print(m[k]); m[k] = i; } } m',
    'let m = #{ a: 1, b: 2 }; for i in 0..3 { let k = "a"; if k in m && m.remove(k) == 1 { print(m[k]); m[k] = 5; } } m',
    (
        'let m = #{ a: 1, b: 2 }; for i in 0..3 { let k = "a"; if k in m && i == 0 && k in m { print(m[k]); '
        "m.remove(k); m[k] = i; } else { print(m[k]); } } m"
    ),
    (
        'let m = #{ a: #{ x: 1 }, b: 2 }; for i in 0..3 { let k = "a"; if k in m && type_of(m[k]) == "map" { '
        "m[k].x += 1; m[k].y = i; print(m[k].x); m[k] = m[k]; } } m"
    ),
    'let m = #{ a: 1, b: 2 }; for k in m.keys() { print(m[k]); m.remove("b"); } m',
    'let m = #{ a: 1, b: 2 }; for k in m.keys() { k = "c"; print(m[k]); } m',
    'let m = #{ a: 1, b: 2 }; for k in m.keys() { print(m[k]); if k == "a" { k += "x"; } print(m[k]); } m',
    "let m = #{ a: 1, b: 2 }; for k in m.keys() { m = #{ z: 1 }; print(m[k]); } m",
    "let m = #{ a: 1, b: 2 }; for k in m.keys() { for j in 0..2 { print(m[k]); m.clear(); } } m",
    "let m = #{ a: [1], b: [] }; let n = 0; for k in m.keys() { n += m[k].len(); if m[k].len() > 0 { n += m[k][0]; } } n",
    "let m = #{ a: [1], b: [] }; let n = 0; for k in m.keys() { for j in m.keys() { n += m[k].len() + m[j].len(); } } n",
    (
        "fn clear_it(m) { m.clear(); m } let m = #{ a: 1, b: 2 }; for k in m.keys() { clear_it(m); print(m[k]); m "
        "= clear_it(m); print(m[k]); }"
    ),
    'fn take() { this.remove("b"); } let m = #{ a: 1, b: 2 }; for k in m.keys() { print(m[k]); m.take(); } m',
    'let m = #{ a: 1, b: 2 }; let f = |x| m.remove(x); for k in m.keys() { f.call("b"); print(m[k]); } m',
    "let m = #{ a: 1, b: 2, keys: 3 }; for k in m.keys() { print(m[k]); }",
    'let m = #{ a: 1, b: 2, keys: || ["z", "a"] }; for k in m.keys() { print(m[k]); }',
    'fn keys(m) { ["z"] } let m = #{ a: 1 }; for k in m.keys() { print(m[k]); } for k in keys(m) { print(m[k]); }',
    "let m = #{ a: 1, b: 2 }; for (k, i) in m.keys() { print(m[k] + i); }",
    "let m = #{ a: 1, b: () }; for k in m.keys() { if m[k] == () { print(k); } else { print(m[k] + 1); } }",
    "let m = #{ a: 1, b: 2 }; for k in m.keys() { let n = m; n.remove(k); print([m[k], n[k]]); }",
    "let m = #{ a: 1, b: 2 }; let n = m; for k in m.keys() { n.remove(k); print([m[k], n[k]]); } n",
    "let m = #{ a: 1 }; for k in m.keys() { let m = #{ z: 1 }; print(m[k]); }",
    'let m = #{ a: 1 }; for k in m.keys() { { let k = "z"; print(m[k]); } print(m[k]); }',
    'let m = #{ a: 1 }; for i in 0..2 { let k = "q"; if k in m && { m = #{}; true } { print(m[k]); } else { m[k] = 1; } } m',
    'let m = #{ a: 1 }; for i in 0..2 { let k = "a"; if k in m && { k = "zz"; true } { print(m[k]); } } m',
    'let m = #{ a: 1 }; for i in 0..2 { let k = "a"; if k in m && (|| { m.remove("a"); true }).call() { print(m[k]); } } m',
    'let m = #{ a: 1 }; for i in 0..2 { let k = "a"; if k in m { m[k] = m.remove(k); print(m[k]); } } m',
    'let m = #{ a: 1 }; for i in 0..2 { let k = "a"; if k in m { m[k] += m.remove(k); print(m[k]); } } m',
    'let m = #{ a: 1 }; for i in 0..2 { let k = "a"; while k in m && m[k] < 4 { m[k] += 1; if m[k] == 3 { m.remove(k); } } print(m); }',
    (
        'let m = #{ a: 1 }; for i in 0..2 { let k = "a"; let b = k in m && m[k] > 0; print(b); print(m[k]); '
        "m.remove(k); print(k in m && m[k] > 0); }"
    ),
    'let m = #{ a: 1 }; for i in 0..3 { let k = "a"; if (k in m && m[k] == 1) || m[k] == () { print(m[k]); m.remove(k); } }',
    "let m = #{ a: #{ l: [1, 2] } }; for i in 0..3 { for k in m.keys() { m[k].l.push(i); print(m[k].l); } } m",
    "let m = #{ a: 1 }; fn f(p) { for k in p.keys() { print(p[k]); p = #{}; print(p[k]); } } for i in 0..2 { f(m); }",
    (
        'let m = #{ b: 1, a: 2 }; let o = ""; for i in 0..70 { m["k" + i] = i; o = ""; for k in m.keys() { o += k '
        "+ m[k]; } for v in m.values() { o += v; } } o"
    ),
    (
        'let m = #{}; for i in 0..3 { m["x".repeat_it(400) + i] = i; for k in m.keys() { print(m[k]); } } fn '
        'repeat_it(n) { let s = this; s.pad(n, "y"); s }'
    ),
    (
        'let m = #{ a: 1, b: 2 }; let ks = m.keys(); ks[0] = "zz"; for k in m.keys() { print(k); } ks = m.keys(); '
        'ks.push("q"); print(m.keys());'
    ),
    "let m = #{ a: 1 }; let t = 0; for k in m.keys() { try { t += m[k]; m.remove(k); t += m[k]; } catch (e) { print(e); } } t",
    "let m = #{ a: 1 }; for k in m.keys() { switch m[k] { 1 => { m.remove(k); print(m[k]); } } }",
]


@pytest.mark.parametrize("source", SOURCES)
def test_an_entry_that_was_found_is_there_as_long_as_nothing_takes_it_away(source: str) -> None:
    assert agree(source).is_walked


def test_an_evaluated_text_may_take_it_away() -> None:
    agree('let k = "a"; let m = #{ a: 1 }; for i in 0..3 { if k in m { eval("m.remove(k)"); print(m[k]); m[k] = 2; } } m')
