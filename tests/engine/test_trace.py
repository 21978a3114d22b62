"""Traces: equal outcomes, and states that come back."""

from app.engine import Program, compile_script
from app.engine.trace import Trace

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
