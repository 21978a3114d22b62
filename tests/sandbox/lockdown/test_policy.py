"""The filter of each architecture, decided by an interpreter of BPF."""

import errno

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sandbox.lockdown import policy
from app.sandbox.lockdown.bpf import ALLOW, KILL_PROCESS, Instruction, assemble, fail_with
from app.sandbox.lockdown.tables import AARCH64, X86_64, Table
from tests.sandbox.lockdown.machine import decide

BOTH = pytest.mark.parametrize("table", [X86_64, AARCH64], ids=lambda table: table.machine)
PRIVATE_ANONYMOUS = 0x22


def program(table: Table) -> list[Instruction]:
    return assemble(table.audit_token, table.foreign_from, policy.rules(table), KILL_PROCESS)


def action(table: Table, name: str, *arguments: int) -> int:
    return decide(program(table), table.audit_token, table.numbers[name], arguments)


@BOTH
@pytest.mark.parametrize("name", ["read", "write", "recvfrom", "sendto"])
def test_data_moves_on_descriptor_three_only(table: Table, name: str) -> None:
    allowed = [descriptor for descriptor in range(-2, 40) if action(table, name, descriptor) == ALLOW]
    assert allowed == [policy.DATA_DESCRIPTOR]


@BOTH
@pytest.mark.parametrize("name", ["munmap", "brk", "clock_gettime", "getrandom", "exit", "exit_group", "rt_sigreturn", "sched_yield"])
def test_calls_without_conditions_are_allowed(table: Table, name: str) -> None:
    assert action(table, name, 2**64 - 1, 5) == ALLOW


@BOTH
@pytest.mark.parametrize(
    ("protection", "expected"), [(0, ALLOW), (1, ALLOW), (3, ALLOW), (4, KILL_PROCESS), (7, KILL_PROCESS), (2**33, KILL_PROCESS)]
)
def test_memory_is_never_executable(table: Table, protection: int, expected: int) -> None:
    assert action(table, "mmap", 0, 4096, protection, PRIVATE_ANONYMOUS) == expected
    assert action(table, "mprotect", 0, 4096, protection) == expected


@BOTH
@pytest.mark.parametrize("flags", [0x02, 0x20, 0x21, 0x32, 0x100022, 0x22 | 2**32])
def test_memory_is_private_and_anonymous(table: Table, flags: int) -> None:
    assert action(table, "mmap", 0, 4096, 3, flags) == KILL_PROCESS


@BOTH
@pytest.mark.parametrize("operation", [2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 128 | 6])
def test_futexes_only_wait_and_wake(table: Table, operation: int) -> None:
    assert action(table, "futex", 0, operation) == KILL_PROCESS


@BOTH
def test_waiting_and_waking_private_futexes_is_allowed(table: Table) -> None:
    assert {action(table, "futex", 0, operation | 128) for operation in (0, 1, 9, 10)} == {ALLOW}


@BOTH
@pytest.mark.parametrize("name", ["fstat", "newfstatat"])
def test_asking_about_files_fails_politely(table: Table, name: str) -> None:
    assert action(table, name, 3) == fail_with(errno.EPERM)


@BOTH
@given(number=st.integers(0, 2**32 - 1))
def test_every_other_number_kills(table: Table, number: int) -> None:
    known = set(table.numbers.values())
    assert number in known or decide(program(table), table.audit_token, number, (3,)) == KILL_PROCESS


def test_the_x32_twin_of_an_allowed_call_kills() -> None:
    assert decide(program(X86_64), X86_64.audit_token, X86_64.numbers["getrandom"] | 0x40000000) == KILL_PROCESS


@BOTH
@given(token=st.integers(0, 2**32 - 1))
def test_a_call_of_another_architecture_kills(table: Table, token: int) -> None:
    expected = ALLOW if token == table.audit_token else KILL_PROCESS
    assert decide(program(table), token, table.numbers["exit"]) == expected


@BOTH
def test_a_filter_fits_into_the_kernel(table: Table) -> None:
    assert len(policy.program(table)) // 8 < 4096
