"""Comparers that only compare keys: recognised, sorted without calls, and never where that could be told."""

from __future__ import annotations

import pytest

from app.engine import Limits, Program, compile_script, tree
from app.engine.lower.orders import keys_of
from app.engine.parser import parse
from app.engine.runtime.machine import Machine
from app.engine.source import Source
from tests.engine.differential import agree

RECORDS = (
    "let a = []; let n = 7; for i in 0..40 { n = (n * 31 + 11) % 53; a.push(#{ i: i, n: n % 11, f: (n % 13) * 0.5, s: `k${n % 9}`, "
    "c: if n > 20 { 'x' } else { 'b' }, p: #{ q: [n % 5, i] } }); } "
)

KEYS = {
    "x.n - y.n": "n",
    "y.n - x.n": "-n",
    "y - x": "-",
    "return x.n - y.n": "n",
    "{ x.n - y.n }": "n",
    "x.n < y.n": "n",
    "y.n < x.n": "-n",
    "x.n > y.n": "-n",
    'x["n"] - y["n"]': "n",
    "x.p.q[1] - y.p.q[1]": "p.q.1",
    "if x.n < y.n { -1 } else { 1 }": "n",
    "if x.n > y.n { 1 } else { y.n == x.n && x.n < y.n }": "",
    "if x.n < y.n { -1 } else if x.n > y.n { 1 } else { 0 }": "n",
    "if x.n > y.n { 1 } else if x.n == y.n { 0 } else { -1 }": "n",
    "if x.n == y.n { y.i - x.i } else { x.n - y.n }": "n -i",
    "if x.n != y.n { return x.n - y.n; } y.i - x.i": "n -i",
    "if x.s != y.s { if x.s < y.s { -1 } else { 1 } } else { y.p.q[0] - x.p.q[0] }": "s -p.q.0",
    "if x.n < y.n || x.n == y.n && x.i > y.i { -1 } else { 1 }": "n -i",
    "if x.n == y.n { 1 } else { x.n - y.n }": "n",
    # Equal elements come first, so that what is stable isn't kept.
    "x.n <= y.n": "",
    "x.n >= y.n": "",
    "if x.n > y.n { 1 } else { -1 }": "",
    "if x.n == y.n { -1 } else { x.n - y.n }": "",
    # No order, or not by keys alone.
    "if x.n < y.n { 1 } else { 0 }": "",
    "if x.n < y.n { -1 } else { x.i - y.i }": "",
    "if x.n < y.n { return -1; } x.i - y.i": "",
    "x.n - x.i": "",
    "x.n - y.i": "",
    "x.n + y.n": "",
    "-1": "",
    "1": "",
    "true": "",
    "x?.n - y?.n": "",
    "x.n() - y.n()": "",
    "x.n - m.n": "",
    "if x.n < y.n { -1 }": "",
    "if x.n < y.n { print(1); -1 } else { 1 }": "",
    "if x.n < y.n { print(1); } x.i - y.i": "",
    "{ let x = y; x.n - y.n }": "",
}


def _closure(body: str) -> tree.Closure:
    script, diagnostics = parse(Source(f"f(|x, y| {{ {body} }})"))
    assert not diagnostics
    call = script.statements[0]
    assert type(call) is tree.ExprStmt
    assert type(call.expr) is tree.Call
    closure = call.expr.args[0]
    assert type(closure) is tree.Closure
    return closure


@pytest.mark.parametrize(("body", "keys"), KEYS.items())
def test_a_comparer_orders_by_keys_if_it_says_so_in_all_cases(body: str, keys: str) -> None:
    found = ["-" * key.is_descending + ".".join(map(str, key.path)) for key in keys_of(_closure(body))]
    assert found == keys.split()


@pytest.mark.parametrize("body", KEYS)
def test_sorting_by_a_comparer_is_the_same_in_all_ways(body: str) -> None:
    agree(f"{RECORDS} let m = #{{ n: 1 }}; a.sort(|x, y| {{ {body} }}); a.map(|x| x.i)")


@pytest.mark.parametrize(
    "elements",
    [
        "#{ n: i * 37 % 41 }",
        "#{ n: if i == 7 { 1.5 } else { i } }",
        "#{ n: if i == 7 { () } else { 50 - i } }",
        "if i == 7 { #{} } else { #{ n: 50 - i } }",
        "if i == 7 { 3 } else { #{ n: 50 - i } }",
        "#{ n: if i % 2 == 0 { 'a' } else { \"b\" } }",
        "#{ n: 1.0 + (i * 37 % 41) * 1e-16 }",
        "#{ n: (i * 37 % 41) * 1.5 }",
        "#{ n: if i == 7 { 0.0 / 0.0 } else { 50.0 - i } }",
        "#{ n: if i == 7 { 1.0 / 0.0 } else { 50.0 - i } }",
        "#{ n: if i % 2 == 0 { 9223372036854775000 - i } else { -9223372036854775000 + i } }",
        "#{ n: i % 3 == 0 }",
        "#{ n: [i * 37 % 41] }",
        "#{ n: `k${i * 37 % 41}` }",
        "#{ n: i }",
        "#{ n: -i }",
    ],
)
@pytest.mark.parametrize("body", ["x.n - y.n", "x.n < y.n", "if x.n == y.n { 0 } else if x.n > y.n { -1 } else { 1 }"])
@pytest.mark.parametrize("count", [0, 1, 15, 16, 40])
def test_keys_of_whatever_type_are_ordered_as_by_calls(elements: str, body: str, count: int) -> None:
    agree(f"let a = []; for i in 0..{count} {{ a.push({elements}); }} a.sort(|x, y| {body}); let b = a.order(|x, y| {body}); [a, b]")


def _operations(source: str) -> int:
    program = compile_script(source)
    assert isinstance(program, Program)
    outcome = program.run()
    assert outcome.error is None
    return outcome.operations


@pytest.mark.parametrize("key", ["i * 7919 % 1009", "i", "-i", "i * 37 % 11", "i % 100", "(i - 500) * (i - 500)"])
@pytest.mark.parametrize("body", ["x - y", "if x < y { -1 } else if x > y { 1 } else { 0 }"])
def test_as_many_operations_are_counted_as_calls_would_take(key: str, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    source = f"let a = []; for i in 0..1000 {{ a.push({key}); }} a.sort(|x, y| {body});"
    by_keys = _operations(source)
    monkeypatch.setattr(Machine, "keys", lambda _machine, _function: ())
    by_calls = _operations(source)
    assert 0.9 * by_calls <= by_keys <= 1.4 * by_calls


def test_sorting_by_keys_ends_where_the_operations_do() -> None:
    source = "let a = []; for i in 0..1000 { a.push(i * 7919 % 1009); } a.sort(|x, y| x - y); a"
    program = compile_script(source, limits=Limits(max_operations=30_000))
    assert isinstance(program, Program)
    error = program.run().error
    assert error is not None
    assert error.kind == "ErrorTooManyOperations"


def test_a_comparer_that_cant_be_called_at_this_depth_stops_the_run() -> None:
    agree("fn f(n, a) { if n > 0 { return f(n - 1, a); } a.sort(|x, y| x - y); a } let a = []; a.pad(40, 1); for n in 0..20 { f(n, a); }")
