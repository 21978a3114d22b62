"""Small scripts with the expectation on the line: ``//=>`` a value in debug form, ``//!`` the whole message of an error."""

from pathlib import Path

import pytest

from app.engine import Program, compile_script
from app.engine.display import debug
from app.engine.errors import full_text

_FILES = sorted((Path(__file__).parent / "cases").glob("*.rhai"))


def _cases() -> list[tuple[str, str, str]]:
    found = []
    for path in _FILES:
        for line in path.read_text(encoding="utf-8").splitlines():
            sign = "//=>" if "//=>" in line else "//!"
            source, _, expected = line.partition(sign)
            found.append((source.rstrip(), sign, expected.strip().replace("\\n", "\n")))
    return found


@pytest.mark.parametrize(("source", "sign", "expected"), _cases())
def test_a_script_ends_as_its_line_says(source: str, sign: str, expected: str) -> None:
    program = compile_script(source)
    assert isinstance(program, Program)
    for outcome in (program.run(), program.trace()[0]):
        shown = debug(outcome.value) if outcome.error is None else full_text(outcome.error)
        assert (outcome.error is None) is (sign == "//=>")
        assert shown == expected
