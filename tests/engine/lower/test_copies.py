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
]


@pytest.mark.parametrize("source", SOURCES)
def test_a_copy_shares_nothing_that_can_change(source: str) -> None:
    agree(source)
