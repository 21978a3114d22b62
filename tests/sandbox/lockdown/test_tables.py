"""The system call numbers against lists that were taken from the kernel's exported headers, and not from our tables."""

from pathlib import Path

import pytest

from app.sandbox.lockdown import policy
from app.sandbox.lockdown.tables import AARCH64, LANDLOCK_CREATE_RULESET, LANDLOCK_RESTRICT_SELF, X86_64, Table

BOTH = pytest.mark.parametrize("table", [X86_64, AARCH64], ids=lambda table: table.machine)


def kernel_numbers(table: Table) -> dict[str, int]:
    text = (Path(__file__).parent / f"numbers_{table.machine}.txt").read_text("utf-8")
    pairs = [line.split() for line in text.splitlines() if not line.startswith("#")]
    return {name: int(number) for name, number in pairs}


@BOTH
def test_every_number_is_the_kernels(table: Table) -> None:
    kernel = kernel_numbers(table)
    assert table.numbers == {name: kernel[name] for name in table.numbers}


@BOTH
def test_the_calls_of_the_layers_have_the_kernels_numbers(table: Table) -> None:
    kernel = kernel_numbers(table)
    used = (table.pivot_root, LANDLOCK_CREATE_RULESET, LANDLOCK_RESTRICT_SELF)
    assert used == (kernel["pivot_root"], kernel["landlock_create_ruleset"], kernel["landlock_restrict_self"])


@BOTH
def test_no_call_that_opens_starts_or_reaches_out_is_on_the_list(table: Table) -> None:
    kernel = kernel_numbers(table)
    listed = {rule.number for rule in policy.rules(table)}
    dangerous = ("openat", "openat2", "execve", "execveat", "clone", "clone3", "socket", "connect", "ptrace", "kill", "unshare", "mount")
    assert not listed & {kernel[name] for name in dangerous}
