"""The registry works in both directions: no behaviour without a test, no test of an unknown behaviour."""

import ast
from pathlib import Path

import pytest

from tests.requirements import REQUIREMENTS, requirement


def _named_in_tests() -> set[str]:
    named: set[str] = set()
    for folder in (Path(__file__).parent, Path(__file__).parents[1] / "e2e"):
        for text in (file.read_text("utf-8") for file in folder.rglob("*.py")):
            # Parsing every file would take as long as all other quick tests of a domain.
            for node in ast.walk(ast.parse(text)) if "requirement(" in text else ():
                match node:
                    case ast.Call(func=ast.Name(id="requirement"), args=[ast.Constant(value=str(identifier))]):
                        named.add(identifier)
    return named


def test_every_behaviour_has_a_test() -> None:
    assert set(REQUIREMENTS) - _named_in_tests() == set()


def test_an_unknown_behaviour_cannot_be_named() -> None:
    with pytest.raises(KeyError, match="add it to"):
        requirement("no-such-" + "behaviour")
