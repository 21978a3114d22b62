"""Which functions count as hot, and that nothing but speed hangs on it."""

import pytest
from hypothesis import HealthCheck, given, settings

from app.engine import Outcome, Program, compile_script
from app.engine.errors import Stop
from app.engine.parser import parse
from app.engine.resolve import heat, resolve
from app.engine.source import Source
from app.engine.stdlib import STANDARD
from tests.engine.casefiles import Case, cases
from tests.engine.differential import LIMITS, shown
from tests.engine.programs import programs


def hot_functions(text: str) -> list[str]:
    """The names of the functions that count as hot; the main program's is empty."""
    script, found = parse(Source(text))
    assert found == []
    frames = resolve(script, STANDARD).frames
    main = [""] if frames[id(script)].is_hot else []
    return main + [function.name for function in script.functions if frames[id(function)].is_hot]


@pytest.mark.parametrize(
    ("text", "hot"),
    [
        ("fn f() { 1 } f()", []),
        ("fn f() { 1 }", []),
        ("fn f() { 1 } for i in 0..9 { f(); }", ["f"]),
        ("fn f() { 1 } while f() < 1 { }", ["f"]),
        ("fn f() { 1 } loop { break f(); }", ["f"]),
        ("fn f() { 1 } do { f(); } until true", ["f"]),
        ("fn f() { 1 } let g = || f();", ["f"]),
        ("fn f() { 1 } fn g() { f() } for i in 0..9 { g(); }", ["f", "g"]),
        ("fn f() { 1 } fn g() { for i in 0..9 { f(); } } g()", ["f"]),
        ("fn f(n) { if n < 2 { n } else { f(n - 1) } } f(9)", ["f"]),
        ("fn f(n) { g(n) } fn g(n) { f(n); h() } fn h() { 1 } f(9)", ["f", "g", "h"]),
        ("fn f() { this } for i in 0..9 { i.f(); }", ["f"]),
        ("fn f() { 1 } let g = f; g.call()", ["f"]),
        ('fn f() { 1 } let g = Fn("f"); g.call()', ["f"]),
        ('fn f() { 1 } let g = Fn("f" + ""); g.call()', ["", "f"]),
        ('fn f() { 1 } let n = "f"; let g = Fn(n); g.call()', ["", "f"]),
        ('fn f() { 1 } eval("f()")', ["", "f"]),
        ("fn f() { 1 } f(); f(); f(); f(); f(); f(); f();", []),
        ("fn f() { 1 } f(); f(); f(); f(); f(); f(); f(); f();", ["f"]),
        ("fn f() { 1 } fn g() { f(); f(); f() } g(); g();", []),
        ("fn f() { 1 } fn g() { f(); f(); f() } g(); g(); g();", ["f"]),
        ("fn f(x) { 1 } fn f() { 1 } loop { f(1); }", ["f"]),
    ],
)
def test_hot_is_what_loops_recursion_and_many_calls_reach(text: str, hot: list[str]) -> None:
    assert hot_functions(text) == hot


@pytest.mark.parametrize(
    ("text", "is_hot"),
    [
        ("let f = |x| x + 1; f.call(1); f.call(2)", False),
        ("let f = |x| x + 1;", False),
        ("fn g() { let f = |x| x + 1; f.call(1) } g()", False),
        ("fn g() { let f = |x| x + 1; f.call(1) } for i in 0..9 { g(); }", True),
        ("let f = |x| x + 1; for i in 0..9 { f.call(i); }", True),
        ("for i in 0..9 { let f = |x| x + 1; f.call(i); }", True),
        ("let f = |x| x + 1; " + "f.call(1); " * 7, False),
        ("let f = |x| x + 1; " + "f.call(1); " * 8, True),
        # Somebody else has the pointer, or another variable may hold it.
        ("let f = |x| x + 1; [1, 2].map(f)", True),
        ("let f = |x| x + 1; let g = f; f.call(1);", True),
        ("let f = |x| x + 1; f.call(f)", True),
        ("fn g(f) { f.call(1) } let f = |x| x + 1; g(f)", True),
        ("let f = |x| x + 1; let g = || f.call(1); g.call()", True),
        ("fn g() { let f = |x| x + 1; f } g()", True),
        ('let f = |x| x + 1; eval("f.call(1)")', True),
        ("[1, 2].map(|x| x + 1)", True),
        ("let m = #{ f: |x| x + 1 }; m.f(1)", True),
    ],
)
def test_a_closure_is_hot_unless_its_variable_is_only_called_in_a_few_places(text: str, is_hot: bool) -> None:
    script, found = parse(Source(text))
    assert found == []
    resolution = resolve(script, STANDARD)
    assert resolution.frames[id(resolution.flows.closures[0])].is_hot is is_hot


def test_a_long_line_of_calls_needs_no_recursion() -> None:
    functions = "".join(f"fn f{n}() {{ f{n + 1}() }} " for n in range(3_000))
    assert hot_functions(functions + "fn f3000() { 1 } f0()") == []


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_a_script_ends_the_same_if_all_of_it_is_hot(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heat, "OFTEN", 1)
    program = compile_script(case.source)
    assert isinstance(program, Program)
    assert shown(program.run()) == case.expected


@pytest.mark.slow
@settings(max_examples=500, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(programs())
def test_a_random_program_ends_the_same_if_all_of_it_is_hot(monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    plain = _outcome(source)
    with monkeypatch.context() as patched:
        patched.setattr(heat, "OFTEN", 1)
        hot = _outcome(source)
    if plain is None or hot is None:
        assert plain is hot
    elif not isinstance(plain.error, Stop) and not isinstance(hot.error, Stop):
        assert shown(hot) == shown(plain)


def _outcome(source: str) -> Outcome | None:
    program = compile_script(source, limits=LIMITS)
    return program.run() if isinstance(program, Program) else None
