"""Random programs: the walker and the compiled program agree in value, prints and error to the letter, folded and not.

What is found here is shrunk; made readable by hand it becomes a line of a case file. For many more programs see ``tests.engine.fuzz``.
"""

import pytest

from tests.engine import fuzz
from tests.engine.differential import Trial, agree
from tests.engine.fuzz import Finding, shrunk, trials

pytestmark = pytest.mark.slow

_EACH = 50


@pytest.mark.parametrize("first", range(0, 2_000, _EACH))
def test_walker_and_compiled_program_agree_with_types_and_without_folded_and_not(first: int) -> None:
    found = [trial for trial in trials(8, range(first, first + _EACH)) if isinstance(trial, Finding)]
    assert found == []


def test_every_random_program_parses_and_most_run_for_a_while() -> None:
    made = [trial for trial in trials(0, range(200)) if isinstance(trial, Trial)]
    assert sum(trial.is_walked for trial in made) >= 195
    assert sum(not trial.error for trial in made) >= 90
    assert len({trial.error for trial in made}) >= 8
    assert sum(trial.operations > 60 for trial in made) >= 100


def test_a_number_of_a_seed_is_always_the_same_program() -> None:
    assert list(trials(1, range(3, 5))) == list(trials(1, range(5)))[3:]


def test_what_differs_is_shrunk_to_the_bytes_that_it_takes() -> None:
    assert shrunk(bytes(range(1, 100)), lambda data: 7 in data and data.index(7) > 1) == b"\0\0\7"


def test_a_difference_is_found_and_shown_with_the_least_program(monkeypatch: pytest.MonkeyPatch) -> None:
    def differing(source: str) -> Trial:
        if "switch" in source:
            raise AssertionError("they differ")
        return agree("1")

    monkeypatch.setattr(fuzz, "agree", differing)
    found = [trial for trial in trials(1, range(6)) if isinstance(trial, Finding)]
    assert found
    assert all(finding.difference == "AssertionError: they differ" for finding in found)
    assert all(finding.source.count("switch") == 1 and len(finding.source) < 600 for finding in found)
