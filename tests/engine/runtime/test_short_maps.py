"""``keys`` and ``values`` of short maps, of long ones, and of what isn't a map, or has a method of that name."""

from __future__ import annotations

import pytest

from app.engine import Limits, Program, compile_script
from app.engine.errors import Stop
from tests.engine.differential import agree

SOURCES = [
    (
        "let m = #{ b: 2, a: 1, c: [1] }; for i in 0..3 { for k in m.keys() { print(k); } for v in m.values() { "
        "print(v); } let vs = m.values(); vs[2] = 5; vs[0] = i; print(vs); print(m); m[`k${i}`] = i; }"
    ),
    (
        "let m = #{ a: #{ n: [1] }, b: #{ n: [2] } }; for i in 0..3 { for v in m.values() { v.n.push(i); "
        'print(v); } let ks = m.keys(); ks.push("z"); print(ks); } m'
    ),
    (
        "let m = #{ keys: || 5, values: |x| x }; let n = #{ keys: 3, values: 4 }; for i in 0..2 { "
        "print(m.keys()); print(n.keys()); print(n.values()); try { print(m.values()); } catch (e) { print(e); } "
        "print(m.values(3)); }"
    ),
    'fn keys() { "own" } let m = #{ a: 1 }; for i in 0..2 { print(m.keys()); print(m.values()); }',
    (
        'let m = #{}; for i in 0..100 { m["k" + i] = [i]; } let n = 0; for k in m.keys() { n += k.len(); } for v '
        "in m.values() { n += v[0]; v.push(1); } [n, m.k5]"
    ),
    "for i in 0..3 { try { print(5.keys()); } catch (e) { print(e); } try { print([1].values()); } catch (e) { print(e); } }",
    "let x = (); for i in 0..3 { try { print(x.keys()); } catch (e) { print(e); } x = #{ a: i }; }",
    # Walked by loops: of atoms, of few and of many, of long names, changed meanwhile, along a chain, of what isn't a map.
    'let m = #{ b: 2, a: 1 }; for i in 0..3 { for k in m.keys() { m[k] += 1; m["x" + k + i] = 1; } for v in m.values() { print(v); } } m',
    "let m = #{ b: 2, a: 1 }; for i in 0..3 { for k in m.keys() { m.remove(k); print(m); } for v in m.values() { m.a = v; } m.c = i; } m",
    (
        "let m = #{}; for i in 0..70 { m[`k${i % 40}`] = i; for (k, n) in m.keys() { m.k0 += k.len() * n; } for v "
        "in m.values() { m.k1 += v; } } m"
    ),
    (
        'let t = "k"; t.pad(700, "-"); let m = #{ a: 1 }; for i in 0..3 { let n = 0; for k in m.keys() { n += k.len(); } '
        "for v in m.values() { n += v; } print(n); m[t + i] = i; }"
    ),
    (
        'let o = #{ m: #{ b: "x", a: "y" } }; for i in 0..2 { for k in o.m.keys() { print(k); o = #{ m: o.m, k: k '
        '}; } for v in o["m"].values() { print(v); } } o'
    ),
    (
        "let o = #{ m: #{ b: 1, a: () } }; for i in 0..2 { for v in o.m.values() { print(v); } o.m.a = [1]; for v "
        "in o.m.values() { print(v); } }"
    ),
    (
        "let a = [#{ b: 1 }, 5]; for i in 0..2 { try { for k in a[i].keys() { print(k); } for v in a[i].values() "
        "{ print(v); } } catch (e) { print(e); } }"
    ),
    (
        "fn f(m) { let n = 0; for k in m.keys() { n += m[k]; } for v in m.values() { n *= v; } n } for i in 0..3 "
        "{ print(f(#{ a: i, b: 2 })); }"
    ),
    (
        "let m = #{ a: 1, keys: || [7], values: || [8, 9] }; for i in 0..2 { for k in m.keys() { print(k); } for "
        "v in m.values() { print(v); } }"
    ),
    (
        'fn values(x) { ["own"] } fn keys() { [this.len()] } let m = #{ a: 1 }; for i in 0..2 { for k in m.keys() '
        "{ print(k); } for v in m.values() { print(v); } }"
    ),
    'let m = #{ "": 1, "ü": 2, "z": 3, "A": 4 }; for i in 0..2 { print(m.keys()); print(m.values()); }',
]


@pytest.mark.parametrize("source", SOURCES)
def test_keys_and_values_are_the_librarys(source: str) -> None:
    agree(source)


@pytest.mark.parametrize(
    ("program", "limits"),
    [
        ('let m = #{}; for i in 0..9 { m["key" + i] = i; } for i in 0..2 { for k in m.keys() { print(k); } }', Limits(max_string_size=30)),
        ('let m = #{}; for i in 0..9 { m["key" + i] = i; } for i in 0..2 { for k in m.keys() { print(k); } }', Limits(max_array_size=8)),
        ('let m = #{}; for i in 0..9 { m["key" + i] = i; } for i in 0..2 { for k in m.values() { print(k); } }', Limits(max_array_size=8)),
    ],
)
def test_what_loops_walk_is_within_the_limits(program: str, limits: Limits) -> None:
    ends = []
    for is_typed in (True, False):
        compiled = compile_script(program, limits=limits, is_typed=is_typed)
        assert isinstance(compiled, Program)
        ends.append(compiled.run())
    assert isinstance(ends[0].error, Stop)
    assert (str(ends[0].error), ends[0].operations) == (str(ends[1].error), ends[1].operations)
