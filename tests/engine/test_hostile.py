"""The claims of the coverage-guided fuzzer hold for bytes that once broke them, and for a few of each sort."""

import random

import pytest

from tests.engine.casefiles import cases
from tests.engine.guided import CLAIMS
from tests.engine.hostile import is_parsed, is_run

_TEXTS = [
    b"",
    b"\xff\xfe",
    b"`${",
    b'"\\u{110000}"',
    b"/*",
    b"1.",
    b"0x",
    b"switch 1 { 1..=9 => ",
    "let \u00e9 = 'a\u0301';".encode(),
    b"\x00",
]


@pytest.mark.parametrize("data", _TEXTS)
def test_hostile_bytes_are_parsed_and_run(data: bytes) -> None:
    is_parsed(data)
    is_run(b"\x00" + data)
    is_run(b"\x02" + data)


def test_programs_written_by_bytes_end_like_their_traces() -> None:
    source = random.Random(7)
    for _ in range(30):
        is_run(bytes([source.randrange(4)]) + source.randbytes(300))


def test_every_fourth_case_cut_short_is_parsed() -> None:
    for case in cases()[::4]:
        is_parsed(case.source.encode()[: len(case.source) // 2])


def test_every_target_of_the_fuzzer_names_a_claim() -> None:
    assert {CLAIMS[target] for target in CLAIMS} == {is_parsed.__name__, is_run.__name__}
