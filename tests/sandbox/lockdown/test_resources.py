"""What a child's limit of memory counts from, and how far it goes."""

import pytest

from app.sandbox.lockdown.resources import allowance_bytes, spent_bytes
from app.sandbox.settings import MEBIBYTE

QUARTER_MORE = 1.25
COPIED_BYTES = 3.5 * MEBIBYTE
"""Of its zygote's pages, by a child at work: the most that was measured."""
SMAPS = """\
00400000-00500000 r-xp 00000000 fe:00 11 /usr/bin/python3
Size:               1024 kB
Rss:                 100 kB
VmFlags: rd ex mr mw me
7f0000000000-7f0000100000 rw-p 00000000 00:00 0
Size:               1024 kB
KernelPageSize:        4 kB
Rss:                 600 kB
Private_Dirty:       600 kB
7ffe00000000-7ffe00021000 rw-p 00000000 00:00 0 [stack]
Size:                132 kB
Rss:                  32 kB
"""


def test_a_limit_counts_from_all_that_can_no_longer_grow() -> None:
    assert spent_bytes(SMAPS.splitlines()) == (1024 + 600 + 32) * 1024


@pytest.mark.parametrize("limit_mib", [16, 17, 24, 32, 48, 100, 512])
def test_a_child_stays_under_a_quarter_more_than_its_limit_with_all_that_it_copies(limit_mib: int) -> None:
    allowed = allowance_bytes(limit_mib * MEBIBYTE)
    assert limit_mib * MEBIBYTE <= allowed <= limit_mib * MEBIBYTE * QUARTER_MORE - COPIED_BYTES
