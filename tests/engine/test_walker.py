"""The walker against the case files: what the compiled programs are compared to must itself be right."""

import pytest

from tests.engine.casefiles import Case, cases
from tests.engine.differential import shown
from tests.engine.walker import NotCovered, walk


def _is_covered(case: Case) -> bool:
    return "eval" not in case.source


@pytest.mark.parametrize("case", [case for case in cases() if _is_covered(case)], ids=lambda case: case.name)
def test_the_walker_ends_as_the_line_says(case: Case) -> None:
    assert shown(walk(case.source)) == case.expected


@pytest.mark.parametrize("source", ['eval("1")', 'import "m" as m;', "m::f()", "1 +", "export x;"])
def test_what_the_walker_leaves_to_others_it_says(source: str) -> None:
    with pytest.raises(NotCovered):
        walk(source)


def test_the_walker_gives_up_on_long_programs() -> None:
    with pytest.raises(NotCovered, match="steps"):
        walk("loop { }", steps=100)


def test_a_program_that_is_not_folded_keeps_its_pure_statements() -> None:
    assert shown(walk("q; 1")).end == "=> 1"
    assert shown(walk("q; 1", optimize=False)).end == "! ErrorVariableNotFound: Variable not found: q (line 1, position 1)"
