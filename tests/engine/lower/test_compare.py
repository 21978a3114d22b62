"""Arrays and maps compared, items sought, and texts cut by Python's own operators: the same as the library does."""

from __future__ import annotations

import pytest

from tests.engine.differential import agree

EQUAL = [
    (
        "let a = [1, 2]; let b = []; for i in 0..4 { b.push(i); print(a == b); print(a != b); print(a == [1, 2]); "
        "print([1, i] == a); print(a == [1.0, 2]); print(a == [true, 2]); print([] == a); print([] == []); }"
    ),
    (
        'let m = #{ a: 1, b: "x" }; for i in 0..3 { let n = #{ b: "x", a: i }; print(m == n); print(m != n); n.c '
        "= 4; print(m == n); print(#{} == m); print(#{ a: 1 } == #{ a: 1.0 }); print(#{ a: true } == #{ a: 1 }); }"
    ),
    (
        'let a = ["x", "y"]; for i in 0..3 { print(a == ["x", "y"]); print(a == ["x", \'y\']); a[1] = \'y\'; print(a '
        "== [\"x\", 'y']); print(a != ['x', \"y\"]); }"
    ),
    'let p = [0, 0]; for i in 0..5 { if p == [2, 2] { print("here"); } p[0] += 1; if p != [3, 2] { p[1] = i; } } p',
    "let a = []; a.pad(1500, 3); let b = a; for i in 0..3 { print(a == b); print(b != a); b.push(1); print(a == b); }",
    (
        "let m = #{ a: (), b: 1 }; for i in 0..3 { print(m == #{ a: (), b: 1 }); print(#{ b: 1 } == m); m.a = i; "
        "print(m == #{ a: 0, b: 1 }); }"
    ),
    "let a = [[1], [2]]; for i in 0..3 { print(a == [[1], [2]]); a[0].push(i); print(a[0] == [1, 0]); print(a[1] == a[0]); }",
    (
        'fn f(a, b) { a == b } for i in 0..3 { print(f([1], [1])); print(f([i], ["1"])); print(f(#{ x: i }, #{ x: '
        "1 })); print(f([1], #{})); print(f([], [1.5])); print(f([1.5], [1.5])); }"
    ),
]


@pytest.mark.parametrize("source", EQUAL)
def test_containers_are_compared_as_in_the_library(source: str) -> None:
    agree(source)


SOUGHT = [
    (
        "let a = [1, 2, 3]; for i in 0..5 { print(i in a); print(i !in a); print(true in a); print(1.0 in a); } "
        "let b = [true, false]; for i in 0..2 { print(true in b); print((i == 1) in b); print(1 in b); print(i "
        "!in b); }"
    ),
    'let a = ["x", \'x\', "y"]; for c in "xyz" { print(c in a); print(c !in a); print(c.to_string() in a); print(`${c}` !in a); }',
    "let a = []; for i in 0..5 { if !(i % 3 in a) { a.push(i % 3); } if i !in a { a.push(i); } } a",
    'let a = [1, "x", 2.5]; for i in 0..3 { print(i in a); print("x" in a); print(2.5 in a); print(2.5 !in a); print(() in a); }',
    "let a = []; a.pad(1500, 3); for i in 0..5 { print(i in a); print(i !in a); }",
    'fn contains(a, b) { "own" } let a = [1]; for i in 0..2 { print(1 in a); print(2 !in [1]); }',
]


@pytest.mark.parametrize("source", SOUGHT)
def test_items_are_sought_as_in_the_library(source: str) -> None:
    agree(source)


CUT = [
    'let s = "hello wörld"; for i in 0..14 { print(s[0..i]); print(s[i..5]); print(s[i..i + 3]); print(s[2..4]); print(s[0..99]); }',
    (
        'let s = "hello"; for i in -7..7 { try { print(s[i..3]); } catch (e) { print(e); } try { print(s[1..i]); '
        "} catch (e) { print(e); } print(s[2..2]); print(s[4..1]); }"
    ),
    'let s = ""; for i in 0..3 { print(s[i..3]); try { print(s[i-2..1]); } catch (e) { print(e); } }',
    'let s = "abc"; for i in 0..3 { s = s[i..3] + "x"; print(s[i..=2]); print(s[0..=0]); s[0] = \'y\'; print(s[{ s = "zz"; 0 }..2]); }',
    'fn f(s, a, b) { s[a..b] } for i in 0..3 { print(f("hello", i, i + 2)); } try { f("x", 1.5, 2); } catch (e) { print(e); }',
    (
        'let s = "x"; s.pad(66000, "-"); for i in 0..3 { print(s[i..i + 70000].len()); print(s[9..12]); '
        "print(s[9223372036854775806..9223372036854775807]); }"
    ),
    'let o = #{ s: "hello" }; for i in 0..3 { print(o.s[i..3]); print(o.s[1..2][0..1]); let c = o.s[i..4]; print(type_of(c)); }',
]


@pytest.mark.parametrize("source", CUT)
def test_texts_are_cut_as_in_the_library(source: str) -> None:
    agree(source)
