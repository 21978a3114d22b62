"""Runs after runs of one program: whatever the ones before did, each is like the first."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.engine import DebugLine, Host, Limits, Outcome, Program, compile_script
from app.engine.errors import Stop
from app.engine.values import Value
from tests.engine.differential import shown

LIMITS = Limits(max_operations=20_000, max_string_size=10_000, max_array_size=1_000, max_map_size=1_000, max_memory=1_000_000)


def _program(source: str, *names: str) -> Program:
    program = compile_script(source, limits=LIMITS, globals=names)
    assert isinstance(program, Program)
    return program


def _like(outcome: Outcome, other: Outcome) -> bool:
    return (shown(outcome), outcome.usage) == (shown(other), other.usage)


FIRST: list[Mapping[str, Value]] = [
    {"n": 1},
    {"n": 30},
    {"n": "text"},
    {"n": 1_000_000},
]
"""What the run before is given: it ends well, ends well after deep calls, fails, or hits a limit."""


@pytest.mark.parametrize("before", FIRST, ids=["well", "deep", "failed", "stopped"])
@pytest.mark.parametrize(
    "source",
    [
        "fn sum(n) { if n <= 0 { 0 } else { n + sum(n - 1) } } if n < 100 { sum(n) } else { let i = 0; while i < n { i += 1; } i }",
        "const TOP = n; fn top() { global::TOP } let a = []; for i in 0..n { a.push(`${i}`); } print(a.len()); [top(), a]",
        "let f = |x| x + n; let total = 0; for i in 0..n { total += f.call(i); } debug(total); total",
        'let s = ""; for i in 0..n { s += "abc"; } let m = #{ s: s }; m.more = s; m',
        "let kept = []; for i in 0..n { try { throw i; } catch (e) { kept.push(e); } } kept",
        "if n > 20 { exit(n); } [n, 1].map(|v| v * 2)",
        'let x = 1; eval("x += n"); x',
    ],
)
def test_a_run_is_like_the_first_whatever_the_one_before_did(source: str, before: Mapping[str, Value]) -> None:
    used, fresh = _program(source, "n"), _program(source, "n")
    used.run(bindings=before)
    assert _like(used.run(bindings={"n": 7}), fresh.run(bindings={"n": 7}))


@pytest.mark.parametrize("rounds", [1, 3, 50])
def test_a_limit_stops_at_the_same_operation_after_other_runs(rounds: int) -> None:
    source = "let i = 0; while i < n { print(i); i += if i % 3 == 0 { 1 } else { 2 }; }"
    used, fresh = _program(source, "n"), _program(source, "n")
    for at in range(rounds):
        assert used.run(bindings={"n": at * 5}).error is None
    stopped, expected = used.run(bindings={"n": 1_000_000}), fresh.run(bindings={"n": 1_000_000})
    assert isinstance(stopped.error, Stop)
    assert _like(stopped, expected)


def test_a_containers_content_does_not_come_back() -> None:
    program = _program("let m = #{ list: [], text: given }; m.list.push(given); m", "given")
    first = program.run(bindings={"given": "secret"})
    second = program.run(bindings={"given": "other"})
    assert first.value == {"list": ["secret"], "text": "secret"}
    assert second.value == {"list": ["other"], "text": "other"}


def test_what_a_run_was_given_by_its_host_is_gone_after_it() -> None:
    heard: list[str | DebugLine] = []
    asked: list[int] = []
    program = _program('print("one"); timestamp(); 1')
    program.run(host=Host(sink=heard.append, look=lambda: asked.append(1), clock=lambda: 5.0, context=heard))
    before = len(asked)
    outcome = program.run()
    assert outcome.prints == ("one",)
    assert heard == ["one"]
    assert len(asked) == before


def test_a_run_within_a_run_of_the_same_program_is_one_of_its_own() -> None:
    program = _program('let list = []; for i in 0..n { list.push(i); } print("half"); for i in 0..n { list.push(i); } list.len()', "n")
    program.run(bindings={"n": 1})
    inner: list[Outcome] = []
    outer = program.run(bindings={"n": 20}, host=Host(sink=lambda _line: inner.append(program.run(bindings={"n": 3}))))
    fresh = _program(program.source.text, "n")
    assert _like(outer, fresh.run(bindings={"n": 20}))
    assert _like(inner[0], fresh.run(bindings={"n": 3}))


def test_runs_in_several_threads_do_not_meet() -> None:
    source = "let list = []; for i in 0..n { list.push(i * n); } list.len() + list[n - 1]"
    program, fresh = _program(source, "n"), _program(source, "n")
    numbers = list(range(1, 60)) * 5
    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(lambda n: program.run(bindings={"n": n}), numbers))
    expected = {n: fresh.run(bindings={"n": n}) for n in set(numbers)}
    assert all(_like(outcome, expected[n]) for n, outcome in zip(numbers, outcomes, strict=True))


def test_other_limits_hold_from_the_next_run_on() -> None:
    program = _program("let a = []; for i in 0..100 { a.push(i); } a.len()")
    assert program.run().value == 100
    error = program.run(limits=Limits(max_array_size=50)).error
    assert isinstance(error, Stop)
    assert error.limit == "max_array_size"
    assert program.run().value == 100


def test_a_module_is_run_for_each_run() -> None:
    program = compile_script('import "m" as m; m::LIST', modules={"m": "export let LIST = [1];"}, limits=LIMITS)
    assert isinstance(program, Program)
    first, second = program.run(), program.run()
    assert first.value == second.value == [1]
    assert first.value is not second.value
    assert _like(first, second)
