"""Programs as a whole: limits, bindings, modules, repeated runs."""

import gc

import pytest

from app.engine import Failure, Host, Limits, Program, compile_script
from app.engine.errors import Stop
from app.engine.program import uncollected


def _program(source: str, **options: object) -> Program:
    program = compile_script(source, **options)  # type: ignore[arg-type]  # passed on as given
    assert isinstance(program, Program)
    return program


def test_a_syntax_error_is_a_failure_with_its_diagnostics() -> None:
    failure = compile_script("let = 1")
    assert isinstance(failure, Failure)
    assert failure.diagnostics[0].parse_kind == "VariableExpected"


def test_runs_share_nothing() -> None:
    program = _program("let a = [1]; a.push(2); a")
    assert program.run().value == program.run().value == [1, 2]


def test_bindings_are_variables_of_the_main_program() -> None:
    assert _program("x + 1", globals=["x"]).run(bindings={"x": 41}).value == 42


@pytest.mark.parametrize(
    ("source", "limits", "limit"),
    [
        ("loop { }", Limits(max_operations=1_000), "max_operations"),
        ("fn f() { f() } f()", Limits(max_call_levels=10), "max_call_levels"),
        ('let s = "ab"; loop { s += s; }', Limits(max_string_size=100), "max_string_size"),
        ("let a = []; loop { a.push(1); }", Limits(max_array_size=100), "max_array_size"),
        ("let a = []; let s = `${a}`; loop { a.push(`${s}`); }", Limits(max_memory=10_000), "max_memory"),
        ("let a = 1; let b = 2; b", Limits(max_variables=1), "max_variables"),
    ],
)
def test_a_limit_says_which_it_is_and_its_value(source: str, limits: Limits, limit: str) -> None:
    error = _program(source, limits=limits).run().error
    assert isinstance(error, Stop)
    assert error.limit == limit
    assert error.limit_value == getattr(limits, limit)
    assert error.place is not None


def test_operations_stop_close_to_their_limit() -> None:
    outcome = _program("let n = 0; loop { n += 1; }", limits=Limits(max_operations=100_000)).run()
    assert 90_000 <= outcome.operations <= 110_000


def test_the_host_can_end_a_run() -> None:
    def look() -> None:
        raise Stop("ErrorTerminated", "Script terminated")

    outcome = _program("loop { }").run(host=Host(look=look))
    assert outcome.error is not None
    assert outcome.error.kind == "ErrorTerminated"


def test_modules_come_from_the_given_sources() -> None:
    modules = {"tax": "export const RATE = 2; fn of(x) { x * RATE_() } fn RATE_() { 3 } private fn hidden() { 1 }"}
    program = _program('import "tax" as tax; [tax::of(5), tax::RATE]', modules=modules)
    assert program.run().value == [15, 2]


def test_private_functions_of_a_module_stay_hidden() -> None:
    outcome = _program('import "m" as m; m::hidden()', modules={"m": "private fn hidden() { 1 }"}).run()
    assert outcome.error is not None
    assert outcome.error.kind == "ErrorFunctionNotFound"


def test_an_unknown_module_is_an_error_with_its_place() -> None:
    outcome = _program('import "m" as m;').run()
    assert outcome.error is not None
    assert outcome.error.text == "Module not found: m"


def test_a_chain_of_operators_up_to_the_depth_limit_compiles() -> None:
    assert _program(" + ".join(["x"] * 60), globals=["x"], optimize=False).run(bindings={"x": 1}).value == 60


def test_a_bound_container_is_the_scripts_own_copy() -> None:
    given = [1]
    assert _program("x.push(2); x", globals=["x"]).run(bindings={"x": given}).value == [1, 2]
    assert given == [1]


@pytest.mark.parametrize(
    ("levels", "source"),
    [
        (1, "fn f(x) { x } f(1)"),
        (2, "[1].map(|x| x)"),
        (4, "[1].map(|x| [2].map(|y| y))"),
        (3, "fn f(x) { g(x) } fn g(x) { x } [1].some(f)"),
        (2, "let a = [3, 1]; a.reduce(|s, v| s + v, 0)"),
        (2, "let a = [3, 1]; a.filter(|v| v > 1)"),
        (1, "let f = || 1; f.call()"),
    ],
)
def test_a_native_that_calls_back_is_a_call_level(levels: int, source: str) -> None:
    enough, few = (compile_script(source, limits=Limits(max_call_levels=number)) for number in (levels, levels - 1))
    assert isinstance(enough, Program)
    assert enough.run().error is None
    if levels > 1:
        assert isinstance(few, Program)
        error = few.run().error
        assert error is not None
        assert error.kind == "ErrorStackOverflow"


def test_callbacks_that_call_natives_do_not_get_deeper_from_one_to_the_next() -> None:
    program = compile_script("let a = []; for i in 0..200 { a.push(i); } a.some(|v| [1].some(|w| w == 2))")
    assert isinstance(program, Program)
    assert program.run().value is False


def test_a_text_evaluated_in_a_loop_without_end_is_stopped() -> None:
    program = compile_script('let s = "loop {}"; eval(s)', limits=Limits(max_operations=5_000))
    assert isinstance(program, Program)
    error = program.run().error
    assert error is not None
    assert error.kind == "ErrorTooManyOperations"


def test_sums_that_moderate_limits_keep_small_are_tested_when_a_run_has_none() -> None:
    source = "let n = 0; let a = [1_000_000_000]; for i in 0..3 { n += a[0]; } n"
    program = _program(source, limits=Limits(max_operations=10_000, max_string_size=1_000, max_array_size=1_000))
    bounded = program.run()
    unbounded = program.run(limits=Limits())
    assert (bounded.value, bounded.operations) == (unbounded.value, unbounded.operations)
    assert "assign" not in program.code.names
    assert "assign" in program._code_for(Limits()).names


def test_a_compilation_is_freed_without_looking_for_cycles() -> None:
    source = "fn f(a) { a.map(|v| v + 1) } let m = #{ n: 1, run: |y| this.n += y }; m.run(2); try { f([1]) } catch (e) { e }"
    _program(source)
    gc.collect()
    with uncollected():
        program = _program(source)
        assert gc.collect() == 0
    assert program.run().value == [2]
