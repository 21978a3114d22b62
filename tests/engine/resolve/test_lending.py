"""Which variables hold parts of others without a copy; and that nobody can tell."""

import pytest

from app.engine import Limits
from app.engine.parser import parse
from app.engine.resolve import resolve
from app.engine.source import Source
from app.engine.stdlib import STANDARD
from app.engine.translation import parse_limits
from tests.engine.differential import agree


def borrowing(source: str) -> set[str]:
    """The names of the variables that borrow."""
    script, found = parse(Source(source), parse_limits(Limits()))
    assert not found
    return {binding.name for binding in resolve(script, STANDARD).flows.bindings if binding.borrows}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("fn f(l) { let p = l; while p != () { p = p.tail; } }", {"p"}),
        ("fn f(l) { while l != () { l = l.tail; } }", {"l"}),
        ("fn f(a) { let best = a[0]; for x in a { best = x; } best }", {"best"}),
        ("let a = []; for i in 0..3 { a.push([i]); } for i in 0..3 { let p = a[i]; print(p); }", {"p"}),
        ("let q = [[1]]; let i = 0; while i < 3 { let p = q[i]; q.push(p); i += 1; }", {"p"}),
        ("let a = [[1]]; for i in 0..1 { let p = a[i]; let r = p[0]; } a[0] = 1;", {"p", "r"}),
        # Changed before or after it is needed.
        ("fn f(a) { a[0] = 1; let p = a[1]; print(p); a[1] = 2; }", {"p"}),
        ("fn f(a, n) { let p = if n > 1 { a[0] } else { switch n { 0 => a, _ => { print(n); a[1] } } }; p.len() }", {"p"}),
        ("let a = [[1]]; let p = (); for i in 0..3 { a.push([i]); p = a[0]; } let q = a[0]; print(q);", {"p", "q"}),
        # Changed where it isn't needed again: nothing but a jump comes behind.
        ("fn f(a) { let p = a[0]; if p.n > 1 { a[0].n = 1; return 1; } p.n }", {"p"}),
        ("let a = [[1]]; for i in 0..3 { let p = a[i]; if p.len() > 1 { a[i].push(2); continue; } print(p); }", {"p"}),
        (
            "fn f(a) { for i in 0..3 { let p = a[i]; if i > 1 { a[0][0] = 1; for j in 0..2 { if j > 0 { break; } } return; } print(p); } }",
            {"p"},
        ),
        # But it is.
        ("fn f(a) { let p = a[0]; if a.len() > 1 { a[0].n = 1; return p.n; } p.n }", set()),
        ("let a = [[1]]; let p = a[0]; for i in 0..3 { if i > 1 { a[i].push(2); continue; } print(p); }", set()),
        ("let a = [[1]]; let p = a[0]; for i in 0..3 { if i > 1 { a[0].push(2); break; } } print(p);", set()),
        ("fn f(a) { let p = a[0]; for i in 0..3 { if i > 0 { a[0].push(2); if i > 1 { break; } return; } } p }", set()),
        ("fn f(a) { let p = a[0]; try { a[0].push(2); return g(); } catch { return p; } }", set()),
        ("fn f(a) { let p = a[0]; for x in p { a[0][0].push(2); print(x); return; } }", set()),
        ("fn f(a) { let p = a[0]; if a.len() > 1 { for i in 0..3 { print(p); a[0].push(2); } return; } p }", set()),
        # Chosen elements, as long as the array stays as it is.
        ("let a = [#{ n: [1] }]; let p = a.filter(|x| x.n.len() > 0); for x in p { print(x.n); } p.map(|x| x.n[0])", {"p"}),
        ("fn f(a, n) { let p = a.t.filter(|x| x.n != n); a = 5; p.len() } let m = #{ t: [#{ n: 1 }] }; [f(m, 2), m]", {"p"}),
        ("let a = [#{ n: 1 }]; let p = a.filter(|x| { x.n += 1; x.n > 0 }); a.push(#{ n: 3 }); [p.map(|x| x.n), a]", {"p"}),
        ("let a = [#{ n: 1 }]; let p = a.filter(|x| x.n > 0); a[0].n = 5; [p.map(|x| x.n), a]", set()),
        ("let a = [#{ n: 1 }]; let p = a.filter(|x| x.n > 0); p[0].n = 5; [p.map(|x| x.n), a]", set()),
        ("let a = [#{ n: 1 }]; let p = a.filter(|x| x.n > 0); let l = [p]; a[0].n = 5; [l, p, a]", set()),
        ("fn f(a) { let p = a.filter(|x| x.n > 0); p } let a = [#{ n: 1 }]; let q = f(a); q[0].n = 5; [q, a]", set()),
        ("let a = [#{ n: 1 }]; let p = a.filter(|x| x.n > 0); let f = || a[0].n = 5; f.call(); p.map(|x| x.n)", set()),
        ("let a = [#{ n: 1 }]; let p = a.filter(|x, i| x.n > i); for i in 0..2 { print(p.map(|x| x.n)); a[0].n = 5; } a", set()),
        # Changed in place while it is needed, or somebody might.
        ("let a = [[1]]; let p = (); for i in 0..3 { print(p); p = a[0]; a[0] = [i]; }", set()),
        ("fn f(a) { let p = a[0]; p.n = 1; p }", set()),
        ("fn f(a) { let p = a[0]; a[0].n = 1; p }", set()),
        ("let a = [[1]]; for i in 0..3 { let p = a[0]; a[0].push(i); print(p); }", set()),
        ("let a = [[1]]; for i in 0..3 { let p = a; a.push(i); print(p); }", set()),
        ("let a = [[1]]; for i in 0..3 { let p = a[0]; let x = a.pop(); print(p); }", set()),
        ("let a = [[1]]; let b = (); for x in a { b = x; } a[0] = 1; b", set()),
        ("let a = [#{ push: |v| this.n = v }]; for i in 0..3 { let p = a[0]; a.push(i); print(p); }", set()),
        ("let a = [[1]]; for i in 0..3 { let p = a[0]; (|| p).call(); }", set()),
        ('let a = [[1]]; for i in 0..3 { let p = a[0]; eval("p"); }', set()),
        ("fn f() { let p = this.x; p }", set()),
        ("fn f(a) { let p = a.x(); p }", set()),
    ],
)
def test_a_variable_borrows_from_what_stays_as_it_is_while_it_lives(source: str, expected: set[str]) -> None:
    assert borrowing(source) == expected
    agree(source)


@pytest.mark.parametrize(
    "source",
    [
        "fn f(l) { let p=l; let n=0; while p != () { n+=p.n; p=p.t; } n } let l=(); for i in 0..5 { l=#{ n: i, t: l }; } [f(l), l]",
        "fn f(a) { let best=a[0]; for x in a { if x.n > best.n { best=x; } } best } let a=[#{n:1},#{n:3}]; let b=f(a); b.n=9; [a, b]",
        "let a = [#{n:1},#{n:3}]; let out = []; for i in 0..2 { let p = a[i]; out.push(p); out[i].n += 10; print(p.n); } [a, out]",
        "let a=[[1]]; let q=[#{v:[0]}]; let i=0; while i<q.len() { let p=q[i]; i+=1; if i<4 { q.push(#{v:[i]}); q.push(p); } print(p); } q",
        "let q = [[1],[2]]; for i in 0..2 { let p = q[i]; let x = q.pop(); x.push(9); print(p); print(x); q.push(x); } q",
        "let q = [[1],[2]]; for i in 0..2 { let p = q[i]; q[i].push(5); print(p); } q",
        "let a = [#{n:1}]; let b = a[0]; a[0].n = 2; [a, b]",
        "let a = [[1], [2]]; let r = []; for i in 0..3 { let p = a[0]; if i == 1 { a[0].push(9); break; } r.push(p); } [a, r]",
        "let a = [[1], [2]]; let r = []; let p = a[0]; for i in 0..3 { if i == 1 { a[0].push(9); continue; } r.push(p); } [a, r, p]",
        "fn f(a) { let p = a[0]; try { a[0].push(3); throw 1; return 0; } catch (e) { return [p, a]; } } f([[1], [2]])",
        "fn f(a) { let p = a[0]; for x in p { a[0][0] = 7; a[0].push(4); return [x, p, a]; } } f([[[1]], [2]])",
        "fn f(a) { let p = a[0]; for x in p { a[0][0].push(7); print(x); return a; } } f([[[1]], [2]])",
        "fn f(a) { let s = { let p = a[0]; if p.len() == 1 { a[0].push(2); return p; } p }; [s, a] } [f([[1]]), f([[1, 2]])]",
        "let a = [#{n:1}]; let b = (); for x in a { b = x; } a[0].n = 2; [a, b]",
        "let a = [#{n:1}]; for i in 0..2 { let r = a; let b = r[0]; let k = []; k.push(r); k[0][0].n = 7; print(b); print(k); } a",
        "fn f() { let r = #{x:[1]}; let b = r.x; let k = [r]; k[0].x.push(2); k.push(b); k[1].push(3); [b, k] } f()",
        "fn f(r) { let b = r.x; b } let r = #{x:[1]}; let c = f(r); c.push(2); [r, c]",
        "fn f(r) { r = r.x; r } let r = #{x:[1]}; let c = f(r); c.push(2); [r, c]",
        "fn f(r) { let b = r.x; return b; } let r = #{x:[1]}; let c = f(r); c.push(2); [r, c]",
        "fn f(r) { let b = r.x; #{y: b, z: [b]} } let r = #{x:[1]}; let c = f(r); c.y.push(2); c.z[0].push(3); [r, c]",
        "fn f(r) { let b = r.x; let c = b; let g = |k| k.push(b); g.call([]); c } let r = #{x:[1]}; let c = f(r); c.push(2); [r, c]",
        "let m = #{ items: [#{n: 1}], push: |v| this.items[0].n = v }; for i in 0..2 { let b = m.items; m.push(i + 5); print(b); } m",
        "let a = [#{n:1}]; for i in 0..3 { let b = a[0]; try { if i == 1 { throw b; } } catch (e) { e.n = 5; print(e); } print(b); } a",
        "let a = [#{n:[1]}]; for i in 0..2 { let b = a[0]; let c = b.n; let d = [c, b]; d[0].push(2); d[1].n.push(3); print([b, d]); } a",
        "let a = [#{n:1}]; for i in 0..2 { let b = a[0]; a = [#{n: 5 + i}]; print(b); print(a); } a",
        "fn g(x) { x.n = 100; x } let a = [#{n:1}]; for i in 0..2 { let b = a[0]; print(g(b)); print(b); } a",
        "let a = [#{n:1}]; for x in a { let y = x; for i in 0..2 { x.n += 1; print(y); } } a",
        "let a = [#{n:1}]; let f = |v| { let b = v; let c = b; c.n = 3; [b, c] }; for x in a { print(f.call(x)); } a",
        "let a = [[1,2],[3]]; a.map(|r| { let b = r; b }).len() + a[0].len()",
        "let a = [[1,2],[3]]; let m = a.map(|r| { let b = r; b }); m[0].push(1); [a, m]",
        'fn f(m, k) { let v = m[k]; if v == () { return 0; } v.len() } let m = #{a: [1,2]}; [f(m, "a"), f(m, "b")]',
        'let text = ""; let a = ["x"]; for i in 0..3 { let s = a[0]; text = s; text += "y"; a.push(text); print(s); } [a, text]',
        "let a = [#{n:1}]; let last = (); for i in 0..3 { let b = a[0]; last = b; } last.n = 4; [a, last]",
        "let x = [1]; for i in 0..2 { let y = x; let z = y; x = [i]; print([x, y, z]); } x",
        "fn f(n, l) { if n == 0 { return l; } let k = l; f(n - 1, #{ v: n, l: k }) } f(3, ())",
        "fn f(a) { let b = a; let a = [2]; a.push(3); [a, b] } f([1])",
        "let q = [[0]]; let n = 0; while n < 3 { let p = q[n]; n += 1; let c = p; q.push([n]); insert(q, 0, [7]); print(p); print(c); } q",
        "let q = [[0]]; let n = 0; while n < 3 { let p = q[n]; n += 1; q += [[n]]; print(p); } q",
        'let m = #{a: [1]}; for k in ["a", "b"] { let v = m[k]; if v != () { v.len(); } m[k] = [2]; print(v); } m',
        "let m = #{a: #{b: [1]}}; do { let v = m.a; let w = v.b; m.a.b.push(2); print([v, w]); } while m.a.b.len() < 4; m",
        "switch 1 { 1 => { let a = [[1]]; let b = a[0]; let c = b; a[0].push(1); print([a, b, c]); } }",
    ],
)
def test_whoever_borrows_sees_and_changes_no_more_than_whoever_copies(source: str) -> None:
    agree(source)
