"""Which system calls a locked child may make: the allow-list, and installing it.

A child computes, and talks on one socket. It therefore needs memory, its own futexes, the clock, randomness, a way to end, and
reading and writing on descriptor 3. Everything else ends the process with SIGSYS.
"""

from __future__ import annotations

import ctypes
import errno
from typing import Final

from app.sandbox.lockdown import kernel
from app.sandbox.lockdown.bpf import KILL_PROCESS, Condition, Rule, assemble, fail_with, packed
from app.sandbox.lockdown.tables import Table

DATA_DESCRIPTOR: Final = 3

_PROT_READ_WRITE: Final = 0x1 | 0x2
_MAP_PRIVATE_ANONYMOUS: Final = 0x02 | 0x20
_MAP_HARMLESS: Final = 0x4000 | 0x20000  # NORESERVE and STACK: hints of the C library's allocator
_MADV_DONTNEED: Final = 4
_FUTEX_FLAGS: Final = 128 | 256  # PRIVATE, CLOCK_REALTIME
_FUTEX_WAIT_AND_WAKE: Final = (0, 1, 9, 10)  # never the requeue and priority-inheritance operations
_LOW: Final = 0xFFFFFFFF
_FILTER_MODE: Final = 2

_ON_THE_SOCKET: Final = (Condition(0, (DATA_DESCRIPTOR,), is_wide=False),)
_NO_EXECUTABLE: Final = Condition(2, (0,), mask=_LOW & ~_PROT_READ_WRITE)

_ALLOWED: Final[tuple[tuple[str, tuple[Condition, ...]], ...]] = (
    ("recvfrom", _ON_THE_SOCKET),
    ("sendto", _ON_THE_SOCKET),
    ("munmap", ()),
    ("mmap", (_NO_EXECUTABLE, Condition(3, (_MAP_PRIVATE_ANONYMOUS,), mask=_LOW & ~_MAP_HARMLESS))),
    ("brk", ()),
    ("mremap", ()),
    ("mprotect", (_NO_EXECUTABLE,)),
    ("madvise", (Condition(2, (_MADV_DONTNEED,), is_wide=False),)),
    ("futex", (Condition(1, _FUTEX_WAIT_AND_WAKE, mask=_LOW & ~_FUTEX_FLAGS, is_wide=False),)),
    ("clock_gettime", ()),
    ("getrandom", ()),
    ("sched_yield", ()),
    ("read", _ON_THE_SOCKET),
    ("write", _ON_THE_SOCKET),
    ("rt_sigreturn", ()),
    ("restart_syscall", ()),
    ("exit", ()),
    ("exit_group", ()),
)
_REFUSED_POLITELY: Final = ("fstat", "newfstatat")  # the C library asks before it gives up on its own


def rules(table: Table) -> list[Rule]:
    """The allow-list in the numbers of one architecture."""
    allowed = [Rule(table.numbers[name], conditions) for name, conditions in _ALLOWED]
    refused = [Rule(table.numbers[name], action=fail_with(errno.EPERM)) for name in _REFUSED_POLITELY]
    return allowed + refused


def program(table: Table) -> bytes:
    """The complete filter of one architecture."""
    return packed(assemble(table.audit_token, table.foreign_from, rules(table), KILL_PROCESS))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def install(filter_bytes: bytes) -> None:
    """Put a filter on this process, for good. Needs no_new_privs.

    Raises: OSError where the kernel has no seccomp.
    """
    buffer = ctypes.create_string_buffer(filter_bytes, len(filter_bytes))
    header = _Program(len(filter_bytes) // 8, ctypes.addressof(buffer))
    kernel.prctl(kernel.PR_SET_SECCOMP, _FILTER_MODE, ctypes.addressof(header))
