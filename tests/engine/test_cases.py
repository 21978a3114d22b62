"""The case files: the compiled program and its trace end as each line says."""

import pytest

from app.engine import Program, compile_script
from tests.engine.casefiles import Case, cases
from tests.engine.differential import agree_untyped, shown


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_a_script_ends_as_its_line_says(case: Case, is_updating: bool) -> None:
    program = compile_script(case.source)
    assert isinstance(program, Program)
    agree_untyped(case.source)
    plain, traced = shown(program.run()), shown(program.trace()[0])
    if is_updating:
        case.update(plain)
        return
    assert plain == case.expected
    assert traced == case.expected
