"""The reference beside the editor: what the table has in a phase, and nothing else."""

import re

import pytest

from app.host import HOST_TABLE, Phase
from app.ide.helpers import reference


@pytest.mark.parametrize("phase", Phase)
def test_a_phase_has_its_helpers_and_variables_and_no_others(phase: Phase) -> None:
    expected = {helper.name for helper in HOST_TABLE if phase in helper.phases}
    expected |= {variable.name for variable in HOST_TABLE.variables_of(phase)}
    assert {entry.name for entry in reference(phase)} == expected


def test_plain_rhai_has_none() -> None:
    assert reference(None) == ()


@pytest.mark.parametrize("entry", reference(Phase.AFTER), ids=lambda entry: entry.name)
def test_what_is_put_in_is_a_call_with_places_to_fill(entry: object) -> None:
    insert = str(getattr(entry, "insert", ""))
    assert re.fullmatch(r"(\w+\.)?\w+(\((\$\{\w*\}(, \$\{\w+\})*)?\))?", insert)
