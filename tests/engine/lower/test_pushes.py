"""Arrays that grow by elements and by each other, and parts of them: the same values, ends, places and operations however compiled."""

from __future__ import annotations

import pytest

from app.engine import Limits
from tests.engine.differential import agree
from tests.engine.stopped import ran, stop_of

SOURCES = [
    "let a = [1]; for i in 0..12 { a += a; } a.len()",
    "let a = []; for i in 0..300 { a += [i, i]; a += i; } [a.len(), a[599], a[600]]",
    "let a = []; for i in 0..300 { a += []; a += [i]; } [a.len(), a[299]]",
    "let a = []; let b = [1, 2, 3]; for i in 0..9 { a += b; b[0] += 1; b.push(i); } [a, b]",
    "let a = []; let b = []; b.pad(3000, 7); for i in 0..3 { a += b; b[0] += 1; b.push(i); } [a.len(), a[3000], b[0]]",
    "let a = []; let b = []; b.pad(130, 7); for i in 0..60 { a += b; } a.len()",
    "let a = []; let b = []; b.pad(1000, 7); for i in 0..60 { a += b; }",
    "let a = []; for i in 0..12000 { a += i; }",
    "let a = []; for i in 0..12000 { a += [i, 1]; }",
    "let a = [[1]]; for i in 0..4 { a += a; a[0].push(i); } a",
    "let a = [[1]]; let b = [[2]]; for i in 0..4 { a += b; b[0].push(i); a[1].push(9); } [a, b]",
    "fn f(n) { let a = [[n]]; let b = [[n], [2]]; a += b; a[1].push(3); a } let o = []; for i in 0..3 { o += f(i); } o",
    "fn f(n) { let a = [[n]]; let b = [[n], [2]]; for i in 0..2 { a += b; a[1].push(3); } a } let o = []; for i in 0..3 { o += f(i); } o",
    "fn f(n) { let a = [n]; let b = [n]; let r = [b]; a += b; a.push(4); r + a } let o = []; for i in 0..3 { o += f(i); } o",
    "fn f(n) { let a = [[n]]; let b = [[n]]; let c = || b; a += b; a[1].push(3); [a, c.call()] } let o = []; "
    "for i in 0..3 { o += f(i); } o",
    "fn f(n) { let a = [[n]]; let b = [[n]]; try { a += b; throw 1; } catch { a[1].push(2); } [a, b] } let o = []; "
    "for i in 0..3 { o += f(i); } o",
    "fn f(a, b) { a += b; a } let x = [1]; let y = [2]; for i in 0..4 { x = f(x, y); y = f(y, x); } [x, y]",
    "fn f(a, b) { a += b; a[0].push(5); b[0].push(6); a + b } let x = [[1]]; let y = [[2]]; for i in 0..4 { x = f(x, y); } [x, y]",
    "fn f(a) { let b = a; b += a; b[0].push(1); [a, b] } let x = [[1]]; for i in 0..2 { print(f(x)); } x",
    "fn q(a) { if a.len() < 2 { return a; } let p = a[0]; let s = []; let e = []; let l = []; "
    "for x in a { if x < p { s.push(x); } else { l.push(x); } } let r = q(s); r += q(l); r } q([3, 1, 2, 3, 9, 4])",
    """let a = ["x"]; for i in 0..100 { a += ["y" + i]; a += "z"; a += 'c'; } [a.len(), a[7], a[9]]""",
    'let a = ["x"]; let b = ["y", "z"]; for i in 0..10 { a += b; b += a; } [a.len(), b.len()]',
    "let a = []; for i in 0..40 { a += [[i]]; a += [#{ k: i }]; } a",
    "let a = []; for i in 0..40 { a += [[i]]; a += #{ k: i }; } a",
    'let m = #{ l: [1] }; for i in 0..20 { m.l += [i]; m.l += i; m["l"] += [2]; } m',
    "let m = #{ l: [[1]] }; let o = [[5]]; for i in 0..3 { m.l += o; m.l[1].push(i); } [m, o]",
    "let a = [[1]]; for i in 0..4 { let b = a[0]; a[0] += b; } a",
    "let a = [[1], [2]]; for i in 0..4 { a[0] += a[1]; a[1] += a[0]; } a",
    "fn add() { this += [4]; this += this; } let a = [1]; for i in 0..3 { a.add(); } a",
    "let a = [1]; for i in 0..3 { let f = || a += [2]; f.call(); } a",
    "let a = [1.5]; for i in 0..100 { a += [0.5, true]; a += [2]; } a.len()",
    "let a = [1]; for i in 0..3 { a += (); a += [()]; } a",
    "let a = [1]; for x in a { a += [x]; if a.len() > 9 { break; } } a",
    "let o = []; for i in 0..3 { let a = [i]; let b = [i + 1]; a += b; o.push(a); } o",
    "let o = []; for i in 0..3 { let a = [[i]]; let b = [[i + 1]]; a += b; o += a; o[0].push(1); } o",
    "let x = [[1]]; let y = []; for i in 0..3 { let a = x; let b = a; y += b; y[0].push(i); } [x, y]",
    "let g = [[1], [2]]; let y = [0]; for r in g { y += r; y.push(5); } [g, y]",
    "let g = [[[1]], [[2]]]; let y = []; for r in g { y += r; y[0].push(5); } [g, y]",
    'let o = []; for i in 0..50 { o += ["a", "b"]; } for i in 0..3 { let c = o; o += c; } o.len()',
    'let t = []; t.pad(600, "abcdefghijklmnop"); let o = []; for i in 0..40 { o += t; } o.len()',
    "let o = []; for i in 0..200 { let p = [i, i + 1]; o += p; o += p; } o.len()",
    "let a = []; a.pad(1100, 1); let b = [a]; let c = []; for i in 0..70 { c += b; c += i; }",
    """let a = []; a.pad(1100, 1); let c = [a]; for i in 0..70 { c += i; c += 'x'; c += "t"; c += 1.5; } c.len()""",
    "let a = [1]; let b = [1]; for i in 0..4 { a += b; b = a; a += 1; } [a, b]",
    """let a = []; a.pad(1100, 1); let c = [a]; for i in 0..70 { c.push(i); c.push('x'); c.push("t"); c.push(1.5); } c.len()""",
    """let a = []; a.pad(1100, 1); let c = [a]; for i in 0..70 { c.push(i); c.push('x'); c.push("t"); } c.len()""",
    "let a = []; a.pad(1100, 1); let c = [a]; for i in 0..70 { c += i; } c.len()",
    'let a = []; a.pad(1100, 1); let c = [a]; for i in 0..70 { c += "t"; } c.len()',
    "let a = []; a.pad(1100, 1); let c = [a]; for i in 0..70 { c += 1.5; c += i; } c.len()",
    "let a = []; a.pad(1100, 1); let c = [a]; for i in 0..70 { c += i; c += 'x'; } c.len()",
    'let a = []; a.pad(1100, 1); let c = [a]; for i in 0..70 { c += i; c += "t"; } c.len()',
    'let a = []; a.pad(1100, 1); let c = [a, "x", 1]; for i in 0..70 { c += i; c += [3]; c += ["t"]; c += [[4]]; } c.len()',
    (
        'let z = []; for j in 0..40 { z.push([j, "t" + j]); z.push(["x", j, 1.5]); z.push(["a", "b", "c" + j]); '
        'z.push(["a", [j]]); z.push([#{ a: j }, 1]); } z.len()'
    ),
    (
        'let w = ""; for n in [1, 63, 64, 65, 300] { w = ""; w.pad(n, "x"); let z = []; for j in 0..20 { '
        'z.push([j, w]); z.push([w, w]); z.push([w + "a", "b", w]); } print(z.len()); }'
    ),
    'let z = []; for j in 0..20 { let p = [j, "a"]; p.push(j); p.push([1]); z.push(p); p.pop(); z.push(p); } z',
    (
        'let rows = [#{ k: "a", v: 1 }, #{ k: "b", v: 2 }]; for i in 0..40 { rows.push(#{ k: "c" + i, v: i }); '
        "let z = rows.map(|x| [x.v, x.k]); let y = rows.map(|x| [x.k, x.k]); let u = rows.map(|x| [x.v, x.v]); "
        "let t = rows.map(|x| #{ a: [x.k, x.v], b: x.k }); print(z.len() + y.len() + u.len() + t.len()); }"
    ),
    (
        'let w = ""; w.pad(2000, "x"); let rows = []; for i in 0..40 { rows.push([i, w]); let z = rows.map(|x| '
        "[x[1], x[0]]); print(z.len()); }"
    ),
    (
        "let rows = []; for i in 0..30 { rows.push([i, 1]); let z = rows.map(|x| [x, x[0]]); let y = "
        'rows.filter(|x| x[0] > 5).map(|x| [x[0], "q"]); print(z.len() + y.len()); }'
    ),
    (
        "let a = [3, 4]; let k = 2; for i in 0..3 { print(a.map(|x| x * k)); print(a.filter(|x| x > k)); "
        "print(a.map(|x, j| x * k + j)); print(a.filter(|x, j| x > k + j)); print([].map(|x| x)); "
        "print([].filter(|x| x)); k += 1; }"
    ),
    (
        "let a = [3, 4]; let f = |x| { a.push(x); x }; for i in 0..2 { print(a.map(|x| { a.push(x); x })); "
        "print(a.filter(|x| { a.pop(); true })); }"
    ),
    (
        "fn deep(n) { if n == 0 { return [].map(|x| x).len() + [1].map(|x| x).len(); } deep(n - 1) } for n in [1, "
        "61, 62, 63, 64, 65] { try { print(deep(n)); } catch (e) { print(e); } }"
    ),
    'let z = []; for j in 0..70 { z.push([j, \'c\', true, (), "t", 1.5]); let y = z; y[0][4] += "u"; print(y[0]); } z.len()',
    'let m = #{}; for j in 0..70 { m["k" + j] = [j, "t" + j]; m[`r${j}`] = [j, [j]]; } m.len()',
]


@pytest.mark.parametrize("source", SOURCES)
def test_arrays_grow_as_in_the_library(source: str) -> None:
    assert agree(source).is_walked


EXTRACTED = [
    "let a = [1, 2, 3, 4, 5]; for i in -7..8 { print(a.extract(i)); for j in -3..9 { print(a.extract(i, j)); } }",
    'let a = ["a", "b", "c"]; for i in 0..5 { print(a.extract(i)); let b = a.extract(i, 2); b.push("d"); print(b); } a',
    "let a = []; a.pad(3000, 1); for i in [0, 5, 1000, 2871, 2872, 2873, 3000, 3001] { print(a.extract(i).len()); "
    "print(a.extract(i, 127).len() + a.extract(i, 128).len() + a.extract(i, 129).len() + a.extract(i, 3000).len()); }",
    "let a = [1, 2]; for i in [0, 9223372036854775807, -9223372036854775808, 9223372036854775806] { print(a.extract(i)); "
    "print(a.extract(i, 1)); print(a.extract(1, i)); print(a.extract(i, i)); }",
    "let a = [1, 2]; for i in 0..2 { print(a.extract(9223372036854775807)); "
    "print(a.extract(9223372036854775807, 9223372036854775807)); "
    "print(a.extract(1, 9223372036854775807)); print(a.extract(-1, 1)); print(a.extract(-1)); }",
    "let a = [[1], [2]]; for i in 0..2 { let b = a.extract(i, 1); b[0].push(i); print(b); } a",
    "let a = [1, 2, 3]; for i in 0..2 { for r in [0..2, 1..=2] { print(a.extract(r)); } print(a.extract(0.5)); }",
    "let m = #{ l: [1, 2, 3] }; for i in 0..2 { let b = m.l.extract(i, 2); b[0] = 7; m.l[2] = 9; print(b); } m",
    "fn extract(a, b) { 5 } let a = [1, 2, 3]; for i in 0..2 { print(a.extract(i, 1)); print(a.extract(i)); }",
    "fn extract(a) { this.len() + a } let a = [1, 2, 3]; for i in 0..2 { print(a.extract(i, 1)); print(a.extract(i)); }",
    "let a = [1, 2, 3]; let c = || a.extract(1); for i in 0..2 { a.push(c.call().len()); print(a.extract(i, a.len())); }",
    "fn s(a) { let n = a.len(); if n < 2 { return a; } let h = n / 2; let l = s(a.extract(0, h)); let r = s(a.extract(h)); "
    "l += r; l } s([3, 1, 2, 5])",
    "let a = [1.5, 2]; for i in 0..2 { let b = a.extract({ a.push(3); i }, 2); print(b); } a",
]


@pytest.mark.parametrize("source", EXTRACTED)
def test_parts_of_arrays_are_what_the_library_gives(source: str) -> None:
    assert agree(source).is_walked


LIMITED = [
    ("let a = [1, 2]; loop { a += a; }", Limits(max_array_size=5_000), "max_array_size"),
    ("let a = []; let b = [1, 2, 3]; loop { a += b; }", Limits(max_array_size=5), "max_array_size"),
    ("let a = []; loop { a += 1; }", Limits(max_array_size=5), "max_array_size"),
    ("let a = []; loop { a += [1, 2]; }", Limits(max_memory=100_000), "max_memory"),
    ("let a = [1]; loop { let b = a; b += a; a += b; }", Limits(max_memory=100_000), "max_memory"),
    ('let a = ["x"]; loop { a += a; }', Limits(max_string_size=9_000), "max_string_size"),
    ("let a = [#{k: 1}]; loop { a += [#{k: 2}]; }", Limits(max_map_size=5_000), "max_map_size"),
]


@pytest.mark.parametrize(("source", "limits", "limit"), LIMITED)
def test_arrays_that_grow_by_each_other_are_stopped(source: str, limits: Limits, limit: str) -> None:
    typed, untyped = (ran(source, limits=limits, is_typed=is_typed) for is_typed in (True, False))
    stop = stop_of(typed)
    assert (stop.limit, stop.place) == (limit, stop_of(untyped).place)
    assert typed.operations == untyped.operations


@pytest.mark.parametrize("is_typed", [True, False])
@pytest.mark.parametrize("element", ["i", "[i]", '"x" + i'])
def test_a_long_array_that_goes_from_one_to_the_other_is_charged_for(element: str, is_typed: bool) -> None:
    begin = f"let long = []; for i in 0..20_000 {{ long.push({element}); }} let holder = []; "
    limits = Limits(max_array_size=1_000_000, max_string_size=1_000_000)
    costs = [
        ran(begin + f"for i in 0..{rounds} {{ holder.push(long); long = holder.pop(); }}", limits=limits, is_typed=is_typed)
        for rounds in (0, 100)
    ]
    assert costs[1].operations - costs[0].operations > 100 * (20_000 >> 6)


@pytest.mark.parametrize(
    "limits", [Limits(max_array_size=1_000_000), Limits(max_array_size=4_000), Limits(max_map_size=1_000_000), Limits()]
)
def test_arrays_of_arrays_take_the_same_operations_whatever_is_known_of_them(limits: Limits) -> None:
    source = (
        "fn row(n, x) { let r = []; for i in 0..n { r.push(x); } r } for n in [3, 64, 65, 200] { let a = []; let b = []; let c = []; "
        'for i in 0..20 { a.push(row(n, 1)); b.push(row(n, "x")); c.push(#{ l: row(n, 1), t: row(n, "y") }); } print(a.len() + b.len()); }'
    )
    typed, untyped = (ran(source, limits=limits, is_typed=is_typed) for is_typed in (True, False))
    assert typed.operations == untyped.operations
    assert typed.prints == untyped.prints
