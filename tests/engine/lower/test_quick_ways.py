"""What is done without the library where types are known: the same values, errors, places, operations and limits."""

import pytest

from app.engine import Limits, Program, compile_script
from app.engine.errors import Stop
from tests.engine.differential import agree

LONG = "x" * 200

SOURCES = [
    # Integers added to texts; texts in records that are asked for parts.
    ("for i in 0..3 { let s = \"a\"; s += i; s += -5; s += 'c'; s += 1.5; s += true; print(s); s += (); print(s); s += [1]; print(s); }"),
    'for i in 0..3 { let s = "a"; let n = if i == 1 { "x" } else { i }; s += n; s += i * 10; print(s); s = i; s += 2; print(s); }',
    (
        'for i in 0..3 { let m = #{ t: "q" }; m.t += i; m.t += -i; m.u = ""; m.u += i * 7; m.v = i; m.v += 1; '
        'print(m); let a = ["z", ""]; a[0] += i; a[1] += 12; print(a); }'
    ),
    (
        "fn f(t) { [t.e.is_empty(), t.e.contains(\"@\"), t.e.contains('a'), t.e.index_of(\"b\"), t.e.index_of('@'), "
        't.e.len(), t.e.is_empty] } for e in ["", "a@b", "bbb", "ab"] { print(f(#{ e: e })); }'
    ),
    (
        'for e in ["", "a@b"] { for p in ["", "b", \'a\'] { let m = #{ e: [e] }; print([m.e[0].contains(p), '
        'm.e[0].index_of(p), m.e[0].contains(p + ""), m.e[0].is_empty()]); } }'
    ),
    'fn is_empty() { "own" } for e in ["", "a"] { print([e.is_empty(), [e][0].is_empty()]); }',
    'let s = ""; for i in 0..30_000 { s += i; } s.len()',
    "let s = 5; for i in 0..3 { s += i; } s",
    'let s = ""; for i in 0..3 { s += 9223372036854775807; s += -9223372036854775808; } s',
    'for i in 0..3 { try { let s = "a"; s += 1 / i; print(s); } catch (e) { print(e); } }',
    'fn f(s, n) { s += n; s } for i in 0..3 { print(f("a", i)); print(f(i, i)); }',
    # Maps that get texts key by key; objects with a method of the name of a native that leaves () in any receiver.
    (
        'for i in 0..3 { let m = #{}; m.a = "x" + i; m.b = ""; for j in 0..4 { m.b += "ab"; m.b += \'c\'; m.a += m.b; '
        'print(m.a.len()); } print(m); if i == 1 { m.a = (); } try { m.a += "x"; } catch (e) { print(e); } try { '
        "print(m.a.len()); } catch (e) { print(e); } print(m); }"
    ),
    (
        'for i in 0..3 { let m = #{}; if i > 0 { m.b = "q"; } try { m.b += "ab"; } catch (e) { print(e); } print(m); '
        "try { print(m.b.len()); } catch (e) { print(e); } print(m.b?.len()); }"
    ),
    (
        'for i in 0..2 { let m = #{ t: "" }; for j in 0..40 { m.t += "abcdefghij"; if j % 7 == 0 { print(m.t.len()); } '
        "m[\"t\"] += 'z'; } print(m.t.len()); }"
    ),
    'for i in 0..2 { let a = ["", "b"]; for j in 0..40 { a[i] += "abcdefghij"; a[0] += \'k\'; } print(a); }',
    (
        'for i in 0..2 { let m = #{}; for j in 0..4 { let k = "k" + j; m[k] = "v"; m[k] += k; m.x = k; m.y = "t"; m.z '
        "= 'c'; m.w = j; } print(m); }"
    ),
    (
        'fn f(t) { let m = #{}; m.a = t.a; m.b = t.b + "/" + t.a; m.c = ""; for l in t.l { if m.c != "" { m.c += ","; '
        '} m.c += l; } m.d = m.c.len() + m.b.len(); m } for i in 0..3 { print(f(#{ a: "x" + i, b: "y", l: ["p", "q", '
        '"r"] })); }'
    ),
    "let q = #{ n: 1, take: || { this.n += 1; this.n } }; for i in 0..3 { print(q.take()); } q",
    "let q = #{ n: 1 }; for i in 0..3 { print(q.take()); print(q); } q",
    "let q = [1, 2]; for i in 0..3 { print(q.take()); print(q); } q",
    "let q = 5; for i in 0..3 { let r = q; print(r.take()); print(r); } q",
    "let q = #{ n: 1, take: 5 }; for i in 0..3 { print(q.take()); print(q); } q",
    ("let q = #{ n: 1, take: || { this.n += 1; this.n } }; for i in 0..3 { if i == 1 { q.take = 5; } print(q.take()); print(q); } q"),
    (
        "let q = #{ n: 1 }; for i in 0..3 { if i == 1 { q.take = || { this.n += 1; 9 }; } print(q.take()); print(q); "
        "if q == () { q = #{ n: 4 }; } } q"
    ),
    ("fn f(q) { let x = q.take(); [x, q] } for i in 0..3 { print(f(#{ n: i })); print(f(#{ take: || 7 })); print(f([i])); print(f(i)); }"),
    (
        "fn f() { let x = this.take(); [x, this] } for i in 0..3 { let q = #{ n: i }; print(q.f()); print(q); let r = "
        "#{ take: || 7 }; print(r.f()); print(r); }"
    ),
    "let q = #{ n: 1 }; let f = || { q.take() }; for i in 0..3 { print(f.call()); print(q); q = #{ n: i }; print(q.n); } q",
    "let q = #{ n: #{ m: 1 } }; for i in 0..3 { print(q.n.take()); print(q.n); q.n = #{ m: i }; print(q.n.m + 1); } q",
    "let s = 0; let q = [1]; for i in 0..4 { s += q[0]; let t = q.take(); q = [i, t]; } s",
    "let q = #{ n: 1, go: || { let m = this.take(); this = m; this.n += 1; } }; for i in 0..3 { q.go(); print(q); }",
    (
        "let q = #{ n: 1, go: || { this.take(); } }; for i in 0..3 { q.go(); print(q); q = #{ n: i, go: || { this.n += "
        "1; } }; print(q); q.go(); print(q); }"
    ),
    'let text = "abc"; for i in 0..3 { let t = text.take(); print(t.len()); print(text); text = t + i; } text',
    "const K = [1]; for i in 0..2 { try { print(K.take()); } catch (e) { print(e); } }",
    # Containers made before in literals; texts of many parts.
    (
        "fn f(n) { let lines = []; for i in 0..n { lines.push(#{ a: i, t: `x${i}` }); } #{ n: n, lines: lines, sum: "
        "1.5 } } let r = []; for i in 0..4 { r.push(f(i)); } r"
    ),
    (
        "fn f(n) { let a = []; let b = []; for i in 0..n { a.push(i); b.push(a); } [a, b, #{ a: b, b: #{ c: a } }] } "
        "let r = []; for i in 0..4 { r.push(f(i)); } r"
    ),
    'let r = []; for i in 0..4 { let m = #{}; m["k" + i] = [i]; r.push([m, #{ m: m, n: [m] }]); m.z = 1; } r',
    'for i in 0..3 { print(` ${i}; name-${i % 50} ;${i * 3 % 101};${if i % 2 == 0 { "yes" } else { "no" }}`); }',
    (
        'for i in 0..3 { let c = "abc"[i]; let s = ""; if i > 0 { s = "0123456789".sub_string(0, i * 4); } '
        'print(`${c}${c}${i}${s}-${s}${s}${s}${s}${c}`); print(c + s + i + s + c + "-" + s + s + s + s); }'
    ),
    (
        'for i in 0..3 { let c = "abc"[i]; let o = if i == 1 { () } else { "t" }; '
        'print(`${o}${c}${i}${o}${i}${c}${o}`); print("" + o + c + i + o + i + c + o); }'
    ),
    # A left operand that the right one's block may store into, or change, and one of which it is known that nothing else is stored there.
    'fn f(n) { n * { n = 5; n } } for v in [1, 2.5, "a"] { try { print(f(v)); } catch (e) { print(e); } }',
    "fn f(n) { n < { n = 5; n } } for v in [1, 2.5, 7] { print(f(v)); }",
    'fn f(n) { let k = n + n; n + { n.set_bit(3, true); n } } for v in [1, 2, "a"] { try { print(f(v)); } catch (e) { print(e); } }',
    "fn f(n) { let k = n + n; n * { n[3] = true; n } } for v in [1, 2] { print(f(v)); }",
    "fn f(n) { let a = n - 1; n - if a > 1 { n.x(); n } else { 4 } } fn x() { this = 100; } for v in [1, 7, 2.5] { print(f(v)); }",
    "fn f(n) { n + { n.push(3); n } + n } for v in [[1], [[2]]] { print(f(v)); }",
    "fn f(n) { if n < 1 { return 1; } n * { let m = n - 1; f(m) } } for v in [5, 2.5] { print(f(v)); }",
    # Text of texts and integers, short and long.
    'let s = "a"; for i in 0..3 { s = s + i; s = `${i}-${s}`; } s',
    f'let s = "{LONG}"; let t = ""; for i in 0..3 {{ t = s + i + s; t = `${{t}}${{i}}`; }} t.len()',
    'let s = "\u00df\ufb03"; let t = ""; for i in 0..9 { t = s.to_upper(); s = t.to_lower(); } t + s',
    f'let s = "{LONG}"; let n = 0; for i in 0..3 {{ n += s.to_upper().len(); }} n',
    'let s = ""; for i in 0..900 { s += "ab" + i; if i % 400 == 0 { s = ""; } } s.len()',
    "let s = \"\"; for i in 0..5 { s += i; s += 'c'; s += 1.5; } s",
    'fn add(s) { let t = ""; for i in 0..3 { t += s; t = t + s; } t } add("x") + add("y")',
    # Characters that a loop walks as plain text: compared, joined, switched on, and wanted as characters too.
    """let n = 0; for c in "hello W\u00f6rld" { if c == 'l' { n += 1; } if c >= 'a' && 'z' > c || c != 'W' { n += 10; } } n""",
    'let s = \'\'; let t = ""; for c in "abc" { t += c; t = c + t; s = c; t = `${c}${t}${s}`; } [s, t]',
    'let m = #{}; let l = []; for c in "abca" { l.push(c); m[c.to_string()] = c; l += c; } [m, l, type_of(l[0]), type_of(m.a)]',
    """for (c, i) in "xy\u00e9" { print(c); print(`${i}${c}`); print(type_of(c)); if c in "xz" || c in ['y'] { print(c.to_upper()); } }""",
    """let n = 0; for c in "a1-b" { n += switch c { 'a' | 'b' => 1, '0' | '1' if n > 0 => 10, 'c' => 5, _ => 100 }; } n""",
    """for c in "ab" { let d = c; let f = || c; print(f.call()); switch d { "a" | "b" => print("text"), 'a' | 'b' => print("char") } }""",
    'for c in "ab" { c = \'z\'; print(c); } for c in "ab" { c += \'z\'; print(c); } for c in "ab" { eval("print(c)"); }',
    """for v in ["a", 'a', 1, 1.0, (), [1], "ab"] { print(switch v { 1 | 2 => "int", "a" | "b" => "text", 'a' | 'b' => "char" }); }""",
    """for v in [[1], #{}, "ab", 1.0, true] { print(switch v { "ab" | "cd" => 1, 1.0 | 2.0 => 2, true | false => 3 }); }""",
    'let t = []; for c in "ab" { t += c; } let u = ""; for c in "ab" { u += c + c; u += c + "-"; u += 1 + c; }',
    # Maps that have no keys but those written down, and some that do; few and many of them.
    "fn f(m) { m.b = m.a; m.c += 1; m } let m = #{ a: 1, c: 2 }; let l = []; for i in 0..3 { m.a = i; l.push(f(m)); l.push(m); } l",
    'fn f(m, k) { m[k] = 1; m.a = 0; m } let m = #{ a: 1 }; let l = []; for i in 0..40 { m = f(m, "k" + i); let n = m; l.push(n); } l',
    'fn f(m) { m.remove("a"); m += #{ z: 1 }; m } let m = #{ a: 1 }; for i in 0..3 { print(f(m)); let n = m; n.a = i; print([m, n]); }',
    # Floats that add up, and are divided; bits.
    "let t = 0.0; let n = 0; for i in -3..4 { t += 1.5 * i; n += i; t -= n; t *= 0.5; print(t / i); print(1 / (i * 0.5)); } t",
    "fn half(x) { x * 0.5 } let t = 0.0; for x in [1, 2.5, 3] { t += half(x); t = t + x; } t += 'c'; t",
    "let t = 1.5; for x in [1, true] { t += x; }",
    "let n = 5; for i in -3..4 { n |= i; n ^= 7; n &= 0xFFFF; print([i >> 1, i << 3, i << 62, (i ^ 5) | 8, -i & 6, i >> 63]); } n",
    "let b = true; for i in 0..3 { b &= true; b = b | false; b ^= true; } for s in [-65, -1, 0, 63, 64] { print([-5 << s, -5 >> s]); } b",
    "let x = 1; for i in 0..70 { x = x << 1; print(x); } let f = 1.5; for i in 0..2 { f &= 1; }",
    # What a function's entry costs, paid where it is known which way it goes.
    "fn f(n) { if n < 2 { n } else { f(n - 1) + f(n - 2) } } let t = 0; for i in 0..12 { t += f(i); } t",
    'fn f(n, s) { if n == 0 { return s; } if s == "x" { return f(n - 1, "y"); } f(n - 1, s + n) } [f(4, "x"), f(3, "")]',
    "fn f(n) { if n > 3 { throw n; } if n == 1 {} else { let t = 0; for i in 0..n { t += i; } t } } for i in 0..6 { print(f(i)); }",
    "fn f(n) { if n > 0 { f(n + 1) } else { 0 } } f(1)",
    "fn f(n) { if n > 0 { return f(n + 1); } 0 } f(1)",
    # Sums that can't leave i64, and some that do.
    "let m = #{ n: 0 }; let a = [1, 2]; for i in 0..9 { m.n += i * 3; a[i % 2] += m.n; a[0] -= i; } [m, a, a.reduce(|s, v| s + v, 0)]",
    "let m = #{ n: 1 }; for i in 0..70 { m.n += m.n; }",
    "let a = [1, 1]; for i in 0..100 { a[0] += a[1]; a[1] += a[0]; }",
    "let n = 4_611_686_018_427_387_903; for i in 0..3 { n += n; }",
    "let s = 1; for i in 0..99 { s = s + s; }",
    "fn up(n, by) { if by == 0 { n } else { up(n + n, by - 1) } } up(1, 10) + up(3, 70)",
    # Literals in literals, and copies of them.
    'fn f(n) { #{ a: n, l: [#{ t: `${n}`, u: "x" }, #{ t: "y", u: "z" }], m: #{} } } let a = []; for i in 0..9 { a.push(f(i)); } a',
    "let r = #{ a: [1, #{ b: [2] }], c: #{ d: #{ e: 3 } } }; let k = []; for i in 0..3 { let c = r; c.a[1].b[0] = i; k.push(c); } [r, k]",
    'fn p(x) { print(x); x } fn q(x) { print(x); "t" + x } for i in 0..2 { print(#{ a: p(1), b: q(2), c: [q(3), p(4)], d: p(5) }); }',
    'let s = "a"; for i in 0..2 { print(#{ s: s, t: #{ u: s, v: { s += "x"; s } }, w: [s, `${i}`] }); } s',
    f'let s = "{LONG}"; let a = []; for i in 0..9 {{ a.push(#{{ m: #{{ s: s, t: `${{i}}` }}, l: ["x", s] }}); }} a[8].m.s.len()',
    # Texts of a single value, and thrown ones.
    'let a = []; for c in "ab" { for i in -1..1 { a.push(`${i}`); a.push(`${c}`); a.push(`${c}${i}`); a.push(type_of(`${c}`)); } } a',
    "fn f(i) { if i > 1 { throw `no ${i}` } i } for i in 0..4 { try { print(f(i)); } catch (e) { print(e); } } f(3)",
    # Elements of every kind that are pushed.
    f'let s = "{LONG}"; let a = []; for x in [1, s, "s", [1, [2]], #{{ a: s }}, (), \'c\'] {{ for i in 0..9 {{ a.push(x); }} }} a.len()',
    "let a = []; for i in 0..70 { let row = [i]; for j in 0..i { row.push([j]); } a.push(row); } a[69].len()",
    # Texts cut, searched, and read as numbers.
    """for s in ["", "a,b", ",", "x"] { for d in [",", ',', "", "a,b"] { print(s.split(d)); print(s.index_of(d));
        print(s.starts_with(d)); } }""",
    """for s in ["12", "-12", "+1", "007", "\u0663", "", " 5 ", "1e3", "999999999999999999", "9223372036854775808"] {
        try { print(s.parse_int() + 1); } catch (e) { print(e); } }""",
    """for i in -4..5 { for s in ["", "abc", "\u00e9\u00df"] { print(s.sub_string(i)); print(s.sub_string(i, 2));
        print(s.sub_string(1, i)); } }""",
    """for s in ["", " a b ", "aaa", "\u2003x"] { let t = s; t.trim(); print(t); t.replace("a", "bb"); print(t);
        t.replace('b', ""); print(t);
        t.replace("", "-"); print(t); print(t.ends_with('-')); }""",
    "for x in [[1, 2, 1], blob(2), 5] { print(x.index_of(1)); print(x.split(1)); x.replace(1, 2); }",
    "let m = #{ trim: || 1, replace: |a, b| a + b, split: |d| d }; for i in 0..2 { print(m.trim());"
    " print(m.replace(1, 2)); print(m.split(3)); }",
    'fn trim(x) { "own" } fn string.replace(a, b) { this = a + b; } for i in 0..2 { let s = " a ";'
    ' s.replace("a", "b"); print(s); print(trim(s)); }',
    'fn string.trim() { this = "own"; } for i in 0..2 { let s = " a "; eval("s.trim()"); print(s); }',
    # Pointers that are called, whatever they are.
    """fn on(f, x) { f.call(x) } fn two(f) { f.call(1, 2) } fn none(f) { f.call() }
        for f in [|x| x + 1, |x, y| x - y, || 5, |x| 1 / x, Fn("abs"), Fn("on"), 7, |x| this, (|x, y| x * y).curry(3)] {
        try { print(on(f, 0)); } catch (e) { print(e); } try { print(two(f)); } catch (e) { print(e);
        } try { print(none(f)); } catch (e) { print(e); } }""",
    "fn on(f, x) { f.call(x) } for i in 0..3 { on(|x| 6 / (x - 1), i); }",
    "fn deep(f, n) { f.call(f, n) } for n in 10..20 { print(deep(|f, n| if n == 0 { 0 } else { deep(f, n - 1) }, n)); }",
    "fn both(f, g) { |x| g.call(f.call(x)) } let h = both(|x| x + 1, |x| x * 2); for i in 0..3 { print(both(h, h).call(i)); } h.call()",
    "let f = |n| n; f = |n| if n <= 0 { 0 } else { f.call(n - 1) }; for i in 0..2 { try { print(f.call(i)); } catch (e) { print(e); } }",
    "let s = |p| p.call(1); let v = |z| { s = 3; z }; let u = |z| s.call(v);"
    " for i in 0..2 { try { print(u.call(2)); } catch (e) { print(e); } }",
    "let m = #{ f: |x| x * 2 }; let g = |x| m.f.call(x); for i in 0..3 { print(g.call(i)); m.f = |x| x - i; }",
    # Characters of a text by index, text of values, and parts of texts.
    'fn same(s) { let n = 0; for i in 0..s.len() { if s[i] == s[-1 - i] { n += 1; } if s[0] < s[i] { n += 10; } } n } same("abcba")',
    'let s = "ab"; let t = ""; for i in 0..4 { t += s[i]; print(t); }',
    "let s = \"ab\"; for i in [0, -2, -3] { print(switch s[i] { 'a' | 'z' => 1, _ => 2 }); }",
    'let s = "ab"; for i in 0..2 { let c = s[i]; print(c + s[1 - i]); print(type_of(c)); print(s[i] == s[{ s = "ba"; 1 }]); }',
    'let t = []; for c in "ab" { t.push(c.to_string()); } for i in -1..2 { t.push(i.to_string()); t.push(t[0].to_string()); } t',
    "let m = #{ to_string: || 5 }; for i in 0..2 { print(m.to_string()); } fn "
    'contains(a, b) { 7 } for c in "ab" { print("xa".contains(c)); }',
    'let n = 0; for c in "hello" { if "aeiou".contains(c) { n += 1; } let s = '
    '"lo"; if s.contains(c) || s.contains(`${c}o`) { n += 10; } } n',
    # Closures that variables start with.
    "let n = 0; let add = |v| { n += v; n }; for i in 0..3 { print(add.call(i)); } "
    "let f = |a, b| a * b; for i in 0..3 { n += f.call(i, 2); } n",
    "let k = 1; let f = |v| v + k; for i in 0..3 { if i == 1 { f = |v| v * 10; } print(f.call(i)); k += 1; } f.call(1, 2)",
    "for i in 0..3 { let k = i; let f = |v| v + k; k += 1; for j in 0..2 { print(f.call(j)); } }",
    'let f = |v| { if v == 0 { throw "no" } v }; for i in [2, 1, 0] { f.call(i); }',
    "let f = |v| v; for i in 0..2 { let g = || f.call(1); print(g.call()); f = 5; }",
    "const F = |v| v + 1; for i in 0..2 { print(F.call(i)); } let this_one = |v| this; for i in 0..2 { this_one.call(i); }",
    # Places that are divided.
    """for v in [7, -7, 0, 2.5, "t"] { for d in [2, -2, 3, 0, 2.0, 0.0] {
        try { let x = v; x /= d; print(x); } catch (e) { print(e); } try { let x = v; x %= d; print(x); } catch (e) { print(e); } } }""",
    "fn sum(n) { let t = 0; while n != 0 { t += n % 10; n /= 10; } t } for v in [0, 7, -1234, -9223372036854775807] { print(sum(v)); }",
    "let n = 9; while n > -9 { n /= 3; n -= 4; print(n); n %= 3; n -= 1; } let m = 99; for i in 0..9 { m %= i + 3; m += 50; m /= i - 4; }",
    "let a = [9, -9]; let m = #{ x: -7, y: 7 }; for i in 0..2 { a[i] /= 2; a[1] %= 3; m.x /= 2; m.y %= 4; print([a, m]); }",
    "let n = 100; let t = 0; while n > 3 { n /= 2; t += n * 200000000000000000; }",
    "let n = -9223372036854775807 - 1; for i in 0..2 { n /= -1; }",
    "let n = 1; for d in [5, 0] { n += 9; n %= d; }",
    "let n = 100; for d in -2..0 { n /= d; print(n % 7); n = 90; } for i in -9..-1 { let m = i / 2; print(m % 4); m /= 2; print(m % 2); }",
    "let x = 9.0; for i in -1..3 { x /= 2.0; print(x); x /= i; print(x); x %= 7.0; x += 1.0; }",
    "let x = 8; let y = 3.0; for i in 0..2 { y /= x; x /= 0.5; print([x, y]); } x /= 0.0; print(x); for i in 0..1 { x %= 0.0; x /= 0; } x",
    # Floats whose sums are left alone, and compared.
    'let a = [1.5, 2.0]; for x in [1.5, 2, "t"] { print(x + 1.5 + a[0] + a[1]); print(a[0] * 4.0 + a[1] - a[0]); print(x * 2.0 - a[1]); }',
    """let a = [0.0, 1.0, 1.0000000000000002, 1.00005, 1.0002, 1e11, 100000000000.00005, 1e16, 10000000000000002.0, -1.0, 0.00001];
        let z = 0.0; a.push(1.0 / z); a.push(-1.0 / z); a.push(z / z); a.push(-z); for x in a { for y in a {
        print([x < y, x <= y, x > y, x >= y]); } print([x == 1.0, x != 1.0, x == 0.0, x != 0.0, x == 1e-17, x != 1e16, x == 1e300]); }""",
    # Closures for each element that take its index, or look for one.
    "let a = [3, 1, 2]; let k = 1; print(a.map(|v, i| v * i + k)); print(a.filter(|v, i| v > i)); print(a.find(|v| v < 3 + k));",
    "let a = [[3], [1], [2]]; let b = a.map(|v, i| { v.push(i); v }); let c = a.filter(|v, i| i != 1); c[0].push(9); [a, b, c]",
    "let m = #{map: |f| f.call(4, 5)}; let k = 7; [m.map(|v, i| v * 10 + i + k), [1, 2].map(|v, i| i / v + k)]",
    "[1, 2, 0].map(|v, i| i / v)",
    "[1, 2, 0].map(|v, i| throw [v, i])",
    "[1, 2].filter(|v, i| v)",
    "[5, 6].map(|v, i| { let t = v; if i == 0 { return t; } t * 2 })",
    "[5, 6].map(|v, i| { let c = || v + i; c.call() })",
    "[5, 6].map(|v, i| { v += i; i += v; [v, i] })",
    'fn g(a) { a.map(|v, i| v + i) } [g([1, 2]), g(["a", "b"]), g([1.5]), g([])]',
    "let a = [[1], [2]]; let r = a.find(|v| v[0] == 2); r.push(3); let q = a.filter(|v, i| i == 0); q[0].push(4); [a, r, q]",
    "let a = [1, 2, 3]; let l = [a]; print(l[0].find(|v, i| i == 2)); let f = |v, w| v + w; print(a.map(f)); a.map(|| this)",
    "let a = [1, 2]; for i in 0..2 { try { print(a.find(|v| { a.clear(); true })); } catch (e) { print(e); } } a",
    "[1, 0].map(|v, i| i / v)",
    "fn f(a) { a.find(|v| 1 / v > 5) } f([1, 0])",
    # Methods of maps that types know: closures with captured variables, several of them, and under natives' names.
    """fn stack(limit) { #{ items: [], push: |v| { if this.items.len >= limit { throw "full"; } this.items.push(v); },
        pop: || this.items.pop(), len: || this.items.len, is_empty: || this.items.is_empty() } } let s = stack(3);
        for i in 0..3 { s.push(i); print(s.len()); } while !s.is_empty() { print(s.pop()); } for i in 0..5 { s.push(i); }""",
    "fn make(k) { if k > 1 { #{ f: |x| x + k } } else { #{ f: |x| x - k, g: k } } } for k in 0..4 { let m = make(k); print(m.f(10)); }",
    "let k = 3; let m = #{ f: |x| x + k }; for i in 0..4 { print(m.f(i)); if i == 1 { m.f = |x| x * 10; } if i == 2 { m.f = |x, y| x; } }",
    "let k = 5; let m = #{ f: (|a, x| a + x + k).curry(1) }; for i in 0..3 { print(m.f(i)); m.f = |x| x - k; }",
    "let k = 1; let m = #{ n: 0, f: |x| { this.n += x; k += 1; this.n }, g: || { this = #{ n: 9 }; } };"
    " for i in 0..3 { print(m.f(k)); } m.g(); print(m); m.f(1)",
    "let k = 2; let m = #{ len: || { this.n += k; k }, n: 1 }; for i in 0..2 { print(m.len()); print(m); print(m.len() + m.n); }",
    'let k = 2; let m = #{ f: |x| x * k }; for i in 0..3 { print(m.f(i)); if i == 1 { m.remove("f"); } }',
    "let k = 2; let m = #{ f: |x| { k += x; k } }; let h = || m.f(3); for i in 0..2 { print(h.call()); print(m.f(i)); }",
    "let k = 1; let m = #{ n: 1, f: |x| x + k }; m.f = |x| m.n + x; for i in 0..2 { print(m.n); m.f(i); }",
    "const K = [2]; let m = #{ f: |x| { K.push(x); K } }; for i in 0..2 { print(m.f(i)); } let l = [m, m]; for n in l { print(n.f(7)); } K",
    "let l = [#{ n: 1, up: |by| this.n += by }, #{ n: 1.5, up: |by| this.n -= by }]; for m in l { m.up(1); print(m.n); } [l[0].n, l[1].n]",
    # Keys asked for by a method.
    """let m = #{ a: 1 }; for k in ["a", "b"] { print(m.contains(k)); if m.contains(k) { m[k] += 1; } else { m[k] = 5; } }
        for k in ["a", 'a', 1] { print(m.contains(k)); }""",
    'let m = #{ contains: |k| k + "!" }; for k in ["a"] { print(m.contains(k)); }',
    'fn f() { #{ a: 1 } } for k in ["a", "b", \'a\'] { print(f().contains(k)); }',
    'let m = #{}; m.contains = 5; for k in ["a"] { print(m.contains(k)); m.remove("contains"); print(m.contains("contains")); }',
    # Texts and numbers of characters, and of what chains lead to.
    """for w in ["ab", "c\u00e9"] { print(w[0].to_string() + w.len.to_string()); print(type_of(w[1].to_string())); print(w[1].to_int());
        for c in w { print(`${c}` + c.to_int()); print(type_of(`${c}`)); } print([w, 5][1].to_string()); print(w[2].to_string()); }""",
    "let m = #{ n: 5, s: #{ to_string: || 7 } }; for i in 0..2 { print(m.n.to_string() + m.s.to_string()); print(m?.n.to_string()); }",
    'fn char.to_int() { 3 } for c in "ab" { print(c.to_int()); print("xy"[0].to_int()); }',
    # Errors that are caught, shown and thrown on.
    "fn f(v) { throw #{ code: v } } for i in 0..3 { try { f(i); } catch (e) { print(e.code); e.code = 9; print(e); } } f(1)",
    "fn f(v) { throw [v] } for i in 0..2 { try { try { f(i); } catch (e) { print(e); "
    "throw; } } catch (e) { print(e); } } try { f(7) } catch (e) { throw; }",
    "fn f(v) { 1 / v } for i in 0..2 { try { f(0); } catch (e) { print(e.message); print(e.line); print(e.position); } }",
    # What is read for the last time is stored without a copy.
    "fn rows(n) { let all = []; for i in 0..n { let row = [i]; row.push(i); all.push(row); } all[0].push(9); all } rows(3)",
    "let a = []; for i in 0..3 { let r = [i]; a.push(r); if i == 1 { r.push(5); } } a",
    "let a = []; for i in 0..2 { let r = [i]; for j in 0..2 { a.push(r); } r = []; } a[0].push(1); a",
    "for i in 0..2 { let r = [i]; r.push(r); print(r); let m = #{ l: [] }; m.l.push(m); m.l[0].x = 1; print(m); }",
    "let a = []; for i in 0..2 { let r = [i]; let f = || r; a.push(r); a[i].push(7); print(f.call()); } a",
    # What may be an array, and what is filtered only to be looked at.
    "fn put(x, v) { x.push(v); x } let a = [put([1], 2), put([], [3])]; for i in 0..70 { "
    "a[0].push(i); } for x in [[1], blob(1)] { x.push(5); print(x); }",
    "let m = #{ push: |v| v * 2 }; for x in [[], m, [1]] { print(x.push(4)); print(x.len()); } 1.push(2)",
    "let s = #{ l: [], put: |v| { this.l.push(v); } }; for i in 0..3 { s.put([i]); s.put(`${i}`); } s.l",
    "let rows = [#{ n: 1, t: [1] }, #{ n: 2, t: [2] }]; let k = rows.filter(|r| r.n > 1).map(|r| r.t); k[0].push(3); [rows, k]",
    "let rows = [[1], [2]]; let k = rows.filter(|r| r[0] > 0).map(|r| { r.push(4); "
    "r }); [rows, k, rows.filter(|r| true).filter(|r| r[0] > 1)]",
    "let rows = [[1], [2]]; let k = rows.filter(|r| true).map(|r| { rows[1][0] = 9; r[0] }); [rows, k]",
    # Methods that leave another text where they were called, but the same array or map.
    'let r = []; for i in 0..3 { let m = #{remove: |k| { this = 5; k }, a: 1}; r.push(m.remove("a")); r.push(m); } r',
    'let r = []; for i in 0..3 { let m = #{a: 1}; if i == 1 { m.remove = |k| { this = 5; k }; } r.push(m.remove("a")); r.push(m); } r',
    'let r = []; for i in 0..3 { let t = "abc"; r.push(t.pop()); t.clear(); r.push(t); } r',
    'const A = [1, 2]; let r = []; for i in 0..3 { r.push(try { A.remove(0) } catch (e) { "no" }); } r',
    "let a = [[1, 2], [3]]; for i in 0..2 { a[0].remove(0); a[1].insert(0, i); a[i].pad(3, 0); } a",
    "fn f(a) { a.remove(0); a } let b = [1, 2]; let r = []; for i in 0..2 { r.push(f(b)); } [b, r]",
    "fn remove(x) { this = x; 1 } let a = [1]; let r = []; for i in 0..2 { r.push(a.remove(0)); r.push(a); } r",
    "fn array.remove(x) { this = 4; x } let a = [1]; let r = []; for i in 0..2 { r.push(a.remove(0)); r.push(a); } r",
    "let a = [3, 1, 2]; for i in 0..2 { a.sort(|x, y| y - x); a.dedup(); a.reverse(); a.splice(0, 1, [9, 8]); a.chop(4); } a",
    "let rows = [[1], [2]]; let n = 5; let k = rows.filter(|r| true).map(|r| r[0] + n); n += 1; [rows, k]",
    "let rows = [[1], [2]]; let n = [5]; let k = rows.filter(|r| true).map(|r| [r, n]); n.push(1); k[0][0].push(6); [rows, k]",
    "let rows = [[1], [2]]; let f = || { rows[1][0] = 9; 1 }; let k = rows.filter(|r| true).map(|r| r[0] + f.call()); [rows, k]",
    "let rows = [[1], [2]]; let m = [3]; let k = rows.filter(|r| 1 > 0).map(|r| if m.pop() == 3 { rows[1][0] = 9; r } else { r }); k",
    "let rows = [[1], [2], [3]]; let k = 0; rows.filter(|r| true).map(|r| { k += 1; rows[k % 3].push(k); r[0] + r.len() }) + rows",
    "let s = #{ l: [1], take: || { this.l.pop() } }; for i in 0..3 { "
    "print(s.take()); } let a = [1, [2]]; for i in 0..3 { print(a.pop()); } a",
    "let m = #{ pop: || 7 }; for x in [[1, 2], m, [], blob(1)] { print(x.pop()); "
    "print(x.len()); } const C = [1]; for i in 0..2 { C.pop(); }",
    "let a = [[1], [2]]; let b = || a.pop(); for i in 0..2 { print(b.call()); print(a.pop()); }",
    # Entries that may not be there.
    """let g = #{}; for w in ["ab", "c", "ad"] { let k = w[0].to_string(); if !(k in g) { g[k] = []; } if g[k].len < 2 { g[k].push(w); }
        print(g[k].len + 1); } for k in ["a", "z"] { try { print(g[k].len); } catch (e) { print(e); } } g.z.len""",
    """let s = #{}; for r in ["x", "y"] { s[r] = #{ n: 0, p: #{} }; for q in ["u", "v"] { s[r].p[q] = #{ n: 1, l: [] }; } }
        for r in ["x", "y", "z"] { for q in ["u", "v", "w"] { try { s[r].p[q].n += 1; s[r].p[q].l.push(q); print(s[r].p[q].n); }
        catch (e) { print(e); } } } s["x"].p["u"].l.len + s["y"].p["w"].n""",
    'let by = #{}; for w in ["a", "b", "a"] { by[w] = (by[w] ?? 0) + 1; } let t = '
    "0.0; for k in by.keys() { t += by[k]; t += by.x ?? 1.5; } [by, t]",
    "fn total(o) { o.sum = o.a * 1.5; o } let t = 0.0; for i in 0..3 { t += total(#{ a: i }).sum; } t + total(#{ a: 1 }).none",
    'let m = #{ a: 1.5 }; for k in ["a", "b"] { if k == "b" { m.b = 2.5; } print(m.a < m[k]); print(m[k] * 2.0); } m.c > 1.0',
    # Methods that are one known closure, and what else may be under their name.
    "fn make(n) { #{ n: n, up: |d| { this.n += d; this.n } } } let a = make(1); let t = 0; for i in 0..4 { t += a.up(i); } [a.n, t]",
    "let a = #{ set: |v| this = v }; for i in 0..2 { if i == 0 { a.set(#{ set: |v| v * 2, k: 1 }); } } a.k",
    "let a = #{ f: |x| x + 1 }; let t = 0; for i in 0..3 { t += a.f(i); if i == 1 { a.f = |x| x * 100; } } t",
    'let a = #{ f: |x| x + 1 }; for i in 0..3 { if i == 1 { a = "text"; } a.f(i); }',
    "let a = #{ f: |x| throw x }; for i in 0..3 { try { a.f(i); } catch (e) { print(e); } } a.f(7)",
    "let a = #{ f: |x| this.g + x }; for i in 0..3 { a.f(i); }",
    "let list = [#{ n: 1, f: |x| this.n += x }]; for i in 0..3 { list[0].f(i); } list[0].n",
    "let a = #{ f: |x| x }; let g = a.f.curry(1); let b = #{ f: g }; for i in 0..2 { print(a.f(i)); b.f(i); }",
    "let a = #{ f: |x| if x > 0 { this.f(x - 1) } else { 0 } }; for i in 0..2 { a.f(3); } a.f(99)",
    "const A = #{ f: |x| x + 1 }; for i in 0..3 { print(A.f(i)); }",
    # Numbers and records in arrays and maps.
    "let a = []; for i in 0..6_000 { a.push(i); } a.len()",
    "let a = []; for i in 0..3_000 { a.push(i); if i == 9 { a.push([]); } } a.len()",
    'let a = []; for i in 0..70 { a.push(#{ n: i, s: "t" }); } a.len() + a[69].n',
    f'let a = []; let s = "{LONG}"; for i in 0..9 {{ a.push(#{{ s: s, n: i }}); }} a[8].s.len()',
    'let m = #{}; for i in 0..200 { m["k" + i] = i; m.n = i; } m.len() + m.n',
    "let m = #{ a: 1 }; for i in 0..3 { let c = m; c.b = i; print(c); } m",
    "let a = []; for i in 0..300 { a.push(i); let c = a; c[0] += 1; } a[0]",
    "let a = [[1]]; for i in 0..3 { let c = a; c[0][0] += 1; } a",
    'fn g(r) { r.n = 1; r["x"] = 2; r } let r = #{ n: 0 }; for i in 0..3 { print(g(r)); } r',
    "let m = #{}; for i in 0..3 { m.r = #{ n: i }; m.q = #{ r: m.r.n }; } m",
    # Closures that are called for each element: their errors, what they capture, keep and change, and other callers.
    "let k = 3; let a = []; for i in 0..9 { a.push(i); } a.map(|v| v * k + 1).filter(|v| v % 2 == 0).reduce(|sum, v| sum + v, 0)",
    "[1, 2, 3].map(|v| if v == 2 { throw `no ${v}` } else { v })",
    "fn half(x) { 10 / x } [2, 1, 0].map(|v| half(v))",
    "[1, 2, 3].filter(|v| v.nothing > 1)",
    "[1, 9223372036854775807].map(|v| v + 1)",
    "try { [4, 0].reduce(|sum, v| sum / v, 8) } catch (e) { print(e); } [4, 0].reduce(|sum, v| sum / v, 8)",
    "let n = 0; let a = [1, 2, 3]; let b = a.map(|v| { n += v; let d = v * 2; if d > 2 { d } else { -d } }); [n, b]",
    "let a = [1, 2, 3]; let b = a.map(|v| { a.push(v); v }); [a, b]",
    "let a = [[1], [2]]; let b = a.map(|v| v); b[0].push(7); let c = a.map(|v| { v.push(3); v }); [a, b, c]",
    "[[1], [2]].reduce(|all, v| { all += v; all }, [])",
    "[1, 2, 3].map(|v| { let t = 0; for i in 0..v { if i == 1 { continue; } t += i; } t })",
    "[3, 1].map(|v| { try { 6 / (v - 1) } catch { 0 } })",
    "[1, 2].map(|v| [v].map(|w| w + v))",
    "[1, 2].map(|v| { if v == 1 { return 5; } v })",
    "[1, 2, 3].filter(|v| v) + [true, false].filter(|v| v) + [1, 2].filter(|v| ())",
    "let n = 0; let a = [[1, 2, 3].some(|v| { n += 1; v == 2 }), [1, 2, 3].all(|v| { n += 10; v < 2 })]; [n, a]",
    "[[1].some(|v| v), [true].some(|v| v), [].some(|v| true), [].all(|v| false), [1].all(|v| v), [true, true].all(|v| v)]",
    "[2, 0].all(|v| { if v == 0 { throw v } else { throw -v } })",
    "try { [1].some(|v| throw v) } catch (e) { print(e); } [1].reduce(|s, v| throw v, 0)",
    "let m = #{ some: |f| f.call(4) }; m.some(|v| v * 2)",
    "[].map(|v| 1 / 0) + [].filter(|v| 1 / 0) + [[].reduce(|sum, v| 1 / 0, 4)]",
    "[1, 2].map(|v| {}) + [1].map(|v| throw)",
    "let m = #{ some: |f| [1, 2].map(f), map: |f| [3].some(f), filter: |f| [4].map(f) }; "
    "for i in 0..2 { print(m.some(|v| v > 1)); print(m.map(|v| v > 1)); print(m.filter(|v| v > 1)); }",
    'let w = "a bb ccc".split(" "); for i in 0..2 { print(w.map(|s| s.to_upper()).filter(|s| s.len() > 1).reduce(|t, s| t + s, "")); }',
    "let a = []; for i in 0..200 { a.push(i); } let m = a.map(|v| `${v}`); let r = a.map(|v| #{ v: v });"
    " m.len() + r.filter(|r| r.v > 9).len()",
    "let m = #{ map: |f| f.call(4) + f.call(5) }; let k = 2; m.map(|v| v * k)",
    "let m = #{ reduce: |f, x| f.call(x, 5) }; m.reduce(|sum, v| sum + v, 1)",
    'let m = #{ a: [1], b: 2 }; for k in ["a", "c"] { let x = m.get(k); x = x ?? []; x.push(3); print(x); print(m.get("b")); } m',
    "let m = #{ get: |k| k + 1 }; let n = #{ a: 1 }; for i in 0..2 { print(m.get(i)); print(n.get(`a`)); } [m.keys(), n]",
    'fn f(n) { if n > 1 { throw #{ n: n, t: `<${n}>` + n, l: [n] }; } if n > 0 { throw "n" + n; } n }'
    " for i in 0..4 { try { f(i) } catch (e) { print(e); } }",
    "let m = #{ map: |f| [7, 8].map(f.curry(2)) }; [m.map(|v, i| v * 10 + i), [4].map(|v, i| v + i)]",
    "let m = #{ filter: |f| [7, 2].filter(f.curry(2)) }; [m.filter(|v, i| v == i), [0].filter(|v, i| v == i)]",
    "let a = [0.1, 0.2, 0.3, 1e17, -1e17, 0.7]; [a.reduce(|s, v| s + v, 0.0), a.map(|v| v * 3.0).reduce(|s, v| s + v, 1e-9)]",
    "let a = []; for i in 0..200 { a.push(i * i % 77); } [a.reduce(|s, v| s + v, 0), a.reduce(|s, v| s - v, 0), a.reduce(|s, v| v + s, 5)]",
    "[[1, 2].reduce(|s, v| s + v, 0.5), [0.5, 1.5].reduce(|s, v| s + v, 1), [9223372036854775807].reduce(|s, v| s + v, 0)]",
    "try { [9223372036854775807, 1].reduce(|s, v| s + v, 0) } catch (e) { e }",
    'let m = #{ a: 1 }; let n = 5; let r = []; for k in ["a", "b", 3] { try { r.push(k !in m); r.push(k in n); } catch { r.push(k); } } r',
    'fn f(m, k) { [k in m, k !in m] } let r = []; for m in [#{ a: 1 }, ["a"], "abc", 0..3] {'
    " for k in [\"a\", 'a'] { try { r.push(f(m, k)); } catch { r.push(0); } } } r",
    "fn map(list, f) { f.call(list.len()) } [1, 2].map(|v| v + 1)",
    "fn deep(n) { if n == 0 { [1].map(|v| v) } else { deep(n - 1) } } for n in 8..20 { print(deep(n).len()); }",
    'const K = [1, 2]; K.map(|v| v + 1) + "text".map(|v| v)',
    "let a = []; for x in [[1], [2]] { x.push(3); a.push(x); } a",
    # Entries that a condition has found.
    'let m = #{}; for w in "a b a c a".split(" ") { if w in m { m[w] += 1; } else { m[w] = 1; } } m',
    'let m = #{ a: 1 }; let k = "a"; for i in 0..2 { if k in m { m.remove(k); m[k] += 1; } }',
    'let m = #{ a: 1 }; let k = "a"; for i in 0..2 { if k in m { k = "b"; m[k] = i; m[k] += 1; } } m',
    'let m = #{ a: 1 }; let k = "a"; for i in 0..2 { if k in m { for j in 0..2 { print(m[k]); m = #{}; } } } m',
    'fn f(m) { m.clear(); 1 } let m = #{ a: 1 }; let k = "a"; for i in 0..2 { if k in m { m[k] += m.f(); print(m[k]); } } m',
    'let m = #{ a: 1 }; let k = "a"; for i in 0..2 { if k in m && m.remove(k) == 1 { print(m[k]); } } m',
    'let m = #{ a: 1 }; let k = "a"; for i in 0..2 { if k in m { remove(m, k); print(m[k] ?? "gone"); } } m',
    # Elements of what is nobody's, which are stored where their variable is read last; sorting, and the values of a map.
    "fn f(n) { let a = []; for i in 0..n { a.push([i]); } a } let o = []; for x in f(3) { o.push(x); } o[0].push(9); o",
    "fn f(n) { let a = []; for i in 0..n { a.push([i]); } a } let o = []; for x in f(3) { for i in 0..2 { o.push(x); } } o[0].push(9); o",
    "fn f(n) { let a = []; for i in 0..n { a.push([i]); } a } let o = []; for x in f(3) { o.push(x); o.push(x); } o[0].push(9); o",
    "fn f(n) { let a = []; for i in 0..n { a.push([i]); } a } let o = []; for x in f(3) { x.push(7); o.push(x); } o[0].push(9); o",
    "let m = #{a: [1], b: [2]}; let o = []; for v in m.values() { o.push(v); } o[0].push(9); [m, o]",
    "let m = #{a: [1], b: [2], values: || [[5], [6]]}; let o = []; for v in m.values() { o.push(v); } o[0].push(9); [m.a, o]",
    "let m = #{a: [1], b: [2]}; let k = [[3]]; m.values = || k; let o = []; for v in m.values() { o.push(v); } o[0].push(9); [k, o]",
    "fn g() { this } let a = [[1], [2]]; let o = []; for v in a.g() { o.push(v); } o[0].push(9); [a, o]",
    "fn g(a) { a } let a = [[1], [2]]; let o = []; for v in g(a) { o.push(v); } o[0].push(9); [a, o]",
    "fn g(a) { a.x } let a = #{x: [[1], [2]]}; let o = []; for v in g(a) { let w = v; o.push(w); } o[0].push(9); [a, o]",
    'fn g(a) { a } let a = [[1], [2]]; let o = #{}; for (v, i) in g(a) { o["k" + i] = v; } o.k0.push(9); [a, o]',
    "fn g(a) { a } let a = [[1], [2]]; let f = (); for v in g(a) { f = v; } f.push(9); [a, f]",
    'let a = [#{n: 2, t: "x"}, #{n: 1, t: "y"}]; a.sort(|p, q| p.n - q.n); let o = []; for x in a { o.push(x.n + x.t.len()); } [a, o]',
    "let a = [#{n: 2}, #{n: 1}]; a.sort(|p, q| { p.n = 5; q.n - 3 }); a[0].n + a[1].n",
    "let a = [3, 1, 2]; a.sort(|p, q| q - p); let t = 0; for x in a { t = t * 10 + x; } t",
    'let a = [3, "x", 2]; a.sort(|p| p); let t = []; for x in a { t.push(x); } t',
    'let m = #{a: 1, sort: |f| f.call("s", "t")}; let r = m.sort(|p, q| p + q); r',
    'let m = #{a: 1, b: 2}; let t = 0; for v in m.values() { t += v; } m.c = "x"; for v in m.values() { print(v); } t',
    # Lengths of maps, integers as floats, literals of what mostly holds nothing.
    'let m = #{a: 1, b: 2}; let n = 0; for i in 0..3 { n += m.len(); m["k" + i] = i; } n',
    "let m = #{a: 1, len: 7}; let n = 0; for i in 0..3 { n += m.len(); } n",
    "let m = #{a: 1, len: || 7}; let n = 0; for i in 0..3 { n += m.len(); } n",
    'let m = #{a: 1}; let k = "len"; for i in 0..3 { print(m.len()); m[k] = || 7; } m.len()',
    "let t = 0.0; for i in [1, -9_007_199_254_740_993, 9_223_372_036_854_775_807] { t += i.to_float(); print(i.to_float()); } t",
    'fn to_float() { "own" } for i in 0..2 { print(i.to_float()); }',
    (
        "fn two(a, b) { [a, b] } fn rec(a, b) { #{ a: a, b: b, c: 1 } } "
        "for v in [1, \"x\", 'c', (), [1], #{ z: 1 }, 1.5, true] { let p = two(v, 2); p[0] = 3; print(two(v, p)); print(rec(p, v)); }"
    ),
    "fn two(a, b) { [a, b] } let l = (); for i in 0..40 { l = two(i, l); } l",
    (
        "fn node(d) { if d == 0 { return (); } #{ v: d, l: node(d - 1), r: node(d - 1) } } "
        "fn sum(t) { if t == () { 0 } else { t.v + sum(t.l) + sum(t.r) } } "
        "sum(node(7))"
    ),
    # Functions that give arrays of several types, and closures that are curried.
    (
        "fn two(n) { if n % 2 == 0 { [n, `${n}`] } else { [n, `${n}`, [n]] } } "
        "let t = 0; for i in 0..9 { let p = two(i); t += p[0] * 2; print(p[1] + i); "
        "if p.len() > 2 { p[2][0] += 1; p.reverse(); } print(p); } t"
    ),
    'let p = [["b", 2], ["a", 1]]; for q in p { print(q[0] + q[1]); } p.sort(|x, y| x[1] - y[1]); for q in p { q[0] = 5; print(q); } p',
    (
        "fn add(a, b) { a + b } fn in3(a, b, c) { if c < a { a } else if c > b { b } else { c } } fn put(a, b) { a.push(b); a } "
        'let f = Fn("add").curry(5); let g = Fn("in3").curry(0).curry(9); let h = Fn("put").curry([1]); '
        'let z = Fn("add").curry(1).curry(2); '
        "let k = |a, b, c| [a, b, c]; let l = k.curry(1); let m = k.curry(1, 2); "
        "for i in 0..4 { print([f.call(i), g.call(i * 5 - 3), h.call(i), z.call(), l.call(i, 7), m.call(i)]); } f.call(1, 2)"
    ),
    "let n = 0; let f = |a, b| { n += a; n * b }; let g = f.curry(2); for i in 0..3 { print(g.call(i)); } n",
    # Sorting by what fails, gives bools, floats, or changes what is sorted.
    (
        "let a = [3, 1, 2]; a.sort(|x, y| x < y); print(a); a.sort(|x, y| y - x); print(a); "
        'a.sort(|x, y| "s"); print(a); a.sort(|x, y| x / 0); a'
    ),
    "let a = [3, 1, 2]; let n = 0; a.sort(|x, y| { n += 1; a.push(9); x - y }); print(n > 0); a",
    "fn by(x, y) { x - y } let a = [3, 1, 2]; a.sort(by); print(a); let d = |k, x, y| (x - y) * k; a.sort(d.curry(-1)); a",
    "let a = [3, 1, 2]; a.sort(|x, y| throw x);  for i in 0..2 { a.sort(|x, y| y - x); } a",
    # New entries that hold arrays and maps; maps in maps under computed keys; records copied with what is in them.
    (
        'let m = #{}; for i in 0..70 { let k = "k" + i % 66; if m[k] == () { m[k] = []; } m[k].push(#{ n: i, s: `${i}` }); '
        "let j = `${i % 3}`; if !(j in m) { m[j] = #{}; } m[j][k] = (m[j][k] ?? 0) + i; } m"
    ),
    'let m = #{}; let k = 1; m["a"] = []; m[k] = [];',
    'let m = #{}; for i in 0..3 { m["a"][`${i}`] = 1; }',
    'let m = #{ x: 5 }; let k = "x"; for i in 0..3 { m[k]["y"] = i; }',
    (
        'fn step(r, i) { r.log.push("s" + i); r.at.n += i; r.n = i; r } let r = #{ n: 0, log: [], at: #{ n: 0, t: "x" } }; '
        "let all = []; for i in 0..5 { all.push(r); r = step(r, i); } [r, all]"
    ),
    (
        "fn step(r) { r.log.push(1); r } let r = #{ log: [], n: 1 }; for i in 0..600 { r.log.push(i); "
        "} for i in 0..3 { r = step(r); } r.log.len()"
    ),
    "fn step(r) { if r == () { r = #{ n: 0, l: [] }; } r.n += 1; r.l.push(r.n); r } let r = (); for i in 0..4 { r = step(r); } r",
    # Totals kept in a map: the entry may not be there yet.
    (
        "let m = #{}; for i in 0..9 { let k = `${i % 2}`; let t = m[k]; if t == () { t = #{ n: 0, l: [] }; } t.n += i; t.l.push(`${i}`); "
        "m[k] = t; } m"
    ),
    'let m = #{}; let t = m["x"]; for i in 0..2 { if i == 1 { t = #{ n: 0, l: [] }; } t.n += 1; }',
    'let m = #{}; let t = m["x"]; for i in 0..2 { if i == 5 { t = #{ n: 0, l: [] }; } t.l.push(1); }',
    # Texts beside anything, and characters.
    (
        'for v in ["a", \'a\', 1, 1.0, (), [1], #{}, true, ""] { let s = ""; s += "a"; print([s == v, v == s, s != v, v != s]); '
        "for c in s { let w = if v == 1 { c } else { s }; print([c == w, w != c]); } }"
    ),
    'let b = blob(2); for c in "ab" { for v in [b, c] { print(c == v); } }',
    """for c in "a1 b".chars() { print(c == 'a'); if c >= '0' && c <= '9' { print(c.to_string() + c); } let l = [c]; print(l); }""",
    "let s = \"\"; s.pad(70_000, 'x'); let n = 0; for c in s.chars() { n += 1; } n",
    """for s in ["", "abc", "a"] { let t = s + ""; for c in "ab" { print([t.index_of(c), t.index_of("bc"), t.index_of("")]); } }""",
    'fn index_of(x) { 7 } let s = "abc"; for i in 0..2 { print(s.index_of("c")); }',
    # Sums of many texts: short, long, with parts that print.
    'fn p(x) { print(x); x } for i in 0..3 { let s = "a" + p(i) + "-" + p(`${i}`) + \'c\' + i + ";"; print(s); }',
    f'let s = "{LONG}"; for i in 0..3 {{ let t = "a" + i + s + i + "b" + s + 1.5 + "c" + i; print(t); }}',
    'let s = "a"; for i in 0..3 { let t = s + i + { s += "x"; s } + "-" + s; print(t); } s',
    'for i in 0..3 { let t = 1 + 2 + "a" + 3 + 4 + i; print(t); }',
    # Texts and numbers of unknown types, in literals too.
    'let l = ["12", 7, \'c\', 1.5, true, "'
    + "y" * 90
    + '"]; for v in l { let r = #{ a: v, b: [1], s: "t" }; print(r); print(v.to_string()); }',
    'for v in ["12", " 7", "-3", "x", "99999999999999999999"] { try { print(parse_int(v) + 1); } catch (e) { print(e); } }',
    # Floats that may not be there yet.
    (
        "let r = #{ min: (), max: () }; for v in [1.5, 7.25, -3.0, 7.25] { if r.min == () || v < r.min { r.min = v; } "
        "if r.max == () || v >= r.max { r.max = v; } } print(r); let m = #{}; m.a = 1.0; m.b < 2.5"
    ),
    # Division where nobody looks at the error.
    "let n = 0; for i in -3..4 { try { n += 10 / i; n += 7 % i; } catch { n += 100; } } n",
    "let n = 0; for x in [0, 0.0, 2, 'c', 1.5] { try { n += 10 / x; } catch (e) { n += 100; } } n",
    "let n = 0; for i in 0..3 { try { try { n += 1 / i; } catch (e) { print(e); n / 0 } } catch { n += 5; } } n",
    # A text so long that joining it is charged for.
    'let t = ""; t.pad(30_000, "x"); let s = ""; for i in 0..3 { s += t; s += "y"; } s.len()',
    # A variable that starts with a closure may get what another evaluation of the same closure made: by a store, or by a method.
    "fn run(a, l) { let k = |x| x + a; l.push(k); for i in 0..9 { if i == 3 { k = l[0]; } print(k.call(i)); } l } run(9, run(3, [])).len",
    (
        "fn put(l) { this = l[0]; } fn run(a, l) { let k = |x| x + a; l.push(k); for i in 0..9 { k.put(l); print(k.call(i)); } l } "
        "run(9, run(3, [])).len"
    ),
    "fn run(a) { let s = 0; for j in 0..3 { let k = |x| x + a + j; for i in 0..20 { s += k.call(i); } } s } run(1) + run(2)",
    # Lengths of what has no type.
    (
        'fn f(x) { switch x % 5 { 0 => "abc", 1 => [1], 2 => #{ a: 1, b: 2 }, 3 => #{ len: || 77 }, _ => 5..9 } } '
        "for i in 0..12 { try { print(f(i).len()); } catch (e) { print(e); } }"
    ),
    "fn f(x) { if x == 0 { () } else if x == 1 { 'c' } else { 5 } } for i in 0..3 { try { print(f(i).len()); } catch (e) { print(e); } }",
    'fn len(x) { 5 } fn f(x) { if x > 1 { "abc" } else { [1] } } for i in 0..3 { print(f(i).len()); }',
    'fn array.len() { 7 } fn f(x) { if x > 1 { "abc" } else { [1] } } for i in 0..3 { print(f(i).len()); }',
    (
        'let m = #{ v: [1, "a", #{ c: [] }] }; let x = m; for i in 0..3 { x = x.v ?? [i]; print(x.len()); let q = '
        'x[0]; x = #{ v: if i == 0 { "text" } else { () } }; }'
    ),
    'let v = if true { [1] } else { "a" }; let g = || { v.push(1); v.len() }; for i in 0..3 { print(g.call()); print(v.len()); }',
    'let j = parse_json("{\\"a\\": [1, 2], \\"s\\": \\"\\u00e9x\\"}"); for i in 0..2 { print(j.a.len() + j.s.len()); }',
    'let b = [blob(3), "ab", [1]]; for x in b { print(x.len()); }',
]


@pytest.mark.parametrize("source", SOURCES)
def test_the_quick_way_and_the_library_agree(source: str) -> None:
    agree(source)


@pytest.mark.parametrize(
    ("source", "limits", "limit"),
    [
        ('let s = ""; loop { s += "abcdefgh"; }', Limits(max_string_size=30_000), "max_string_size"),
        ('let s = ""; loop { s += "\u00e9"; }', Limits(max_string_size=30_000), "max_string_size"),
        ('let s = "ab"; loop { s = s + s; }', Limits(max_string_size=30_000), "max_string_size"),
        ('let s = "ab"; loop { s = `${s}${s}`; }', Limits(max_string_size=30_000), "max_string_size"),
        ('let s = "\ufb03"; let t = ""; loop { s += "\ufb03"; t = s.to_upper(); }', Limits(max_string_size=150), "max_string_size"),
        ('let s = ""; loop { s += "abcdefgh"; }', Limits(max_memory=100_000), "max_memory"),
        ('let a = []; loop { let s = ""; for i in 0..500 { s += "abcdefgh"; } a.push(s); }', Limits(max_memory=200_000), "max_memory"),
        ("let a = []; loop { a.push(#{ n: 1 }); }", Limits(max_map_size=5_000), "max_map_size"),
        ('let m = #{}; for i in 0..9_999 { m["k" + i] = i; }', Limits(max_map_size=300), "max_map_size"),
        ("let m = #{}; loop { m.a = 1; m.b = 2; m.c = 3; }", Limits(max_map_size=2), "max_map_size"),
        ("let a = []; loop { a.push(#{ n: 1 }); }", Limits(max_array_size=10), "max_array_size"),
        ('let m = #{}; let i = 0; loop { m["k" + i] = []; i += 1; }', Limits(max_map_size=300), "max_map_size"),
        (
            'let s = "x"; loop { s += "abcd"; let v = [s, 1]; let i = 0; let a = #{ a: v[i], b: v[i] }; }',
            Limits(max_string_size=5_000),
            "max_string_size",
        ),
        ('let s = "ab"; loop { s = s + "-" + s + 1; }', Limits(max_string_size=30_000), "max_string_size"),
        ("let a = []; loop { a.push(#{ n: 1 }); }", Limits(max_memory=100_000), "max_memory"),
        ("let i = 1; loop { let a = [[i, i], [i, i]]; i += 1; }", Limits(max_array_size=5), "max_array_size"),
        ("let i = 1; loop { let a = #{ a: #{ n: i }, b: #{ n: i } }; i += 1; }", Limits(max_map_size=3), "max_map_size"),
        ('let s = "x"; loop { s += "abcd"; let a = #{ a: s, b: s }; }', Limits(max_string_size=5_000), "max_string_size"),
        (
            'let a = []; let s = ""; s.pad(990, "x"); loop { a.push(#{ s: s }); }',
            Limits(max_string_size=5_000),
            "max_string_size",
        ),
    ],
)
def test_limits_hold_on_quick_ways(source: str, limits: Limits, limit: str) -> None:
    program = compile_script(source, limits=limits)
    assert isinstance(program, Program)
    outcome = program.run()
    assert isinstance(outcome.error, Stop)
    assert outcome.error.limit == limit


def test_a_text_is_no_longer_than_its_limit_allows() -> None:
    program = compile_script('let s = ""; try { loop { s += "abc"; print(s.len()); } } catch { }', limits=Limits(max_string_size=30_000))
    assert isinstance(program, Program)
    outcome = program.run()
    assert outcome.prints[-1] == "30000"


def test_a_number_of_unknown_type_may_have_too_many_digits() -> None:
    program = compile_script('let s = ""; for x in [1, "x", 123456] { s = x.to_string(); }', limits=Limits(max_string_size=5))
    assert isinstance(program, Program)
    error = program.run().error
    assert isinstance(error, Stop)
    assert error.limit == "max_string_size"
