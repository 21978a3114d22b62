"""System call numbers per processor architecture: only those that the sandbox allows or itself uses.

Source: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h of the Linux kernel.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass
from typing import Final

LANDLOCK_CREATE_RULESET: Final = 444
LANDLOCK_RESTRICT_SELF: Final = 446


@dataclass(frozen=True, slots=True)
class Table:
    """One architecture: its audit token, the first number of a foreign calling convention (or None), and its numbers."""

    machine: str
    audit_token: int
    foreign_from: int | None
    pivot_root: int
    numbers: dict[str, int]


X86_64: Final = Table(
    machine="x86_64",
    audit_token=0xC000003E,
    foreign_from=0x40000000,  # the x32 ABI shares the audit token
    pivot_root=155,
    numbers={
        "read": 0,
        "write": 1,
        "fstat": 5,
        "mmap": 9,
        "mprotect": 10,
        "munmap": 11,
        "brk": 12,
        "rt_sigreturn": 15,
        "sched_yield": 24,
        "mremap": 25,
        "madvise": 28,
        "sendto": 44,
        "recvfrom": 45,
        "exit": 60,
        "futex": 202,
        "restart_syscall": 219,
        "clock_gettime": 228,
        "exit_group": 231,
        "newfstatat": 262,
        "getrandom": 318,
    },
)

AARCH64: Final = Table(
    machine="aarch64",
    audit_token=0xC00000B7,
    foreign_from=None,
    pivot_root=41,
    numbers={
        "read": 63,
        "write": 64,
        "newfstatat": 79,
        "fstat": 80,
        "exit": 93,
        "exit_group": 94,
        "futex": 98,
        "clock_gettime": 113,
        "sched_yield": 124,
        "restart_syscall": 128,
        "rt_sigreturn": 139,
        "sendto": 206,
        "recvfrom": 207,
        "brk": 214,
        "munmap": 215,
        "mremap": 216,
        "mmap": 222,
        "mprotect": 226,
        "madvise": 233,
        "getrandom": 278,
    },
)

TABLES: Final = {table.machine: table for table in (X86_64, AARCH64)}


def table_of_this_machine() -> Table | None:
    """The running machine's table, or None where the sandbox has no filter for it (32-bit programs included)."""
    return TABLES.get(platform.machine())
