"""Containers whose types tell what is to be copied in them: nobody sees what is done to a copy."""

from __future__ import annotations

import pytest

from tests.engine.differential import agree

SOURCES = [
    (
        'let base = #{ a: 1, p: #{ l: "en", t: #{ d: true, s: [1, 2] } }, r: ["u"], rows: [#{ x: 1 }, #{ x: 2 }] '
        '}; let o = []; for i in 0..4 { let c = base; c.p.t.s.push(i); c.p.t.d = i; c.r.push("v"); c.rows[0].x += '
        '10; c.rows.push(#{ x: i }); o.push(c); base.p.l += "!"; } [o, base]'
    ),
    (
        'fn f(b) { b.p.t.s[0] = 9; b.rows[1].x = 7; b.q = 1; b } let base = #{ a: 1, p: #{ l: "en", t: #{ d: '
        "true, s: [1, 2] } }, rows: [#{ x: 1 }, #{ x: 2 }] }; let o = []; for i in 0..3 { o.push(f(base)); } [o, "
        "base]"
    ),
    (
        "let rows = [#{ x: 1 }, #{ x: 2 }]; let o = []; for i in 0..3 { let c = rows; c[0].x += i; c.push(#{ x: "
        "i, y: 2 }); o.push(c); } [o, rows]"
    ),
    (
        'let rows = []; for i in 0..200 { rows.push(#{ x: i, y: "a" }); } let o = 0; for i in 0..5 { let c = '
        "rows; c[i].x += 1000; o += c[i].x; } [o, rows[3]]"
    ),
    (
        "let m = #{ a: #{ rows: [] } }; for i in 0..100 { m.a.rows.push(#{ x: i }); } let o = 0; for i in 0..5 { "
        "let c = m; c.a.rows[i].x += 1000; o += c.a.rows[i].x; } [o, m.a.rows[3]]"
    ),
    (
        'let t = [#{ k: "a", p: #{ q: #{ z: [1] } } }, #{ k: "b", p: #{ q: #{ z: [2] } } }]; for i in 0..3 { let '
        'u = t.filter(|x| x.k == "a"); u[0].p.q.z.push(i); print(u); } t'
    ),
    (
        "fn g(d) { if d == 0 { return #{ v: 1, c: () }; } #{ v: d, c: g(d - 1) } } let t = g(4); for i in 0..3 { "
        "let u = t; u.c.c.v = i * 100; print(u); } t"
    ),
    (
        'let s = [#{ n: 1, p: ["a"] }, #{ n: 2, p: [], l: #{ w: 4, x: [1] } }, #{ n: 3, q: [5] }, #{ n: 4, l: () '
        '}]; let o = []; for i in 0..3 { for e in s { e.n += i; if "l" in e && e.l != () { e.l.w += 1; e.l.x = '
        '[i]; } if "q" in e { e.q.push(i); } e.p = [i]; o.push(e); } } [o, s]'
    ),
    (
        "fn f(e) { e.n = 9; if e.l != () { e.l.w = 7; } if e.q != () { e.q.push(1); } e } let s = [#{ n: 1 }, #{ "
        "n: 2, l: #{ w: 4, z: #{ y: 1 } } }, #{ n: 3, q: [5] }]; let o = []; for i in 0..3 { for e in s { "
        "o.push(f(e)); } } [o, s]"
    ),
    (
        "let s = [#{ n: 1, q: [] }, #{ n: 2 }]; s[0].q.pad(600, 1); let t = 0; for i in 0..3 { for e in s { e.n "
        "+= 1; if e.q != () { e.q.push(1); t += e.q.len(); } } } [t, s[0].q.len()]"
    ),
    (
        "let s = #{ a: [], b: #{ c: [] } }; s.a.pad(60, 1); s.b.c.pad(60, 2); let t = 0; for i in 0..30 { let c = "
        "s; c.a.push(i); c.b.c.push(i); c.b.d = 1; t += c.a.len() + c.b.c.len(); s.a.push(i); } [t, s.a.len(), "
        "s.b.len()]"
    ),
    (
        "let b = #{ x: 1, p: #{ l: [1], q: #{ r: 2 } } }; fn f(b) { let c = if b == () { () } else { b }; if c != "
        "() { c.p.l.push(3); c.p.q.r += 1; } c } for i in 0..3 { print(f(b)); print(f(())); } b"
    ),
    (
        'let rows = [#{ x: 1, t: #{ k: "a", v: [1, 2] } }]; let o = []; for i in 0..4 { let m = rows[0]; m.t.v[0] '
        "= i; m.t.k += i; o.push(m); rows[0].t.v.push(i); } [o, rows]"
    ),
    "let c = #{ a: #{ b: [1] } }; let f = || { let d = c; d.a.b.push(2); d }; for i in 0..3 { print(f.call()); c.a.b.push(i); } c",
]


@pytest.mark.parametrize("source", SOURCES)
def test_a_copy_shares_nothing_that_can_change(source: str) -> None:
    agree(source)
