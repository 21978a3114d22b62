"""What lines did, out of the steps that the engine takes."""

from typing import Any

from app.engine import compile_script
from app.engine.program import Program
from app.ide.line_values import MOST_VISITS, line_values
from app.sandbox.handlers.traces import plain_trace


def values(source: str) -> dict[str, Any]:
    """What the lines of a script did."""
    program = compile_script(source)
    assert isinstance(program, Program)
    _, trace = program.trace()
    return line_values(source, plain_trace(trace, 10_000_000))


def line(found: dict[str, Any], number: int) -> dict[str, Any]:
    """One of them."""
    return next(each for each in found["lines"] if each["line"] == number)


def texts(found: dict[str, Any], number: int) -> list[str]:
    """What a line set, visit by visit."""
    return [text for _, text in line(found, number)["visits"]]


def test_a_line_shows_what_it_set() -> None:
    found = values("let a = 1;\nlet b = a + 1;\nb")
    assert texts(found, 1) == ["a = 1"]
    assert texts(found, 2) == ["b = 2"]
    assert line(found, 3) == {"line": 3, "hits": 1, "cost": line(found, 3)["cost"], "visits": []}


def test_a_loop_shows_its_variable_and_how_often_it_went_round() -> None:
    found = values("let sum = 0;\nfor x in [3, 4] {\n    sum += x;\n}\nsum")
    assert texts(found, 2) == ["x = 3", "x = 4"]
    assert texts(found, 3) == ["sum = 3", "sum = 7"]
    assert [line(found, number)["hits"] for number in (2, 3, 5)] == [2, 2, 1]


def test_an_iteration_lasts_until_the_next_one_or_until_the_loop_is_left() -> None:
    found = values("for x in 0..2 {\n    let y = x * 2;\n    print(y);\n}\nlet z = 1;\nz")
    (loop,) = found["loops"]
    assert (loop["first"], loop["last"]) == (1, 4)
    (first, second) = loop["iterations"]
    shown = {moment: text for moment, text in line(found, 2)["visits"]}
    assert [text for moment, text in shown.items() if first[0] <= moment <= first[1]] == ["y = 0"]
    assert [text for moment, text in shown.items() if second[0] <= moment <= second[1]] == ["y = 2"]
    assert all(moment > second[1] for moment, _ in line(found, 5)["visits"])


def test_an_inner_loop_has_its_own_iterations_and_the_outer_one_spans_them() -> None:
    found = values("for x in 0..2 {\n    for y in 0..3 {\n        print(x + y);\n    }\n}")
    outer, inner = sorted(found["loops"], key=lambda each: int(each["first"]))
    assert (len(outer["iterations"]), len(inner["iterations"])) == (2, 6)
    begun, ended = outer["iterations"][0]
    assert sum(begun <= start <= ended for start, _ in inner["iterations"]) == 3


def test_a_function_shows_its_parameters_where_its_body_begins() -> None:
    found = values("fn times(n, m) {\n    let r = n * m;\n    r\n}\nlet a = times(4, 2);\na")
    assert texts(found, 2) == ["n = 4, m = 2, r = 8"]
    assert texts(found, 5) == ["a = 8"]


def test_a_failed_run_names_its_line_and_counts_it_once() -> None:
    found = values("let a = 1;\na.nope();")
    assert found["failed"] == 2
    assert line(found, 2)["hits"] == 1


def test_all_that_was_counted_is_somebodys_cost() -> None:
    source = "let a = 0;\nwhile a < 5 { a += 1; }\na"
    program = compile_script(source)
    assert isinstance(program, Program)
    _, trace = program.trace()
    steps = plain_trace(trace, 10_000_000)
    found = line_values(source, steps)
    assert sum(each["cost"] for each in found["lines"]) == steps["steps"][-1]["operations"] - steps["steps"][0]["operations"]


def test_of_very_many_visits_the_first_and_the_last_are_kept() -> None:
    found = values("let a = 0;\nfor i in 0..900 {\n    a += 1;\n}\na")
    shown = texts(found, 3)
    assert len(shown) == MOST_VISITS + 1
    assert (shown[0], shown[-1]) == ("a = 1", "a = 900")
    assert line(found, 3)["hits"] == 900


def test_a_word_that_only_begins_like_a_loop_is_none() -> None:
    assert values("let form = 1;\nform += 1;\nform")["loops"] == []
