"""Texts and characters changed in line, and arrays of atoms sorted: the same as the library does, whoever has a method of that name."""

from __future__ import annotations

import pytest

from app.engine import Limits, Program, compile_script
from app.engine.natives import Package
from app.engine.sizes import FREE_STEPS
from app.engine.stdlib import STANDARD
from app.engine.stdlib.array_order import FREE_LENGTH
from tests.engine.differential import agree

LONG = "x" * 90

SOURCES = [
    # Trimmed, replaced, padded: short, long, empty; variables, captured ones, entries, constants.
    'for i in 0..2 { let s = " a,b "; s.trim(); print(s); s.replace(",", "; "); print(s); s.replace("a", ""); s.pad(9, \'.\'); print(s); '
    's.pad(3, "x"); s.pad(-1, "x"); s.pad(12, "xy"); s.pad(9223372036854775807 - 9223372036854775800, \'z\'); print(s); }',
    'let s = ""; for i in 0..3 { s.replace("", "x"); print(s); s.replace("a", ""); s.pad(i, ""); s += "a"; s.trim(); } s',
    (
        'for i in 0..2 { let s = "x"; for j in 0..4 { s.replace("x", "xx-long-substitute-of-some-length"); } '
        'print(s.len()); s.replace("x", ""); s }'
    ),
    (
        f'for i in 0..2 {{ let s = " {LONG} "; s.trim(); s.replace("x", "yz"); s.replace("yz", "{LONG}"); '
        f's.pad(100_000 - i, "-"); print(s.len()); }}'
    ),
    'let s = "a"; for n in [0, 63, 64, 65, 200] { s.pad(n, "-"); print(s.len()); s.replace("-", "=="); print(s.len()); s = "a"; }',
    # By texts that are computed: short and long ones, of short and long texts, with results of all lengths.
    (
        'let w = ""; for n in [0, 1, 63, 64, 65, 200] { w.pad(n, "-"); for m in [0, 60, 64, 65, 900, 990, 998, 1000, 1001] '
        '{ let s = "<n>"; s.pad(m, "="); s.replace("<n>", w); print(s.len()); s.replace("==", w + "!"); print(s.len()); } }'
    ),
    'let s = "x"; for i in 0..9 { let t = "x" + s.sub_string(0, 40); s.replace("x", t); print(s.len()); }',
    (
        'for i in 0..2 { let s = "a-b"; let c = "\u00e9" + i; s.replace("-", c); s.replace("\u00e9", `${c}${c}`); print(s); '
        's.replace("", c); print(s); }'
    ),
    'for i in 0..2 { let s = "a-b"; let u = if i == 0 { "x" } else { 5 }; s.replace("-", u); print(s); }',
    'fn f(s, w) { s.replace("-", w); s } let s = "a-b"; for i in 0..3 { s = f(s, `-${i}-`); } s',
    'let s = "a-b"; let g = || { s.replace("-", `${s}-`); s }; for i in 0..5 { print(g.call()); }',
    'let m = #{ s: "a-b" }; for i in 0..6 { m.s.replace("-", "-" + m.s); print(m.s.len()); }',
    'let s = "a"; let f = || { s.pad(5, \'-\'); s.replace("-", "=="); s.trim(); s }; for i in 0..2 { print(f.call()); }',
    'let m = #{ s: " a " }; for i in 0..2 { m.s.trim(); m.s.pad(5 + i, \'-\'); m.s.replace("-", "+"); print(m); }',
    "let a = [\" a \"]; for i in 0..2 { a[0].trim(); a[0].replace('a', \"bcd\"); print(a); a[0].pad(70, '-'); print(a[0].len()); }",
    'fn f(s) { s.trim(); s.pad(4, \'.\'); s } let s = " a "; for i in 0..2 { print(f(s)); print(s.trim()); s = s + i + " "; }',
    'const S = " a "; for i in 0..2 { S.trim(); }',
    "const S = \"a\"; for i in 0..2 { S.pad(3, ' '); }",
    'const S = "a"; for i in 0..2 { S.replace("a", "b"); }',
    'fn trim(x) { 1 } for i in 0..2 { let s = " a "; print(s.trim()); print(s); }',
    'fn string.trim() { this = "own"; 1 } for i in 0..2 { let s = " a "; print(s.trim()); print(s); }',
    'fn string.trim() { this = "own"; } for i in 0..2 { eval("let s = \\" a \\"; for j in 0..2 { s.trim(); } print(s)"); }',
    'fn string.pad(a, b) { this = "own"; } for i in 0..2 { let s = "a"; s.pad(3, \' \'); print(s); s.replace("o", "xx"); print(s); }',
    # Computed parts by computed texts, some of them no texts.
    (
        'for n in [1, 63, 64, 65, 1000] { let h = ""; h.pad(n, \'a\'); let s = "xaay"; s.replace(h, "b"); print(s); '
        's.replace("a", h); print(s.len()); let e = h.sub_string(0, 0); s.replace(e, "z"); print(s.len()); }'
    ),
    (
        'fn r(t, v) { for k in v.keys() { t.replace("{" + k + "}", v[k]); } t } for i in 0..3 { '
        'print(r("{a}-{b}-{c}-{a}", #{ a: "1", b: "{c}", c: "x" + i })); print(r("{a}", #{ a: i })); '
        'print(r("{a}", #{ a: \'c\' })); print(r("{a}", #{ a: () })); }'
    ),
    (
        'for i in 0..2 { for f in ["a", \'a\', "", "zz", 5, (), ["a"]] { for g in ["b", \'b\', "", "a", "aa", 5, ()] '
        '{ let s = "banana"; try { s.replace(f, g); print(s); } catch (e) { print(e); } } } }'
    ),
    'let c = ""; for i in 0..3 { let s = "a"; let n = 0; s.replace({ n += 1; "a" }, { n *= 2; "b" + n }); print(s + n); }',
    # Characters in another case, as characters and joined.
    (
        'for c in "a\u00df\u00c9\u00e9\ufb01\u01311" { print([c.to_upper(), c.to_lower(), type_of(c.to_upper())]); '
        'let u = c.to_upper(); u += "x"; }'
    ),
    'for c in "aB" { let s = ""; s += c.to_upper(); s += c.to_lower().to_string(); s = c.to_string().to_upper() + s; print(s); }',
    (
        "let s = \"aB\"; for i in 0..2 { print(s[i].to_upper() == 'B'); print(s[i].to_lower() + s[1 - i].to_upper()); "
        "s[i] = s[i].to_upper(); } s"
    ),
    'fn to_upper(c) { "own" } for c in "ab" { print(c.to_upper()); }',
    'fn char.to_upper() { "own" } for c in "ab" { print(c.to_upper()); print(c.to_lower()); }',
    # Characters of a loop wanted as such, here and there, and in loops of their own.
    (
        "let l = []; for c in \"abc\" { if c == 'b' { l.push(c); } else { l += c; } let d = c; l.push(d); "
        "for i in 0..2 { l.push(c); let e = c; l.push(type_of(e)); } while l.len() < 3 { l.push(c); } l.push(c); } l"
    ),
    (
        'let last = \'x\'; let o = ""; for c in "aab" { if c == last { o += "="; } else { o += c; } last = c; '
        "o += `${last}${c}`; } print(type_of(last)); o"
    ),
    'for c in "ab" { for d in "cd" { let m = #{ k: c, l: d }; print(m); print([c, d]); print(type_of(c)); } print([c]); }',
    (
        'fn f(a, b) { type_of(a) + type_of(b) + a + b } for (c, i) in "xy" { print(f(c, i)); print(f(i, c)); '
        "loop { print(f(c, c)); break; } }"
    ),
    (
        'for c in "ab" { let g = |x| [x, c]; print(g.call(c)); print([c].map(|y| [y, c])); '
        "switch c { 'a' => print([c]), _ => print(#{ c: c }) } }"
    ),
    (
        "for c in \"ab\" { try { throw c; } catch (e) { print([e, c]); } let r = if c == 'a' { c } else { 'z' }; "
        "print([r]); return_it(c); } fn return_it(c) { c }"
    ),
    # Joined with what may be (), of which a character alone makes no text.
    'let m = #{ a: "x", b: 5, c: \'c\' }; for k in ["a", "b", "c", "d"] { print("<" + m[k]); print(`${m[k]}`); print(`${m[k]}-${m[k]}`); }',
    (
        'let m = #{}; for k in ["a", "b"] { m[k] = k; } for k in ["a", "b", "z"] { print("<" + m[k] + 5); '
        "print(`${m[k]}`); print(m[k] + 'c'); }"
    ),
    'let m = #{}; for k in ["a", "b"] { m[k] = k; } for k in ["a", "z"] { print("<" + (m[k] + \'c\' + k)); }',
    'let m = #{}; for c in "ab" { m[`${c}`] = c; } for k in ["a", "z"] { let t = `${m[k]}`; print(type_of(t)); t += m[k]; '
    'print("" + m[k]); print(m[k] + "x"); print(m[k] + m[k]); }',
    'let m = #{}; for i in 0..2 { m["k" + i] = i; } for k in ["k0", "k1", "k2"] { print("n" + m[k]); print(`${m[k]}`); '
    'print(m[k] + "n" + 1); print(1 + m[k] + "n"); }',
    f'let m = #{{ a: "{LONG}" }}; for k in ["a", "b"] {{ let t = "<" + m[k] + 5; print(t); print(`${{m[k]}}`); m[k] + 5 }}',
    # Parts of texts.
    (
        'for t in ["hello", ""] { for p in ["l", "", "lo", \'l\'] { print(p in t); print(p !in t); } '
        'for c in "hez" { print(c in t); print(c in "ae"); } }'
    ),
    'let t = "ab"; for i in 0..2 { print({ t = "x"; "x" } in t); print("a" in { t = "abc"; t }); print(\'h\' in t); }',
    'fn contains(a, b) { "own" } for i in 0..2 { print("a" in "abc"); }',
    'let t = "ab"; for i in 0..15 { t += t; } let n = 0; for i in 0..40 { if "c" in t { n += 1; } if "b" in t { n += 2; } } n',
    # Text of what is in the middle of a chain.
    (
        "for i in 0..2 { let l = [1]; print(l[0].to_string().len() + i.to_string().len()); "
        'for c in "ab" { print(c.to_string().to_upper()); } }'
    ),
    'fn to_string(x) { "own" } for i in 0..2 { print(i.to_string().len()); }',
    'for x in ["abc", "\u00e9\U0001f600"] { print(x.to_chars()); for c in x.to_chars() { print(type_of(c)); } }',
    (
        'for t in ["listen", "", "a", "\u00e9\U0001f600b"] { let l = t.split(""); l.sort(); print(l); l.reverse(); '
        'print(l); print(t.split("e")); }'
    ),
    # Arrays of one type, sorted; ones that are charged for; of several types, and of none that can be sorted.
    (
        "let out = []; for n in [0, 1, 2, 127, 128, 129, 300] { let a = []; for i in 0..n { a.push(i * 7919 % 101); } "
        "a.sort(); out += a; } out"
    ),
    "let a = [3, 1, 2]; for i in 0..3 { a.sort(); a.push(i); } a",
    "let a = [2.5, 1.0, 0.0 / 0.0, -1.0, 0.0, -0.0]; for i in 0..2 { a.sort(); } a",
    "let a = ['b', 'a']; let b = [true, false]; let c = [[2], [1]]; for i in 0..2 { a.sort(); b.sort(); print(a); print(b); } c.sort();",
    (
        "for a in [[1, 2.0], [\"b\", 'a'], [(), ()], [(), 1], [2, 1], [#{}], [[2], [1]]] { try { a.sort(); print(a); } "
        "catch (e) { print(e); } }"
    ),
    "fn sort(a) { 5 } for i in 0..2 { let a = [2, 1]; print(a.sort()); print(a); }",
    "fn array.sort() { this.push(9); 7 } for i in 0..2 { let a = [2, 1]; print(a.sort()); print(a); }",
    "const A = [2, 1]; for i in 0..2 { A.sort(); }",
    "let a = [2, 1]; let f = || a.sort(); for i in 0..2 { print(f.call()); a.push(0 - i); } a",
    'fn f(x) { x.sort(); x } let a = ["b", "a"]; for i in 0..2 { print(f(a)); print(a); a.sort(); } a',
    "let m = #{ l: [2, 1] }; for i in 0..2 { print(m.l.sort()); m.l.push(i - 5); } m",
    # Turned around; texts kept in arrays.
    "let a = [2, 1]; for i in 0..2 { a.to_int(); }",
    (
        "let out = []; for n in [0, 1, 2, 1023, 1024, 1025, 3000] { let a = []; for i in 0..n { a.push(i); } "
        'a.reverse(); if n > 0 { out.push(a[0]); } let s = ""; s.pad(n, "ab"); let c = s.to_chars(); c.reverse(); '
        "out.push(c.len()); if n > 1 { out.push(c[0]); } } out"
    ),
    (
        "fn reverse(a) { 5 } for i in 0..2 { let a = [2, 1]; print(a.reverse()); print(a); let m = #{ l: [1, 2] }; "
        "m.l.reverse(); print(m); }"
    ),
    "fn array.reverse() { this.push(9); 7 } for i in 0..2 { let a = [2, 1]; print(a.reverse()); print(a); }",
    "const A = [2, 1]; for i in 0..2 { A.reverse(); }",
    "let a = [[1], [2]]; let b = blob(3, 1); for i in 0..2 { a.reverse(); a[0].push(i); b.reverse(); print(a); } a",
    "fn f() { this.reverse(); this.sort(); this.reverse(); this } let a = [3, 1, 2]; for i in 0..2 { print(a.f()); a.push(i); } a",
    "let m = #{ a: [2, 1], sort: |x| 5, reverse: 7 }; for i in 0..2 { m.a.sort(); m.a.reverse(); print(m.a); } m.reverse();",
    (
        'for x in [[2, 1], "ba", 5, #{}] { try { x.sort(); print(x); } catch (e) { print(e); } try { x.reverse(); '
        "print(x); } catch (e) { print(e); } }"
    ),
    "let a = []; for i in 0..9000 { a.push(`${i}`); } a.len()",
    'let a = []; let s = "x"; s.pad(60, "y"); for i in 0..2000 { a.push(s + i); } a.len()',
    # Natives that are found by the types of what they get, whether they need the runtime or not.
    """for x in [1, "a", 'c', [1], #{ trim: 3 }, ()] { try { print(x.to_upper()); } catch (e) { print(e); }
        try { print(x.is_empty()); } catch (e) { print(e); } try { print(x.len()); } catch (e) { print(e); } }""",
    """for x in [1, 2.5, 'c', "a", true] { for y in [1, 2.5, 'c', "a"] { try { print(x.max(y)); } catch (e) { print(e); }
        try { print(x.index_of(y)); } catch (e) { print(e); } try { print(x.remove(y)); } catch (e) { print(e); } } }""",
]


@pytest.mark.parametrize("source", SOURCES)
def test_what_is_done_in_line_is_what_the_library_does(source: str) -> None:
    assert not agree(source).is_refused


def test_arrays_that_are_sorted_in_line_cost_nothing_to_sort() -> None:
    assert FREE_LENGTH * FREE_LENGTH.bit_length() <= FREE_STEPS


@pytest.mark.parametrize(
    ("source", "limits", "limit"),
    [
        ('let s = "a"; for i in 0..99 { s.pad(i, "-"); }', Limits(max_string_size=50), "max_string_size"),
        ('let s = "a"; for i in 0..99 { s.pad(i, "\U0001f600"); }', Limits(max_string_size=50), "max_string_size"),
        ('let s = "a"; for i in 0..99 { s.replace("a", "aa"); }', Limits(max_string_size=50), "max_string_size"),
        ('let s = "a"; for i in 0..99 { let t = s + "b"; s.replace("a", t); }', Limits(max_string_size=50), "max_string_size"),
        ('let s = "a"; for i in 0..99 { let t = "a" + "😀"; s.replace("a", t); }', Limits(max_string_size=300), "max_string_size"),
        ('let m = #{ a: "aaa" }; for i in 0..99 { for k in ["a"] { m[k] = "b" + m[k]; } }', Limits(max_string_size=50), "max_string_size"),
        ('let s = "abcabc"; for i in 0..9 { s.split("").sort(); s += s; }', Limits(max_array_size=50), "max_array_size"),
    ],
)
def test_sizes_are_kept_to(source: str, limits: Limits, limit: str) -> None:
    program = compile_script(source, limits=limits)
    assert isinstance(program, Program)
    assert getattr(program.run().error, "limit", None) == limit


def test_a_hosts_methods_come_first() -> None:
    package = Package("host")
    package.native("sort", "array", returns="()", mutates=True)(list.clear)
    package.native("trim", "string", returns="()", mutates=True)(lambda _text: ("trimmed", None))
    package.native("to_upper", "char", returns="char")(lambda character: character)
    source = 'let o = []; for c in "ab" { let a = [2, 1]; a.sort(); let s = " "; s.trim(); o.push([a, s, c.to_upper()]); } o'
    program = compile_script(source, natives=STANDARD.extended(package))
    assert isinstance(program, Program)
    assert program.run().value == [[[], "trimmed", "a"], [[], "trimmed", "b"]]
