"""Loops over a part of a variable that do something to the variable: what they walk is as it was when they began."""

from __future__ import annotations

import pytest

from app.engine.parser import parse
from app.engine.source import Source
from tests.engine.differential import agree

BODIES = [
    "o.total += x.n;",
    "o.total += x.n; x.n = 9; print(x);",
    "o.log.push(x); o.log[-1].n += 1;",
    "o.log.push(x.n); x.n += 1; o.last = x;",
    "o.last = x; o.last.n = 7; print(o.items);",
    "o.last = o.items; o.last.push(x); o.total += o.last.len();",
    "let y = x; y.n += 1; o.last = y; y.n += 1;",
    "let y = o.items; y.push(x); o.items = y;",
    "o.items.push(x); if o.items.len() > 9 { break; }",
    "o.items[0].n += 10; o.total += x.n;",
    'o["items"][1].n += 10; o.total += x.n;',
    "o.items = []; o.total += x.n;",
    "o.items.pop(); o.total += x.n;",
    "o = #{ items: [], total: 0, log: [], last: (), sub: o.sub }; print(x);",
    "o.grow(); o.total += x.n;",
    "grow(o); push(o.items, x); o.total += x.n;",
    "clear(o); print(x); break;",
    "if o.total < 9 { o = grow(o); } o.total += x.n + 2;",
    "if o.total < 9 { o.sub = grow(o.sub); } o.total += x.n + 2;",
    "o.add(x); o.total += x.n;",
    "o.sub.add(x); o.total += x.n;",
    "o.sub.items.push(x); o.sub.n += x.n;",
    "o.sub = o; o.sub.items.push(x);",
    "let f = || { o.items.push(1); }; if o.items.len() < 9 { f.call(); } print(x);",
    'if o.items.len() < 9 { eval("o.items.push(x);"); } o.total += x.n;',
    "for y in o.items { o.total += x.n * y.n; if y.n == 2 { o.items.push(y); } if o.items.len() > 9 { break; } }",
    "for y in o.log { o.log.push(x); if o.log.len() > 9 { break; } } o.log.push(x);",
    "try { o.total += x.n; throw x; } catch (e) { e.n += 1; o.log.push(e); }",
    "o.total += o.items.map(|y| y.n).reduce(|a, b| a + b, 0);",
    "o.items.for_each(|| { this.n += 1; }); o.total += x.n;",
    "o.log = o.items; o.log.push(x); o.items = o.log; if o.items.len() > 9 { break; }",
    "o.items.len(); o.total += x.n;",
]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("walked", ["o.items", "o.sub.items", 'o["items"]', "o.items.filter(|y| y.n > 0)"])
def test_a_loop_walks_what_there_was(body: str, walked: str) -> None:
    made = (
        "fn grow() { this.items.push(#{ n: 5 }); } fn grow(x) { x.items.push(#{ n: 6 }); x } fn add(x) { this.items.push(x); x.n = 4; }"
        "fn made(i) { #{ items: [#{ n: i }, #{ n: 2 }], total: 0, log: [], last: (), sub: #{ items: [#{ n: 3 }], n: 0, "
        "len: || { this.push(#{ n: 8 }); 3 } } } }"
    )
    script = f"{made} for i in 0..3 {{ let o = made(i); for x in {walked} {{ {body} }} print(o); }}"
    assert parse(Source(script))[1] == []
    agree(script)
    here = body.replace("o.", "this.").replace("grow(o)", "grow(this)").replace("clear(o)", "clear(this)").replace('o["', 'this["')
    method = f"fn run() {{ for x in {walked.replace('o.', 'this.').replace('o[', 'this[')} {{ {here} }} this.total }}"
    agree(f"{made} {method} for i in 0..3 {{ let o = made(i); print(o.run()); print(o); }}")


CHOSEN = [
    (
        "let a = [#{v: 1}, #{v: 2}, #{v: 3}]; let best = (); for i in 0..2 { for x in a.filter(|x| x.v > 1) { "
        "best = x; } a[2].v = 9; } [best, a]"
    ),
    "let a = [#{v: 1}, #{v: 2}, #{v: 3}]; let r = []; for i in 0..2 { for x in a.filter(|x| x.v > 1) { x.v += 10; r.push(x); } } [r, a]",
    "let a = [#{v: 1}, #{v: 2}, #{v: 3}]; let r = []; for i in 0..2 { for x in a.filter(|x| x.v > 1) { a[1].v += 10; r.push(x); } } [r, a]",
    (
        "let a = [#{v: 1}, #{v: 2}, #{v: 3}]; let r = []; for i in 0..2 { for x in a.filter(|x| x.v > 1) { let y "
        "= x; r.push(y); y.v = 0; } } [r, a]"
    ),
    (
        "let a = [#{v: 1}, #{v: 2}, #{v: 3}]; let r = []; for i in 0..2 { for x in a.filter(|x| x.v > 1) { let y "
        "= x; a[2].v += 1; r.push(y); } } [r, a]"
    ),
    "let a = [#{v: 1}, #{v: 2}, #{v: 3}]; let y = (); for i in 0..2 { for x in a.filter(|x| x.v > 1) { y = x; } } a[2].v = 100; [y, a]",
    "let o = #{items: [#{v: 1}, #{v: 2}], t: 0}; for i in 0..2 { for x in o.items.filter(|x| x.v > 1) { o.t += x.v; } } o",
    "let o = #{items: [#{v: 1}, #{v: 2}], t: 0}; for i in 0..2 { for x in o.items.filter(|x| x.v > 1) { o.items.push(x); } } o",
    (
        "let o = #{items: [#{v: 1}, #{v: 2}], t: 0}; let r = []; for i in 0..2 { for (x, j) in o.items.filter(|x| "
        "x.v > 0) { o.items = [#{v: 5}]; r.push(x); r.push(j); } } [o, r]"
    ),
    (
        "fn f(a) { let r = []; for x in a.filter(|x| x.v > 1) { r.push(x); } r } let a = [#{v: 1}, #{v: 2}]; let "
        "r = []; for i in 0..3 { let q = f(a); q[0].v = 8; r.push(q); } [a, r]"
    ),
    "let a = [3, 1, 2]; let r = []; for i in 0..9 { r.push(a.filter(|x| x > i).len()); r.push(a.filter(|x| x > i).is_empty()); } r",
]


@pytest.mark.parametrize("source", CHOSEN)
def test_a_loop_over_chosen_elements_keeps_none_that_may_change(source: str) -> None:
    agree(source)
