"""What conditions tell of variables that are stored in again: it holds until then, on every way that leads there."""

from __future__ import annotations

import pytest

from tests.engine.differential import agree

SOURCES = [
    "let l = (); for i in 0..3 { l = #{h: i, t: l}; } while l != () { for j in 0..2 { print(l.h); l = l.t; } }",
    "let l = (); for i in 0..3 { l = #{h: i, t: l}; } while l != () { let n = 0; while n < 2 { n += 1; print(l.h); l = l.t; } }",
    "let l = (); for i in 0..9 { l = #{h: i, t: l}; } let s = 0; while l != () { s += l.h; l = l.t; } [s, l]",
    "let l = (); for i in 0..9 { l = #{h: i, t: l}; } let s = 0; while l != () { l = l.t; s += l.h; } [s, l]",
    "let l = (); for i in 0..9 { l = #{h: i, t: l}; } let s = 0; while l != () && l.h > 3 { s += l.h; "
    "if s % 2 == 0 { l = l.t; } l = l.t; } [s, l]",
    "let l = (); for i in 0..9 { l = #{h: i, t: l}; } let s = 0; while l != () { if s > 5 { l = (); } s += 1; print(l.h); "
    "if l != () { l = l.t; } } s",
    "let l = (); for i in 0..4 { l = #{h: i, t: l}; } while l != () { for j in 0..2 { print(l.h); l = l.t; } }",
    "let l = (); for i in 0..4 { l = #{h: i, t: l}; } while l != () { for j in 0..2 { print(l.h); } "
    "for j in 0..2 { if l != () { l = l.t; } } print(l.h); }",
    "let l = #{h: [1, 2]}; for i in 0..2 { if l != () { print(l.h[{ l = (); 0 }]); } }",
    "let l = #{h: [1, 2]}; for i in 0..2 { if l != () { print(l.h.contains({ l = (); 0 })); } }",
    "let l = #{h: [1, 2]}; for i in 0..2 { if l != () { l.h[{ l = (); 0 }] = 3; } }",
    "let l = #{h: [1, 2]}; for i in 0..2 { if l != () { l.h = { l = (); 0 }; } }",
    "let l = #{h: 1}; for i in 0..2 { if l != () { print(l.h + { l = (); 1 }); } } l",
    "let l = #{h: 1}; for i in 0..2 { if l != () { l.h += { l = (); 1 }; } } l",
    "let l = #{h: 1}; for i in 0..2 { if l != () && { l = (); true } { print(l.h); } }",
    "let l = #{h: 1}; for i in 0..2 { if l == () || { l = (); false } { break; } print(l.h); }",
    'let l = #{h: 1}; for i in 0..2 { if l == () || `${{ l = (); 5 }}` == "6" { break; } print(l.h); }',
    "let l = #{h: 1}; for i in 0..2 { if l == () { l = 5; continue; } print(l.h); l = (); }",
    "let l = #{h: 1}; for i in 0..3 { if l == () { print(1); return l; } print(l.h); if i == 1 { l = (); } print(type_of(l)); }",
    'let l = #{h: 1}; for i in 0..3 { switch type_of(l) { "map" if { l = 3; false } '
    '=> print(l.h), "map" => print(l.h), "i64" => { print(l + 1); l = #{h: 2}; print(l.h); } } }',
    "let l = #{h: 1}; let f = || { l = (); 1 }; for i in 0..3 { if l != () { f.call(); print(l.h); } }",
    "let l = #{h: 1}; for i in 0..3 { try { if l != () { l = (); throw 1; } } catch { print(l.h); } }",
    "let l = #{h: 1}; for i in 0..3 { if l != () { try { l = (); throw 1; } catch { print(l.h); } } }",
    "fn z() { this = (); } let l = #{h: 1}; for i in 0..3 { if l != () { l.z(); print(l.h); } }",
    'let l = #{h: 1}; for i in 0..3 { if l != () { eval("l = ();"); print(l.h); } }',
    "let l = #{h: 1}; let n = 0; do { n += l.h; if n == 2 { l = (); } } while l != () && l.h == 1 && n < 9; [n, l]",
    "let l = #{h: 1}; for i in 0..3 { while l != () { print(l.h); l = (); print(l ?? 7); break; } l = #{h: i}; }",
    "fn ins(t, k) { if t == () { return #{k: k, l: (), r: ()}; } let n = t; loop { if k < n.k { if n.l == () { break; } "
    "n = n.l; } else { if n.r == () { break; } n = n.r; } } n.k } let t = ins((), 5); for i in 0..3 { print(ins(t, i)); }",
    "fn has(t, k) { let n = t; while n != () { if k == n.k { return true; } if k < n.k { n = n.l; } else { n = n.r; } } "
    "false } let t = #{k: 5, l: #{k: 2, l: (), r: ()}, r: ()}; [has(t, 2), has(t, 3), has(t, 5), has((), 1)]",
    'let l = 5; for i in 0..3 { if l != () { print(l + 1); l = if i == 0 { "x" } else { () }; } else { print("unit"); } }',
    "let a = [(), 1, ()]; let x = (); for v in a { x = v; if x != () { print(x + 1); } else { print(type_of(x)); } "
    "if x == () { continue; } print(x * 2); x = (); }",
    "let l = #{h: [1, 2]}; for i in 0..2 { if l != () { print({ l = (); 0 } in l.h); } }",
    "let l = #{h: [1, 2]}; for i in 0..2 { if l != () { print(l.h in [{ l = (); 0 }]); } }",
    'let l = #{h: #{x: 1}}; for i in 0..2 { if l != () { print(l.h["x"] + l.h.x + f(l, { l = (); 1 }, l)); } } '
    "fn f(a, b, c) { print(c); a.h.x }",
    "fn f(a, b, c) { b + c.h } let l = #{h: 1}; for i in 0..2 { if l != () { print(f(1, { let k = l; l = (); k.h }, l)); } }",
    "let l = #{h: 1}; for i in 0..2 { if l != () { print(len(l, { l = (); 1 })); } }",
    "let l = [1]; for i in 0..2 { if l != () { push(l, { l = (); 1 }); print(l); } }",
    "let l = [1]; for i in 0..2 { if l != () { l.push({ l = (); 1 }); print(l); } }",
    "let l = [1]; for i in 0..2 { if l != () { let x = [l, { l = (); 1 }, l]; print(x); } }",
    "let l = 1; for i in 0..2 { if l != () { let x = l + { l = (); 1 }; print(x); print(`${l}${{l = 3; l + 1}}${l + 1}`); } }",
    'let l = #{h: 1}; for i in 0..2 { if l != () { let g = Fn("f"); print(g.call({ l = (); 1 }, l)); } } fn f(a, b) { b.h }',
    "let l = #{h: 1}; let k = 2; for i in 0..2 { while l != () && k > 0 { k -= l.h; if k == 1 { l = #{h: 2}; } "
    "if k < 1 { l = (); } } l = l ?? 7; print(l); l = (); }",
    "let l = 3; for i in 0..2 { if l != () { switch l { 3 => { l = (); print(type_of(l)); } _ => print(l + 1) } print(l ?? 8); } l = 4; }",
    "let l = #{h: 1}; for i in 0..2 { if l != () { for x in l.h..{ l = (); 3 } { print(x); } print(l.h); } }",
    "let l = #{h: #{h: 1}}; for i in 0..2 { if l != () { l = { let k = l; l = (); k.h }; print(l); } }",
    "let l = [#{h: 1}]; let i = 0; while l != () { l[i].h += { i = 0; l[0].h }; print(l); if l[0].h > 5 { l = (); } }",
]


@pytest.mark.parametrize("source", SOURCES)
def test_what_is_told_holds_until_something_is_stored(source: str) -> None:
    agree(source)
