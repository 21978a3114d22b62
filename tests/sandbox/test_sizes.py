"""How much memory children are made for."""

import pytest

from app.sandbox.settings import MEBIBYTE, PoolSettings
from app.sandbox.sizes import SpareSizes, process_size


@pytest.mark.parametrize(("limit_mib", "size_mib"), [(0, 48), (1, 16), (16, 16), (17, 17), (512, 512), (4_096, 512)])
def test_a_child_is_as_large_as_its_jobs_limit_within_bounds(limit_mib: int, size_mib: int) -> None:
    assert process_size(limit_mib * MEBIBYTE, PoolSettings()) == size_mib * MEBIBYTE


def test_spares_are_of_the_sizes_asked_for_last() -> None:
    sizes = SpareSizes(1)
    seen = [sizes.of(3)]
    for asked in (2, 2, 3, 1):
        sizes.note(asked)
        seen.append(sizes.of(3))
    assert seen == [[1, 1, 1], [2, 1, 2], [2, 1, 2], [3, 2, 3], [1, 3, 1]]
