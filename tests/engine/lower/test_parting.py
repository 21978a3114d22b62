"""Entries of local records that are named once: what is kept of them is shared with nothing that anybody can look at."""

from __future__ import annotations

import pytest

from tests.engine.differential import agree

SOURCES = [
    (
        "fn f(n) { #{ rows: [[n]], at: n, m: #{ k: [n] } } } let out = []; for i in 0..4 { let g = f(i); "
        "out.push(g.rows); out[0][0].push(i); print(g.at); } out"
    ),
    (
        "fn f(n) { #{ rows: [[n]], at: n } } let out = []; for i in 0..4 { let g = f(i); out.push(g.rows); "
        "out.push(g.rows); out[0].push(i); } out"
    ),
    (
        "fn f(n) { #{ rows: [[n]], at: n } } let out = []; for i in 0..3 { let g = f(i); for j in 0..2 { "
        "out.push(g.rows); out[0].push(j); } } out"
    ),
    "fn f(n) { #{ rows: [[n]], at: n } } let out = []; for i in 0..3 { let g = f(i); out.push(g.rows); out[i].push(7); out.push(g); } out",
    (
        'fn f(n) { #{ rows: [[n]], at: n } } let out = []; for i in 0..3 { let g = f(i); out.push(g["rows"]); '
        "out[i].push(7); let r = g.rows; r.push(1); out[0] = r; } out"
    ),
    (
        "fn f(n) { #{ rows: [[n]], at: n } } let out = #{}; for i in 0..3 { let g = f(i); out.rows = g.rows; "
        "out.rows.push(i); g.at += 1; print(g.at); } out"
    ),
    (
        "fn f(n) { #{ rows: [[n]], at: n } } let out = []; for i in 0..3 { let g = f(i); let r = g.rows; "
        "r.push(5); out.push(r); out.push(g.at); } out"
    ),
    (
        "fn f(n) { #{ rows: [[n]], at: n } } let out = []; for i in 0..3 { let g = f(i); let h = g; let r = "
        "g.rows; r.push(5); out.push(r); out.push(h); } out"
    ),
    (
        "fn f(n) { #{ rows: [[n]], at: n } } let out = []; for i in 0..3 { let g = f(i); let c = || g; let r = "
        "g.rows; r.push(5); out.push(r); out.push(c.call()); } out"
    ),
    (
        "fn f(n) { #{ rows: [[n]], show: || this.rows.len() } } let out = []; for i in 0..3 { let g = f(i); let r "
        "= g.rows; r.push(5); out.push(r); out.push(g.show()); } out"
    ),
    (
        "fn f(n) { let g = #{ rows: [[n]], at: n }; let out = [g.rows, [g.at]]; out[0].push(4); out } let r = []; "
        "for i in 0..3 { r.push(f(i)); } r"
    ),
    (
        "fn f(n) { let g = #{ rows: [[n]], at: n }; let k = #{ a: g.rows, b: { g = #{ rows: [9], at: 1 }; 2 } }; "
        "k.a.push(3); [k, g.at] } let r = []; for i in 0..3 { r.push(f(i)); } r"
    ),
    (
        "fn f(n) { let g = #{ rows: [[n]], at: n }; let k = []; while g.at < 6 { g.at += 1; k.push(g.rows); "
        "k[0].push(1); } k } let r = []; for i in 0..3 { r.push(f(i)); } r"
    ),
    (
        "fn f(n) { let g = #{ rows: [[n]], at: n }; let k = []; k.push(g.rows); g.rows = [1]; k[0].push(2); [k, "
        "g.at] } let r = []; for i in 0..3 { r.push(f(i)); } r"
    ),
    (
        "fn f(n) { let g = #{ rows: [[n]], at: n }; let k = []; k.push(g.rows); g = #{ rows: [5], at: 3 }; "
        "k[0].push(2); [k, g.at] } let r = []; for i in 0..3 { r.push(f(i)); } r"
    ),
    (
        "fn f(n, g) { let k = []; k.push(g.rows); k[0].push(2); [k, g.at] } let r = []; let o = #{ rows: [[1]], "
        "at: 2 }; for i in 0..3 { r.push(f(i, o)); } [r, o]"
    ),
    "let o = #{ rows: [[1]], at: 2 }; let r = []; for i in 0..3 { let g = o; r.push(g.rows); r[0].push(i); } [r, o]",
    "let o = [#{ rows: [[1]], at: 2 }]; let r = []; for i in 0..3 { let g = o[0]; r.push(g.rows); r[0].push(i); } [r, o]",
    "let o = [#{ rows: [[1]], at: 2 }]; let r = []; for g in o { r.push(g.rows); r[0].push(3); } [r, o]",
    "let r = []; for i in 0..3 { let g = #{ rows: [[1]] }; try { r.push(g.rows); throw 1; } catch { r[0].push(2); } } r",
    "let r = []; for i in 0..3 { let g = #{ rows: [[1]] }; let f = |x| { x.push(1); x }; r.push(f.call(g.rows)); r.push(g.len()); } r",
    "let r = []; for i in 0..3 { let g = #{ rows: [[1]], b: 1 }; let s = `${g}`; r.push(g.rows); r[i].push(2); r.push(s); } r",
    'let r = []; for i in 0..3 { let g = #{ rows: [[1]], b: 1 }; r.push(g.rows); r[i].push(2); if i == 1 { eval("r.push(g)"); } } r',
    (
        "let r = []; for i in 0..3 { let g = #{ rows: [[1]], b: #{ c: 1 } }; let b = g.b; r.push(g.rows); "
        "r[i].push(2); r.push(b); b.c = 7; r.push(b); } r"
    ),
    (
        "fn w(t) { let s = #{ l: [], n: 0 }; for p in t.k { let u = w(p); s.l.push(#{ l: u.l, n: u.n }); s.n += "
        "u.n + 1; } s } let t = #{ k: [#{ k: [] }, #{ k: [#{ k: [] }] }] }; let r = []; for i in 0..3 { let x = "
        "w(t); x.l[1].l[0].n = i; r.push(x); } r"
    ),
]


@pytest.mark.parametrize("source", SOURCES)
def test_an_entry_that_is_kept_elsewhere_is_nobody_elses(source: str) -> None:
    agree(source)
