"""The fuzz targets hold what they promise on the case files and on what fuzzing has found, so that they don't rot between two nights."""

import pytest

from tests.engine.casefiles import cases
from tests.fuzz import fuzz_compile, fuzz_parser

FOUND = [b"", b"\xff\xfe", b"\0", b"\0\x05\x09", b"(" * 500, b"`${" * 100, b"#{" * 100, "let é = '\u202e';".encode(), b"/*" * 50]
SOURCES = [case.source.encode() for case in cases()]


@pytest.mark.parametrize("data", FOUND)
def test_the_parser_holds(data: bytes) -> None:
    fuzz_parser.check(data)


@pytest.mark.parametrize("data", FOUND)
def test_compiling_holds(data: bytes) -> None:
    fuzz_compile.check(data)


def test_every_case_passes_both_targets() -> None:
    assert SOURCES
    for data in SOURCES:
        fuzz_parser.check(data)
        fuzz_compile.check(data)


def test_half_of_every_case_passes_both_targets() -> None:
    for data in SOURCES:
        fuzz_parser.check(data[: len(data) // 2])
        fuzz_compile.check(data[: len(data) // 2])
