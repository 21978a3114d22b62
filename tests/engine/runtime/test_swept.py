"""Elements chosen or removed by a closure: by one that fails, changes what it is given, or has captured what it goes over."""

from __future__ import annotations

import pytest

from tests.engine.differential import agree

REMOVED = [
    (
        "let a = [1, 2, 3, 4]; for i in 0..3 { let b = a; print(b.retain(|x| x > i)); print(b); print(b.drain(|x| "
        "x % 2 == 0)); print(b); print(b.drain(|x| ())); print(b.retain(|x| 1)); print(b); }"
    ),
    (
        'let a = [1, 2, 3, 4]; for i in 0..3 { let b = a; try { b.retain(|x| if x == 3 { throw "no" } else { x > '
        "1 }); } catch (e) { print(e); } print(b); try { b.drain(|x| 1 / (x - 4) == 0); } catch (e) { print(e); } "
        "print(b); }"
    ),
    (
        "let a = [[1], [2]]; for i in 0..3 { let b = a; let r = b.drain(|x| x[0] == 1); r[0].push(i); print(r); "
        "print(b); b.retain(|x| { x.push(9); true }); print(b); print(a); }"
    ),
    (
        "let a = [1, 2]; let n = 0; for i in 0..3 { a.retain(|x| { n += x; true }); a.push(i); a.drain(|x| { "
        "a.push(5); x > 3 }); print(a); } n"
    ),
    (
        "let a = [1, 2, 3]; for i in 0..2 { print(a.retain(|x, j| j > 0)); print(a); print(a.drain(|| this == "
        '2)); print(a); print(a.retain("f")); } fn f(x) { x > 1 }'
    ),
    'let m = #{ a: 1, b: 2 }; for i in 0..2 { print(m.retain(|k, v| v > i)); print(m); print(m.drain(|k| k == "b")); print(m); }',
    (
        'let m = #{ a: 1 }; for i in 0..3 { m = m + #{ b: i, c: "x" }; print(m); m += #{ d: [i] }; print(m); m = '
        "m + #{ e: #{ f: 1 } }; print(m); m.d.push(1); }"
    ),
    (
        "fn keep(n) { |x| x > n } for i in 0..3 { let a = [1, 2, 3]; a.retain(keep(i)); print(a); let f = |n, x| "
        "x > n; a.drain(f.curry(2)); print(a); }"
    ),
]


@pytest.mark.parametrize("source", REMOVED)
def test_elements_are_removed_as_by_the_library(source: str) -> None:
    agree(source)


CHOSEN = [
    (
        "let a = [1, 2, 3]; for i in 0..2 { print(a.filter(|x| x > 1)); print(a.filter(|x| { x += 1; x > 2 })); "
        'print(a.filter(|x, j| x > j + 1)); print(a.filter(|x| { if x == 2 { throw "no"; } true }) ?? 1); }'
    ),
    (
        "let r = [#{ v: 1 }, #{ v: 2 }]; for i in 0..2 { print(r.filter(|x| { x.v += 5; x.v > 6 })); "
        "print(r.filter(|x| x.v > 1)); let y = r.filter(|x| true); y[0].v = 9; print(y); print(r); }"
    ),
    "let f = |x| x > 1; let a = [1, 2, 3]; for i in 0..2 { print(a.filter(f)); print(a.map(f)); print(f.call(5)); print(a.some(f)); }",
    "let m = #{ filter: |f| [f.call(1), f.call(2), f.call(0)], v: 1 }; for i in 0..2 { print(m.filter(|x| x > 1)); }",
    "fn filter(a, f) { [f.call(a[0]), f.call(5)] } for i in 0..2 { print([1, 2].filter(|x| x > 1)); }",
    (
        "let m = #{ filter: |f| [1, 2, 3].filter(f), map: |f| [1, 2, 3].map(f), w: |f| [1, 2, "
        "3].filter(f.curry(2)) }; for i in 0..2 { print(m.filter(|x| x > 1)); print(m.map(|x| x > 1)); "
        "print(m.filter(|x, j| x > j)); }"
    ),
    (
        "let k = 1; let a = [1, 2, 3]; for i in 0..2 { print(a.filter(|x| x > k)); print(a.filter(|x| { k += 1; x "
        "> 1 })); print(a.filter(|x| { let g = |y| y > x; g.call(3) })); }"
    ),
    (
        'let a = [1, (), "x", 2.5]; for i in 0..2 { print(a.filter(|x| x != ())); print(a.filter(|x| type_of(x) '
        '== "i64")); print(a.filter(|x| x)); print(a.filter(|x| if x == 1 { true } else { 5 })); '
        "print(a.filter(|x| { let z = x; z == 1 || z == () })); }"
    ),
    (
        "let a = [[1], [2, 3]]; for i in 0..2 { let b = a.filter(|x| x.len() > 1); b[0].push(i); print(b); "
        "print(a.filter(|x| { x.push(1); x.len() > 2 })); print(a); }"
    ),
    (
        "let n = 0; let a = [3, 4, 5]; for i in 0..3 { n += a.filter(|x| x > 3).map(|x| x * 2).reduce(|s, x| s + "
        "x, 0); n += a.filter(|x| x % 2 == 1).len(); } n"
    ),
]


@pytest.mark.parametrize("source", CHOSEN)
def test_elements_are_chosen_as_the_library_does(source: str) -> None:
    assert agree(source).is_walked


LOCATED = [
    (
        "let a = [1, 2, 3]; let r = []; for i in 0..3 { r.push(a.index_of(|x| x == 2)); r.push(a.index_of(|x| x "
        "== 9)); r.push([].index_of(|x| x == 1)); } r"
    ),
    (
        "let a = [#{v: 1}, #{v: 2}]; let r = []; for i in 0..3 { let f = a.find(|x| x.v == 2); r.push(f); f.v = "
        "7; r.push(a); let g = a.find(|x| x.v == i); r.push(g); } r"
    ),
    (
        "let a = [#{v: 1}, #{v: 2}]; let r = []; for i in 0..3 { let f = a.find(|x| x.v == 2); a[1].v += 1; "
        "r.push(f); if f == () { a[1].v = 2; } } r"
    ),
    (
        "let a = [#{v: 1}, #{v: 2}]; let k = 1; let r = []; for i in 0..3 { let f = a.find(|x| { k += 1; x.v == 2 "
        "}); r.push(f); r.push(k); } r"
    ),
    (
        "let a = [#{v: 1}, #{v: 2}]; let r = []; for i in 0..3 { let f = a.find(|x| { a.clear(); x.v == 2 }); "
        "r.push(f); a = [#{v: 1}, #{v: 2}]; } r"
    ),
    "let a = [1, 2, 3]; let r = []; for i in 0..3 { let f = a.index_of(|x| { a.clear(); x == 2 }); r.push(f); a = [1, 2, 3]; } r",
    (
        'let a = [1, 2, 3]; let r = []; for i in 0..3 { try { r.push(a.index_of(|x| if x == 2 { throw "no" } else '
        "{ false })); } catch (e) { r.push(e); } } r"
    ),
    (
        "let a = [1, 2, 3]; let r = []; for i in 0..3 { r.push(a.find(|x| x)); r.push(a.find(|x| x > i)); "
        "r.push(a.index_of(|x| { let y = x * 2; y == 4 })); } r"
    ),
    "let a = [[1, 2], [3]]; let r = []; for i in 0..3 { for x in a.find(|x| x.len() == 2) { r.push(x); } } r",
]


@pytest.mark.parametrize("source", LOCATED)
def test_elements_are_found_as_the_library_does(source: str) -> None:
    agree(source)


def test_nothing_behind_what_is_found_is_asked() -> None:
    """A text is looked for in a text, whatever is done with closures."""
    agree(
        "let n = 0; let a = [1, 2, 3]; for i in 0..2 { print(a.find(|x| { n += 1; x == 2 })); print(a.index_of(|x| { n += 1; x > 0 })); } n"
    )
    agree('let l = ["abc", [1, "b"], ["b"]]; for i in 0..2 { for x in l { print(x.index_of("b")); print(x.index_of(|y| y == "b")); } }')
