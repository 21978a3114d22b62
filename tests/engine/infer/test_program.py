"""What inference finds out about variables and results, and what it must not believe.

A source's variables are asked for by name; the same source must run alike compiled with types and without.
"""

import pytest

from app.engine import Limits
from app.engine.infer import Expressions, Kind, Type, infer
from app.engine.parser import parse
from app.engine.resolve import resolve
from app.engine.source import Source
from app.engine.stdlib import STANDARD
from app.engine.translation import parse_limits
from tests.engine.differential import agree_untyped


def typed(source: str, *, is_closed: bool = True) -> tuple[Expressions, dict[str, Type]]:
    """The inferred types, and those of the variables by name (the last declared of a name)."""
    script, found = parse(Source(source), parse_limits(Limits()))
    assert not found
    resolution = resolve(script, STANDARD)
    expressions = infer(script, resolution, STANDARD, is_closed=is_closed)
    return expressions, {binding.name: expressions.of_binding(binding) for binding in resolution.flows.bindings}


def kind(source: str, name: str = "x") -> Kind:
    """The kind of a variable of a source, which must also run alike with types and without."""
    agree_untyped(source)
    return typed(source)[1][name].kind


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("let x = 1; x += 2; x", Kind.INT),
        ("let x = 1; x += 0.5; x", Kind.ATOM),
        ('let x = 1; if x > 0 { x = "a"; } x', Kind.ATOM),
        ("let x = []; x.push(1); x", Kind.ARRAY),
        ("let a = [1, 2]; let x = a[0]; x", Kind.INT),
        ('let a = [1]; a.push("t"); let x = a[0]; x', Kind.ATOM),
        ('let a = [1]; a += "t"; let x = a[1]; x', Kind.ATOM),
        ('let a = [[1]]; a[0][0] = "t"; let x = a[0][0]; x', Kind.ATOM),
        ("let m = #{k: 1}; let x = m.k; x", Kind.INT),
        ('let m = #{k: 1}; m.k = "s"; let x = m.k; x', Kind.ATOM),
        ('let m = #{k: 1}; m["k"] = []; let x = m.k; x', Kind.UNKNOWN),
        ('let m = #{k: 1}; m.remove("k"); let x = m.k; x', Kind.ATOM),
        ("let m = #{k: 1}; let n = \"k\"; m[n] = 'c'; let x = m.k; x", Kind.ATOM),
        ("fn f(a) { a * 2 } let x = f(4); x", Kind.INT),
        ('fn f(a) { if a > 0 { return "s"; } a } let x = f(4); x', Kind.ATOM),
        ("fn f(n) { if n < 2 { n } else { f(n - 1) + f(n - 2) } } let x = f(9); x", Kind.INT),
        ("let x = 0; for i in 0..3 { x = i; } x", Kind.INT),
        ("let x = ' '; for c in \"abc\" { x = c; } x", Kind.CHAR),
        ('let x = ""; for p in "a b".split(" ") { x = p; } x', Kind.TEXT),
        ("let x = if 1 < 2 { 1 } else { 2 }; x", Kind.INT),
        ("let x; x", Kind.ATOM),
        ('let m = #{}; let k = "a"; for i in 0..3 { m[k] = (m[k] ?? 0) + 1; } let x = m[k] ?? 0; x', Kind.INT),
        ("let m = #{}; m.a = 1.5; let x = 0.0; x += m.a; x = m.a * 2; x", Kind.FLOAT),
        ("let m = #{}; m.len(); m.a = 1; let x = 1; x = m.a; x", Kind.ATOM),
        ("let a = [#{ n: 1 }]; a.sort(|p, q| p.n - q.n); let x = a[0].n; x", Kind.INT),
        ("let m = #{ a: 1, b: 2 }; let x = 0; for v in m.values() { x = v; } x", Kind.INT),
        ("let m = #{ a: 1, values: || 5 }; let x = m.values(); x", Kind.INT),
        # Positions of arrays that are written down.
        ('let a = [1, "t"]; let x = a[0]; x', Kind.INT),
        ('fn f(n) { if n > 3 { return [n, "t", 1.5]; } [0, `${n}`] } let x = f(4)[1]; x', Kind.TEXT),
        ('let x = ""; for pair in [["a", 1], ["b", 2]] { x = pair[0]; } x', Kind.TEXT),
        ('let a = [1, "t"]; a.pop(); a += ["u"]; let x = a[1]; x', Kind.ATOM),
        ('let a = [1, "t"]; let b = ["u"] + a; let x = b[1]; x', Kind.ATOM),
        ('let a = [1, "t"]; let x = a[-2]; x', Kind.ATOM),
        # Loops and handlers.
        ("fn f(n) { loop { if n > 5 { return n; } n += 1; } } let x = f(1); x", Kind.INT),
        ('let x = loop { break "t"; }; x', Kind.TEXT),
        ("let n = 3; let x = while n > 0 { n -= 1; if n == 1 { break 7; } }; x", Kind.ATOM),
        ('fn f(t) { try { return parse_int(t); } catch { return -1; } } let x = f("4"); x', Kind.INT),
        ('fn f(t) { try { parse_int(t) } catch { } } let x = f("4"); x', Kind.ATOM),
        # What a native gives whatever it is given, and characters that are asked for.
        ('let m = #{}; m.a = 1; m.a = "2"; let x = parse_int(`${m.a}`); x', Kind.INT),
        ('let a = ["1", 2.5, ()]; let i = 0; let x = a[i].to_string(); x', Kind.TEXT),
        ("let x = ' '; for c in \"abc\".chars() { x = c; } x", Kind.CHAR),
        ('fn chars() { [1] } let x = 0; for c in "abc".chars() { x = c; } x', Kind.INT),
    ],
)
def test_a_variable_has_the_kind_of_all_that_is_stored_in_it(source: str, expected: Kind) -> None:
    assert kind(source) is expected


@pytest.mark.parametrize(
    "source",
    [
        'let x = 1; let f = || x = "a"; f.call(); x',
        'fn set() { this = "a"; } let x = 1; x.set(); x',
        'fn set() { this = "a"; } let a = [1]; a[0].set(); let x = a[0]; x',
        "let m = #{k: 1, f: || this.k = []}; m.f(); let x = m.k; x",
        "let m = #{k: 1, len: || { this.k = []; 7 }}; m.len(); let x = m.k; x",
        "let m = #{k: 1}; m.f = || { this = 5; }; m.f(); let x = m; x",
        "let x = 1; x.take(); x",
        "let a = [1]; a.for_each(|| this = []); let x = a[0]; x",
        "let a = [1, 2].filter(|| { this = []; true }); let x = a[0]; x",
        'fn f(a) { a } let p = Fn("f"); f(1); let x = p.call([2]); f(3)',
        'let x = 1; eval("x = []"); x',
        "try { throw [1]; } catch (x) { x }",
        # What moves elements.
        'let a = [1, "t"]; a.reverse(); let x = a[0]; x',
        'let a = [1, "t"]; a.shift(); let x = a[0]; x',
        'let a = [1, "t"]; a.insert(0, 1.5); let x = a[0]; x',
        'let a = [1, "t"]; a.remove(0); let x = a[0]; x',
        'let a = [[2, "t"], [1, "u"]]; a[0] += [1]; a[0].reverse(); let x = a[0][0]; x',
        'let a = [1, "t"]; let b = a.filter(|v| v == "t"); let x = b[0]; x',
        'let a = [1, "t"]; a[0] = "u"; let x = a[0]; x',
        'fn f() { this.reverse(); } let a = [1, "t"]; a.f(); let x = a[0]; x',
        # A map may have a method of any name, as soon as there are pointers.
        'let m = #{}; let k = "to_string"; m[k] = || 5; let n = [m, 1]; let i = 0; let x = n[i].to_string(); x',
    ],
)
def test_a_variable_that_something_else_may_change_is_not_believed(source: str) -> None:
    assert kind(source) in (Kind.UNKNOWN, Kind.ATOM)


@pytest.mark.parametrize(
    ("source", "name", "expected"),
    [
        ("let a = [1]; a.map(|x| x + 1)", "x", Kind.INT),
        ("let a = [1]; let b = a.map(|x| `${x}`); let y = b[0]; y", "y", Kind.TEXT),
        ('let a = ["s"]; a.filter(|x, i| i > 0 || x == "s")', "x", Kind.TEXT),
        ("let a = [1]; a.reduce(|sum, x| sum + x, 0)", "sum", Kind.INT),
        ("let a = [1]; a.reduce(|sum, x| `${sum}${x}`, 0)", "sum", Kind.ATOM),
        ('let a = [1]; let z = || "s"; a.reduce(|sum, x| sum + x, z)', "sum", Kind.UNKNOWN),
        ('let a = [1]; a.push("s"); a.map(|x| x)', "x", Kind.ATOM),
        ("let m = #{map: |f| f.call([])}; m.map(|x| x)", "x", Kind.UNKNOWN),
        ("fn map(f) { f.call([]) } let a = [1]; a.map(|x| x)", "x", Kind.UNKNOWN),
        ("let a = [1]; let f = |x| x; a.map(f)", "x", Kind.UNKNOWN),
        ("let a = [1, 2]; a.sort(|x, y| y - x)", "x", Kind.INT),
        ("let a = [1, 2]; let f = |x, y| y - x; a.sort(f)", "x", Kind.UNKNOWN),
        ("let m = #{sort: |f| f.call([], 1)}; m.sort(|x, y| y)", "x", Kind.UNKNOWN),
    ],
)
def test_a_closure_written_for_a_native_gets_the_elements_of_the_array(source: str, name: str, expected: Kind) -> None:
    assert kind(source, name) is expected


def test_a_function_behind_a_pointer_takes_anything() -> None:
    source = 'fn f(a) { a + 1 } print(f(1)); let p = f; p.call("s")'
    assert kind(source, "a") is Kind.UNKNOWN


def test_a_function_that_a_native_calls_by_name_takes_anything() -> None:
    assert kind('fn f(a) { a + 1 } print(f(1)); ["s"].map("f")', "a") is Kind.UNKNOWN
    assert kind('fn f(a) { a + 1 } print(f(1)); let n = "f"; filter([1], n)', "a") is Kind.UNKNOWN
    assert kind('fn f(a) { a + 1 } print(f(1)); [1].index_of(2); "text".index_of("f")', "a") is Kind.INT


def test_the_parameters_of_a_function_that_others_may_call_take_anything() -> None:
    types = typed("fn f(a) { a + 1 } f(1)", is_closed=False)[1]
    assert types["a"].kind is Kind.UNKNOWN


def test_nothing_is_asked_of_a_function_that_nobody_calls() -> None:
    assert kind("fn f(a) { a + 1 } 1", "a") is Kind.UNKNOWN


def test_a_captured_variable_has_the_type_of_what_closures_store_too() -> None:
    assert kind("let x = 1; let f = |v| { x += v; }; f.call(2); x") is Kind.INT
    assert kind("let x = 1; let f = |v| { x += v; }; f.call(2.5); x") is Kind.ATOM
    assert kind("let x = 1; let f = |v| { x += v; }; f.curry(2).call(); x") is Kind.UNKNOWN
    assert kind("let x = 1; let f = || x; f.call()") is Kind.INT


@pytest.mark.parametrize(
    ("source", "bits"),
    [
        ("let x = 0; for i in 0..1_000_000_000 { x += i; }", 62),
        ("let a = [1]; a[0] += 5; let x = a[0];", 62),
        ("let a = [1, 2]; let x = a.reduce(|sum, v| sum + v, 0);", 62),
        ("let x = 1; x += x;", 63),
        ("let x = 1; x = x + 10_000_000_000;", 63),
        ("let x = 1; for i in 0..1_000 { x -= i * i * i; }", 63),
        ("let x = 1; false && (true || { x += 1; true }); x += 300;", 63),
        ("let x = 7; x = x % 100 & 255;", 8),
        # An argument that grows a size in each of several calls comes to the largest size before rounds are cut short.
        ("fn f(a, b, c) { if b >= a { c } else { f(f(a - 1, b, c), f(b - 1, c, a), f(c - 1, a, b)) } } let x = f(14, 8, 3);", 62),
        ("fn f(a, b, c) { if b >= a { c } else { f(f(a - c, b, c), f(b - 1, c, a), f(c - 1, a, b)) } } let x = f(14, 8, 3);", 63),
        ("let y = 70368744177663; let x = y + 1; x += 3; x /= 2;", 62),
        ("let y = 70368744177663; let x = y - 2_000_000_000;", 63),
        ("let y = 70368744177663; let x = y + y;", 63),
        ("let x = 'a'.to_int();", 25),
    ],
)
def test_under_moderate_limits_an_integer_that_steps_stays_small(source: str, bits: int) -> None:
    script, _ = parse(Source(source), parse_limits(Limits()))
    resolution = resolve(script, STANDARD)
    expressions = infer(script, resolution, STANDARD, is_closed=True, is_moderate=True)
    (binding,) = [binding for binding in resolution.flows.bindings if binding.name == "x"]
    assert expressions.of_binding(binding).bits == bits


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("let m = #{}; m.a = [1]; for v in m.a { let x = v; x; }", Kind.INT),
        ('let m = #{}; let k = "a"; m[k] = []; m[k].push(1.5); let x = m[k][0]; x', Kind.FLOAT),
        ('let m = #{}; let k = "a"; m[k] = #{ n: 1 }; let x = m[k].n; x', Kind.INT),
        ('let m = #{}; let k = "a"; m[k] = [1]; let x = m[k] ?? []; x', Kind.ARRAY),
        ('let m = #{}; let k = "a"; m[k] = [1]; let x = m[k].len(); x', Kind.INT),
        ("fn f(n) { if n > 0 { [n] } } let x = f(1)[0]; x", Kind.INT),
        ('let m = #{}; let k = "a"; m[k] = [1]; let x = m[k]; x', Kind.UNKNOWN),
        ('let m = #{}; let k = "a"; m[k] = [1]; m[k] += m["b"]; let x = m[k][1]; x', Kind.UNKNOWN),
        ('let m = #{}; let k = "a"; m[k] = [1]; let x = m[k].to_string(); x', Kind.TEXT),
        ('let f = || 1; let m = #{}; let k = "a"; m[k] = [1]; let x = m[k].to_string(); x', Kind.UNKNOWN),
        ('let m = #{}; let k = "a"; m[k] = #{ n: 1 }; let x = m[k].sum(2); fn sum(a) { this.n + a } x', Kind.INT),
        ('let m = #{}; let k = "a"; m[k] = [1]; m[k] = "t"; let x = m[k][0]; x', Kind.UNKNOWN),
        ("fn f(n) { if n > 0 { [n] } else if n < 0 { #{} } } let x = f(1); x", Kind.UNKNOWN),
    ],
)
def test_what_may_be_an_array_or_a_map_or_nothing_is_what_it_holds(source: str, expected: Kind) -> None:
    assert kind(source) is expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('fn f(v) { if type_of(v) == "i64" { let x = v; x } } f(1); f("")', Kind.INT),
        ('fn f(v) { if type_of(v) != "array" { return; } let x = v; x } f([1]); f("")', Kind.ARRAY),
        ('fn f(v) { switch type_of(v) { "map" => { let x = v; x } _ => 0 } } f(#{}); f(1)', Kind.MAP),
        ('fn f(v) { if type_of(v) == "string" && v.len() > 0 { let x = v; x } } f("a"); f(1)', Kind.TEXT),
        ('fn f(v) { if type_of(v) != "string" || v == "" { 0 } else { let x = v; x } } f("a"); f(1)', Kind.TEXT),
        ("fn f(v) { if !(v == ()) { let x = v; x } } f(()); f(1)", Kind.INT),
        ("fn f(v) { if v == () { return 0; } let x = v; x } f(()); f([])", Kind.ARRAY),
        # What may have changed since, or isn't told.
        ('fn f(v) { if type_of(v) == "i64" { v = "t"; let x = v; x } } f(1); f("")', Kind.ATOM),
        ('fn f(v) { if type_of(v) == "i64" { let g = || v = "t"; g.call(); let x = v; x } } f(1); f("")', Kind.ATOM),
        ('fn g() { this = 1; } fn f(v) { if type_of(v) == "map" { v.g(); let x = v; x } } f(#{}); f("")', Kind.UNKNOWN),
        ('fn f(v) { if type_of(v) == "map" { v.clear(); let x = v; x } } f(#{ clear: || this = 1 }); f("")', Kind.UNKNOWN),
        ('fn f(v) { if type_of(v) == "i64" { 0 } let x = v; x } f(1); f("")', Kind.ATOM),
        ('fn f(v) { if type_of(v) == "i64" || v == "" { let x = v; x } } f(1); f("")', Kind.ATOM),
        ('fn f(v) { v == () || { if type_of(v) == "i64" { return; } true }; let x = v; x } f(1); f("")', Kind.ATOM),
        ('fn f(v) { for w in [1, ""] { if type_of(v) != "i64" { break; } } let x = v; x } f(1); f("")', Kind.ATOM),
    ],
)
def test_a_condition_tells_the_type_of_a_variable_where_it_holds(source: str, expected: Kind) -> None:
    assert kind(source) is expected
