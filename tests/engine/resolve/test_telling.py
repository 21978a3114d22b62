"""What conditions tell of variables that are stored in again, and of places: it holds until then, on every way that leads there."""

from __future__ import annotations

import pytest

from app.engine.parser import parse
from app.engine.resolve import resolve, telling
from app.engine.source import Source
from app.engine.stdlib import STANDARD
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


PLACES = ["t.l", 't["l"]', "t[k]", "t.c[0]"]
CONDITIONS = ["{p} != ()", 'type_of({p}) == "map"', "!({p} == ()) && i < 9", "{p} != () && {{ {act} true }}"]
READS = [
    "print({p}.h);",
    "{p}.h += 1; print({p}.h);",
    "print(h_of({p}));",
    "print(type_of({p}));",
    "let u = {p}; print(u.h);",
    "print({p}.len());",
]
ACTS = [
    "",
    "t.l = (); t.c[0] = ();",
    'd.l = (); t["l"] = 5; t.c[0] = 5;',
    "t = #{ l: (), r: (), c: [()] };",
    "t = if i == 0 { #{ l: 5, c: [5], r: 5 } } else { t };",
    'k = "r";',
    'k += "x";',
    't.remove("l"); t.c.pop(); t.c.push(());',
    't.set("l", ());',
    'remove(t, "l"); clear(t);',
    "t.clear();",
    "t.drop_it();",
    "t.c.drop_first();",
    "t.f();",
    "t.len();",
    "print(len(t));",
    "g.call();",
    'let n = "l"; t.c.for_each(|| { this = (); });',
    "for x in 0..1 { t.l = (); t.c[0] = (); }",
    "try { t.l = (); t.c[0] = (); throw 1; } catch { }",
    "{ let u = t; u.l = (); u.c[0] = (); }",
    'let u = t.l; if type_of(u) == "map" { u.h = (); u = (); }',
    "if t.l != () { t.l.h = (); } if t.c[0] != () { t.c[0].h = (); }",
    "if i == 2 { t.l = (); t.c[0] = (); }",
    "let u = [t.l, { t.l = (); 1 }, t.l]; print(u);",
    "let w = t; w += #{ l: () }; t = w;",
    "t += #{ l: (), c: [()] };",
    "t.mixin(#{ l: (), c: [()] });",
    'call(Fn("remove"), t, "l");',
    "h_of(t); spoil(t); print(t);",
]


@pytest.mark.parametrize("act", [*ACTS, 'eval("t.l = (); t.c[0] = ();");'])
def test_what_is_told_of_a_place_holds_until_something_is_done_there(act: str) -> None:
    for place in PLACES:
        for condition in CONDITIONS:
            tested = condition.format(p=place, act=act)
            rounds = " ".join(
                f'try {{ let t = made(i); let d = t; let k = "l"; {_captured(act)} if {tested} {{ {act} {read.format(p=place)} }} '
                'else { print("none"); } print(t.l); } catch (e) { print(e); }'
                for read in READS
            )
            source = (
                "fn drop_it() { this.l = (); } fn drop_first() { this[0] = (); } fn h_of(x) { x.h } fn spoil(x) { x.l = (); x.c[0] = (); }"
                "fn made(i) { #{ l: if i == 1 { () } else { #{ h: i } }, c: [if i == 1 { () } else { #{ h: i } }], r: (), "
                f"f: || {{ this.l = (); 5 }}, len: || {{ this.l = (); 5 }} }} }} for i in 0..3 {{ {rounds} }}"
            )
            script, found = parse(Source(source))
            assert found == []
            assert resolve(script, STANDARD).told_places or act
            agree(source)


def _captured(act: str) -> str:
    """Only where it is called: a variable that a closure shares is told nothing of."""
    return "let g = || { t.l = (); t.c[0] = (); };" if "g.call" in act else ""


@pytest.mark.parametrize(
    "source",
    [
        "fn sum(t) { let n = t.v; if t.l != () { n += sum(t.l); } if t.r != () { n += sum(t.r); } n } "
        "sum(#{ v: 1, l: #{ v: 2, l: (), r: #{ v: 4, l: (), r: () } }, r: #{ v: 3, l: (), r: () } })",
        "fn put(t, v) { if v < t.v { if t.l == () { t.l = #{ v: v, l: (), r: () }; } else { t.l = put(t.l, v); } } "
        "else { if t.r == () { t.r = #{ v: v, l: (), r: () }; } else { t.r = put(t.r, v); } } t } "
        "let t = #{ v: 5, l: (), r: () }; for v in [3, 8, 1, 4, 9] { t = put(t, v); } t",
        "let l = #{ h: 0, n: () }; for i in 1..5 { l = #{ h: i, n: l }; } let c = l; while c.n != () { print(c.h); c = c.n; } c",
        (
            "let l = #{ h: 0, n: () }; for i in 1..5 { l = #{ h: i, n: l }; } let c = l; loop { if c.n == () { break; "
            "} c = c.n; print(c.h); } c"
        ),
        'fn merge(a, b) { let out = a; for k in b.keys() { if type_of(b[k]) == "map" && k in out && type_of(out[k]) == "map" '
        "{ out[k] = merge(out[k], b[k]); } else { out[k] = b[k]; } } out } "
        "[merge(#{ a: 1, d: #{ x: 1, y: #{ z: 2 } } }, #{ a: #{ b: 2 }, d: #{ x: 3, y: #{ z: 5, w: 1 } } }), "
        "merge(#{ a: #{ b: 1 } }, #{ a: 4 })]",
        "let t = #{ l: #{ h: 1 } }; for i in 0..2 { if t.l != () { for x in 0..2 { print(t.l.h); t.l = (); } } }",
        "let t = #{ l: #{ h: 1 } }; for i in 0..2 { if t.l != () { let n = 0; while n < 2 { n += 1; print(t.l.h); t = #{}; } } }",
        "let t = #{ l: #{ h: 1 } }; for i in 0..2 { if t.l != () { print(t.l.h in [{ t.l = (); 1 }]); } }",
        "let t = #{ l: #{ h: 1 } }; for i in 0..2 { if t.l != () { print(t.l in [{ t.l = (); 1 }, t]); } }",
        'let t = #{ l: #{ h: 1 } }; for i in 0..2 { if t.l != () { print(t.l[{ t.l = (); "h" }]); } }',
        'let t = #{ l: #{ h: 1 } }; for i in 0..2 { if t.l != () { print(t.l.contains({ t.l = (); "h" })); } }',
        'let t = #{ l: #{ h: 1 } }; for i in 0..2 { if t.l != () { print(t.l.get({ t = 5; "h" })); } }',
        'let t = #{ l: #{ h: 1 } }; for i in 0..2 { if t.l != () { t.l[{ t.l = (); "h" }] = 5; } }',
        "let t = #{ l: #{ h: 1 } }; for i in 0..2 { if t.l != () { t.l.h = { t.l = (); 1 }; } }",
        "let t = #{ l: #{ h: 1 } }; for i in 0..2 { if t.l != () { t.l.h += { t.l = (); 1 }; } }",
        "let t = #{ l: #{ h: 1 } }; for i in 0..2 { if t.l != () { let f = |x| { t.l = (); x }; print(f.call(1)); print(t.l.h); } }",
        'let m = #{}; for w in ["a", "b", "a"] { if m[w] == () { m[w] = #{ n: 0 }; } m[w].n += 1; if m[w] != () { print(m[w].n); } } m',
    ],
)
def test_places_of_trees_and_lists(source: str) -> None:
    agree(source)


FILLED = [
    "let q = [[0, 0]]; let r = []; while q.len() > 0 { let p = q.shift(); r.push(p[1]); if p[0] < 9 { q.push([p[0] + 1, p[1] + 2]); } } r",
    'let q = ["a"]; let r = []; while !q.is_empty() { let p = q.pop(); r.push(p); if p.len() < 5 { q.push(p + "x"); } } r',
    'let q = ["a", ()]; let r = []; while !q.is_empty() { let p = q.pop(); r.push(p); let z = q.pop(); r.push(z); } r',
    "let q = [1, 2, 3]; let r = []; while q.len() > 0 { q.clear(); let p = q.pop(); r.push(p); if p == () { break; } } r",
    "let q = [1, 2, 3]; let r = []; while 0 < q.len() { for i in 0..2 { r.push(q.pop()); } } r",
    "let q = [1, 2, 3]; let r = []; loop { if q.is_empty() { break; } let x = q.remove(0); r.push(x + 1); if x == 2 { q += [7, 8]; } } r",
    "let q = [1, 2, 3]; let r = []; loop { if q.len() == 0 { break; } q = []; let x = q.remove(0); r.push(x); } r",
    "let o = #{q: [1, 2, 3]}; let r = []; while o.q.len() != 0 { let x = o.q.shift(); r.push(x * 2); if x == 1 { o.q.push(5); } } r",
    "let o = #{q: [1, 2, 3]}; let r = []; while o.q.len() != 0 { o.q = []; let x = o.q.shift(); r.push(x); } r",
    "let q = [1, 2, 3]; let r = []; while q.len() > 0 && q.pop() != 2 { let x = q.pop(); r.push(x); } r",
    "let q = [1, 2, 3]; let r = []; while q.pop() != 2 && q.len() > 0 { let x = q.pop(); r.push(x); } r",
    "let q = [1, 2, 3]; let f = || { q.clear(); 1 }; let r = []; while q.len() > 0 { f.call(); let x = q.pop(); r.push(x); } r",
    "let q = [1, 2, 3]; let r = []; while q.len() > 0 { let x = q.pop() + q.len(); r.push(x); r.push([q.pop(), q.len()]); } r",
    "let q = [1, 2, 3]; let r = []; while q.len() >= 1 { let t = q; let x = t.pop(); r.push(x); q = t; } r",
    "fn len(a) { 5 } let q = [1]; let r = []; for i in 0..3 { if q.len() > 0 { r.push(q.pop()); } } r",
    'let q = #{len: || 5}; let r = []; for i in 0..3 { if q.len() > 0 { r.push(q.remove("x")); } } r',
    (
        "let q = [1, 2]; let r = []; for i in 0..3 { if q.len() > 0 { r.push(q.pop()); } else { r.push(q.pop()); "
        "} if q.len() == 0 { r.push(q.pop()); } else { r.push(q.pop()); } } r"
    ),
    "let q = [1, 2]; let r = []; for i in 0..3 { if q.len > 0 { r.push(q.pop()); } r.push(if q.len() > 0 { q.pop() } else { -1 }); } r",
    (
        'let q = [[1, [2]], [3]]; let r = []; while !q.is_empty() { let x = q.pop(); if type_of(x) == "array" { '
        "for y in x { q.push(y); } } else { r.push(x); } } r"
    ),
    "let q = [1]; let r = []; while q.len() > 0 { let x = q.pop(); if x < 5 { for i in 0..2 { q.insert(0, x + 1 + i); } } r.push(x); } r",
    (
        "let out = []; for i in 0..20 { let r = #{ k: `k${i}`, v: i }; if i % 2 == 0 { r.extra = `v${i}`; } if i "
        "% 3 == 0 { r.n = i; } out.push(r); } out"
    ),
]


@pytest.mark.parametrize("source", FILLED)
def test_what_is_taken_out_of_an_array_that_has_an_element(source: str) -> None:
    agree(source)


@pytest.mark.parametrize(
    ("condition", "take", "is_told"),
    [
        ("a.len() > 0", "a.pop()", True),
        ("0 < a.len()", "a.pop()", True),
        ("a.len() >= 1", "a.shift()", True),
        ("a.len() == 2", "a.remove(0)", True),
        ("a.len() != 0 && true", "a.pop()", True),
        ("!a.is_empty()", "a.pop()", True),
        ("!(a.len() == 0)", "a.pop()", True),
        ("!(a.len() < 1 || a.is_empty())", "a.pop()", True),
        ("a.len > 0", "a.pop()", True),
        ("a.len() >= 0", "a.pop()", False),
        ("a.len() == 0", "a.pop()", False),
        ("a.len() != 1", "a.pop()", False),
        ("a.len() < 3", "a.pop()", False),
        ("a.is_empty()", "a.pop()", False),
        ("a.len() > 0 || true", "a.pop()", False),
        ("a.len() > 0", "a.remove(1)", False),
        ("a.len() > 0", "[a.clear(), a.pop()]", False),
        ("a.pop() == 1 && a.len() > 0", "a.pop()", False),
        ("a.len() > 0 && { a = []; true }", "a.pop()", False),
        ("b.len() > 0", "a.pop()", False),
        ("a.len() > 0", "{ for i in 0..2 { a.pop() } }", False),
    ],
)
def test_conditions_that_tell_of_an_element(condition: str, take: str, is_told: bool) -> None:
    tree, _ = parse(Source(f"let a = [1]; let b = [2]; while {condition} {{ let x = {take}; }}"))
    assert (telling.FILLED in {name for name, _ in resolve(tree, STANDARD).told_places.values()}) is is_told
