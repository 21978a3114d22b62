"""Traces: equal outcomes, and states that come back."""

from pathlib import Path

import pytest
from hypothesis import given, settings

from app.engine import Host, Limits, Program, compile_script
from app.engine.trace import Trace
from tests.engine.programs import programs
from tests.engine.replay import difference

_SOURCE = "fn double(x) { let y = x * 2; y } let a = 1; for i in 0..3 { a += double(i); } let b = [a]; b.push(2); a"


def _traced(source: str) -> Trace:
    program = compile_script(source)
    assert isinstance(program, Program)
    plain = program.run()
    outcome, trace = program.trace()
    assert (outcome.value, outcome.prints) == (plain.value, plain.prints)
    return trace


def test_the_last_step_shows_the_final_variables() -> None:
    trace = _traced(_SOURCE)
    assert trace.state_at(len(trace.steps) - 1)[0].variables == {"a": "7", "b": "[7, 2]"}


def test_a_step_inside_a_function_shows_its_variables_and_the_callers() -> None:
    trace = _traced(_SOURCE)
    inside = next(at for at, step in enumerate(trace) if step.depth == 2)
    assert [frame.function for frame in trace.state_at(inside)] == ["", "double"]
    assert trace.state_at(inside)[1].variables == {"x": "0"}


def test_a_cursor_goes_back_to_the_state_it_came_from() -> None:
    cursor = _traced(_SOURCE).cursor()
    cursor.forward(5)
    before = cursor.state
    assert cursor.forward()
    assert cursor.back()
    assert cursor.state == before


def test_a_cursor_stops_at_both_ends() -> None:
    cursor = _traced("1").cursor()
    assert not cursor.back()
    assert not cursor.forward(100)


def test_a_block_variable_is_gone_behind_its_block() -> None:
    trace = _traced("let a = 1; { let b = 2; a += b; } a += 1; a")
    assert trace.state_at(len(trace.steps) - 1)[0].variables == {"a": "4"}


def test_long_values_are_cut() -> None:
    trace = _traced("let s = \"x\"; s.pad(1000, 'y'); s")
    assert len(trace.state_at(len(trace.steps) - 1)[0].variables["s"]) <= 200


def test_a_step_stands_where_an_error_ended_the_run() -> None:
    trace = _traced_to_an_error("fn half(x) { let y = x / 2; y / 0 } let a = 8; a += 2; half(a)")
    last = trace.steps[-1]
    assert last.is_error
    assert [frame.function for frame in trace.state_at(len(trace.steps) - 1)] == ["", "half"]
    assert trace.state_at(len(trace.steps) - 1)[1].variables == {"x": "10", "y": "5"}


def test_an_error_that_was_caught_has_no_step_of_its_own() -> None:
    assert not any(step.is_error for step in _traced("let a = 1; try { a = 2; throw 3 } catch (e) { a += e } a"))


def test_an_error_that_a_handler_only_glances_at_is_shown_as_it_is() -> None:
    trace = _traced('let a = 0; try { a += (); } catch (e) { if type_of(e) == "map" { print(a); } } a')
    errors = {frame.variables["e"] for at in range(len(trace.steps)) for frame in trace.state_at(at) if "e" in frame.variables}
    assert len(errors) == 1
    assert "ErrorFunctionNotFound" in errors.pop()


def test_an_error_that_a_handler_does_not_look_at_is_shown_all_the_same() -> None:
    trace = _traced("let a = 0; try { a += (); } catch (e) { print(a); } a")
    assert any("e" in frame.variables for at in range(len(trace.steps)) for frame in trace.state_at(at))


def test_a_step_says_how_many_host_calls_are_past() -> None:
    program = compile_script("let a = 1; a += 1; a")
    assert isinstance(program, Program)
    answered = iter(range(10))
    _, trace = program.trace(host=Host(calls=lambda: next(answered)))
    assert [step.calls for step in trace] == [0, 1, 2, 3]


def test_a_return_from_the_main_program_shows_what_its_value_changed() -> None:
    trace = _traced("let a = [1, 2]; if a.len > 1 { return a.pop(); } a")
    assert trace.state_at(len(trace.steps) - 1)[0].variables == {"a": "[1]"}


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("let x = [[1]]; let a = x[0]; if true { x[0].push(9); print(1); return 5 } print(a)", {"x": "[[1, 9]]", "a": "[1]"}),
        (
            "let x = [[1]]; for i in 0..1 { let a = x[i]; if a.len() == 1 { x[i].push(9); print(1); continue; } print(a) }",
            {"x": "[[1, 9]]", "i": "0", "a": "[1]"},
        ),
    ],
)
def test_what_is_changed_before_a_jump_shows_in_no_other_variable(source: str, shown: dict[str, str]) -> None:
    trace = _traced(source)
    changed = [trace.state_at(at)[0].variables for at in range(len(trace.steps))]
    changed = [variables for variables in changed if "a" in variables and "9" in variables["x"]]
    assert changed
    assert all(variables == shown for variables in changed)


def _traced_to_an_error(source: str) -> Trace:
    program = compile_script(source)
    assert isinstance(program, Program)
    outcome, trace = program.trace()
    assert outcome.error is not None
    return trace


_SCRIPTS = (Path(__file__).parent / "cases" / "language.rhai").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("source", [line.partition("//=>")[0].partition("//!")[0] for line in _SCRIPTS])
def test_a_small_script_replays(source: str) -> None:
    assert difference(source) is None


def test_what_was_asked_once_of_a_variable_is_not_taken_for_one() -> None:
    records = "fn id(p) { p } let r = []; for q in 0..2 { let o = id(#{n: #{k: [1], t: 2}}); let w = o.n;"
    assert difference(f"{records} w.k = id(w.k); r.push(w.k.len() + w.t); }} r") is None


def test_what_a_variable_holds_that_nobody_reads_any_more_is_not_compared() -> None:
    assert difference("let x = [[1]]; let v = x[0]; print(v); x[0][0] = 7; x") is None


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(programs())
def test_a_random_program_replays(source: str) -> None:
    assert difference(source, limits=Limits(max_operations=3_000, max_memory=500_000)) is None
