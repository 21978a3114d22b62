"""Which variable a name means while parsing: what is constant, what is captured, and what a block forgets."""

import pytest

from app.engine import tree
from app.engine.parser import parse
from app.engine.source import Source


def kinds(text: str) -> list[str | None]:
    """Rhai's names of the faults found."""
    return [diagnostic.parse_kind for diagnostic in parse(Source(text))[1]]


@pytest.mark.parametrize(
    "text",
    [
        "const x = 1; { let x = 2; } x = 3",
        "const x = 1; for x in 0..3 { x = 9; } x = 3",
        "const e = 1; try { f() } catch (e) { e = 2; } e = 3",
    ],
)
def test_a_constant_is_constant_again_behind_the_block_that_hid_it(text: str) -> None:
    assert kinds(text) == ["AssignmentToConstant"]


def test_a_variable_is_assignable_again_behind_the_block_whose_constant_hid_it() -> None:
    assert kinds("let x = 1; { const x = 2; } x = 3") == []


def test_the_innermost_of_equal_names_decides() -> None:
    assert kinds("const x = 1; let x = 2; x = 3") == []
    assert kinds("let x = 1; const x = 2; x = 3") == ["AssignmentToConstant"]


def test_a_parameter_named_twice_is_refused() -> None:
    assert kinds("fn f(a, b, a) { }") == ["FnDuplicatedParam"]
    assert kinds("let f = |a, b, a| 1") == ["FnDuplicatedParam"]


def test_a_parameter_may_have_the_name_of_an_outer_variable() -> None:
    assert kinds("let a = 1; let f = |a| a") == []


def test_a_closure_captures_each_name_once_at_its_first_use() -> None:
    script, faults = parse(Source("let x = 1; let y = 2; let f = || x + y + x"))
    assert faults == []
    declared = script.statements[2]
    assert isinstance(declared, tree.Let)
    assert isinstance(declared.value, tree.Closure)
    assert [(capture.text, capture.pos) for capture in declared.value.captures] == [("x", 33), ("y", 37)]
