"""Natives whose overload types tell, and those that are written out: the same as those that the library chooses."""

from __future__ import annotations

import pytest

from tests.engine.differential import agree

SOUGHT = [
    (
        "let a = [1, 2, 3, 2]; let r = []; for i in 0..5 { r.push(a.contains(i)); r.push(a.index_of(i)); "
        "r.push(a.index_of(i, 2)); r.push(a.index_of(2, -1)); r.push(i in a); } r"
    ),
    (
        'let a = ["x", "y"]; let r = []; for c in "xyz" { r.push(a.contains(c)); r.push(a.index_of(c)); '
        "r.push(a.contains(`${c}`)); r.push(a.index_of(`${c}`)); } r"
    ),
    (
        "let a = [true, false, true]; let r = []; for i in 0..3 { r.push(a.contains(i == 0)); r.push(a.index_of(i "
        "== 1)); r.push(a.contains(i)); r.push(a.index_of(i)); r.push(a.index_of(1.0)); } r"
    ),
    (
        "let a = [1, 1.0, true, \"1\", '1', (), [1], #{ a: 1 }, 0.1 + 0.2]; let r = []; for x in [1, 1.0, true, "
        '"1", \'1\', (), [1], #{ a: 1 }, 0.3, 2, false, 0, -0.0, "z", 0.30000000000000004] { r.push(a.contains(x)); '
        "r.push(a.index_of(x)); r.push(a.index_of(x, 1)); r.push(a.index_of(x, -3)); r.push(x in a); } r"
    ),
    "let a = [1.5, 2, 3.0]; let r = []; for x in [1, 2, 3, 4, 1.5, 2.0] { r.push(a.contains(x)); r.push(a.index_of(x)); } r",
    (
        "let a = []; let r = []; for i in 0..3 { r.push(a.contains(i)); r.push(a.index_of(i)); a.push(i * i); } "
        "for i in 0..2000 { a.push(i); } for i in 0..5 { r.push(a.contains(1990 + i)); r.push(a.index_of(1998 + "
        "i)); } r"
    ),
]


@pytest.mark.parametrize("source", SOUGHT)
def test_elements_are_found_as_they_are_by_the_library(source: str) -> None:
    agree(source)


STRAIGHT = [
    (
        "let r = []; for x in [0.0, -0.0, 1.5, -1.5, 1e17, 1e18, 1.5e18, -1e18, 9.2e18, 9223372036854775807.0, "
        "1e-300] { r.push(x.to_int()); } r"
    ),
    (
        "for x in [1e19, -1e19, 0.0 / 0.0, 1.0 / 0.0] { try { print(x.to_int()); } catch (e) { print(e); } } let "
        "x = 2.5; for i in 0..3 { x *= 3.0; print(x.to_int()); print(x.floor()); print(x.ceiling()); "
        "print(x.round()); print((0.0 - x).round()); print(x.sqrt()); print(x.int); print(x.fraction); "
        "print(x.to_string()); }"
    ),
    (
        'fn contains(x) { "own" } fn to_int() { "mine" } let a = [1]; for i in 0..2 { print(a.contains(1)); '
        "print(i.to_int()); print((i * 1.5).to_int()); }"
    ),
    (
        "let a = [3, 1, 2]; for i in 0..3 { a.insert(1, i); print(a.remove(0)); a.insert(-1, 9); a.insert(99, 7); "
        "print(a); print(a.remove(5)); a.pad(8, i); print(a); a.truncate(4); a.append([i, i]); print(a); "
        "a.reverse(); print(a.dedup()); print(a); print(a.is_empty()); print(a.extract(1, 2)); print(a.splice(0, "
        "2, [5])); print(a); a.chop(3); print(a); }"
    ),
    (
        "const A = [1, 2]; for i in 0..2 { try { A.insert(0, 5); } catch (e) { print(e); } try { "
        "print(A.remove(0)); } catch (e) { print(e); } print(A.contains(2)); print(A.index_of(2)); }"
    ),
    (
        "let m = #{ l: [1, 2] }; for i in 0..3 { m.l.insert(0, i); print(m.l.remove(1)); m.l.pad(6, 0); "
        "print(m.l.contains(i)); print(m.l.index_of(0)); } m"
    ),
    "let a = [1]; let f = || a.insert(0, 5); for i in 0..2 { f.call(); a.insert(1, i); print(a.contains(i)); } a",
    (
        "for i in 0..3 { print(5.max(i)); print(max(i, 1.5)); print(min(2.5, 1.5)); print(abs(-1.5)); "
        "print(sqrt(2.0)); print(sign(-2.5)); print(is_odd(i)); print(i.is_odd()); print(i.is_zero()); print(i ** "
        "2); print(2.0 ** i); print(pow(i)); }"
    ),
    (
        'for i in 0..2 { try { print([1].insert("a", 2)); } catch (e) { print(e); } try { print(1.5.floor(2)); } '
        'catch (e) { print(e); } try { print(sqrt(i)); } catch (e) { print(e); } try { print(sqrt("x")); } catch '
        "(e) { print(e); } }"
    ),
]


@pytest.mark.parametrize("source", STRAIGHT)
def test_natives_called_straight_away(source: str) -> None:
    agree(source)


WRITTEN_OUT = [
    (
        "let r = []; for x in [0.0, -0.0, 1.0, 0.1, 1.5e-4, 1e-4, 9.99e-5, 123456789.125, 9999999827968.0, "
        "9999999827969.0, 1e13, 1e14, 1e16, 1e17, 1e300, 1e-13, 1e-14, 0.1 + 0.2, -2.5, 1.0 / 0.0, -1.0 / 0.0, "
        '0.0 / 0.0, 5e-324, 100.0, 1234567.0] { r.push(`${x}|${x}`); r.push("" + x); r.push(x + "!"); r.push(\'c\' '
        '+ "" + x + 1 + x); r.push(x.to_string()); let s = "<"; s += x; s += x; r.push(s); let m = #{ t: "a" }; '
        "m.t += x; r.push(m.t); print(x); r.push(`${x}`); } r"
    ),
    'let s = ""; for i in 0..40 { s += i * 1.5; s += ";"; } s.len()',
    (
        'for i in 0..3 { let x = if i == 1 { () } else { i * 1.5 }; print(`a${x}b${x}`); print("t" + x); try { '
        "print(x + 1.5); } catch (e) { print(e); } }"
    ),
    (
        'let r = []; for t in ["a b  c", " a ", "", " ", "a\\tb", "a\\nb c", "ä ö", "x\\u00a0y", "a\\u001cb c", "one '
        'two three"] { r.push(t.split()); } r'
    ),
    (
        'for i in 0..3 { let t = "Peter Piper picked a peck of pickled peppers. A peck of pickled peppers Peter '
        'Piper picked."; t.replace(".", ""); t.replace("pick", "P"); t.replace(\'p\', \'q\'); t.replace("q", "long"); '
        't.replace("", "-"); print(t); t.replace("zzz", ""); t.replace("-", ""); print(t.len()); }'
    ),
    (
        'for i in 0..3 { let a = []; a.pad(i * 2, i); a.pad(3, "x"); let b = []; b.pad(3, [i]); b[0].push(1); let '
        "c = []; c.pad(-1, 0); let d = []; d.pad(2, 1.5); print([a, b, c, d]); }"
    ),
    (
        'for i in 0..3 { let a = [1, 2.5, \'c\', true, ()] + [i]; let b = a + [[i]]; let c = ["x"] + ["y" + i]; let '
        "d = [] + []; let e = a; e += b; print([a, b, c, d, e]); let f = a + a; f[0] = 9; print(a); print(f); }"
    ),
    (
        'let m = #{ a: 1, b: [2] }; for k in ["a", "b", "zz", "a"] { print(m.remove(k)); print(m); } let n = #{ '
        'remove: |x| x + 1 }; print(n.remove(4)); let o = #{ remove: 5, q: 1 }; print(o.remove("q")); print(o); '
        "let a = [1, 2, 3]; for i in [0, -1, 5] { print(a.remove(i)); print(a); }"
    ),
    'fn f(x) { let r = x.remove("k"); [r, x] } for x in [#{ k: 1 }, #{ }, "akb", [1]] { try { print(f(x)); } catch (e) { print(e); } }',
    'let x = 0.1; let t = ""; for i in 0..30 { x *= 7.3; t += `${x} `; } t',
]


@pytest.mark.parametrize("source", WRITTEN_OUT)
def test_natives_that_are_written_out(source: str) -> None:
    agree(source)
