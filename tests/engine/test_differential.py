"""Random programs: the walker and the compiled program agree in value, prints and error to the letter, folded and not.

A failing example prints its source; shortened by hand it becomes a line of a case file. For many more examples see ``tests.engine.fuzz``.
"""

import random

import pytest
from hypothesis import given, settings

from app.engine import Program, compile_script
from tests.engine.differential import LIMITS, agree, agree_folded
from tests.engine.programs import programs, written

pytestmark = pytest.mark.slow


@settings(max_examples=2_000, deadline=None, derandomize=True, database=None)
@given(programs())
def test_walker_and_compiled_program_agree(source: str) -> None:
    agree(source)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(programs())
def test_they_agree_on_programs_that_are_not_folded(source: str) -> None:
    agree(source, optimize=False)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(programs())
def test_folding_does_not_show_in_programs_without_errors(source: str) -> None:
    agree_folded(source)


def test_nearly_every_random_program_parses_and_most_run_for_a_while() -> None:
    source = random.Random(0)
    programs_made = [compile_script(written(source.randbytes(400)), limits=LIMITS) for _ in range(200)]
    parsed = [program for program in programs_made if isinstance(program, Program)]
    outcomes = [program.run() for program in parsed]
    assert len(parsed) >= 198
    assert sum(outcome.error is None for outcome in outcomes) >= 80
    assert sum(bool(outcome.prints) for outcome in outcomes) >= 100
