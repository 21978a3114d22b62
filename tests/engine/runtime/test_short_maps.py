"""``keys`` and ``values`` of short maps, of long ones, and of what isn't a map, or has a method of that name."""

from __future__ import annotations

import pytest

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
    'let m = #{ "": 1, "ü": 2, "z": 3, "A": 4 }; for i in 0..2 { print(m.keys()); print(m.values()); }',
]


@pytest.mark.parametrize("source", SOURCES)
def test_keys_and_values_are_the_librarys(source: str) -> None:
    agree(source)
