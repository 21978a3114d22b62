"""The resource layer: limits of memory, processor time, processes, files and locks that the kernel keeps for a child."""

from __future__ import annotations

import resource
from collections.abc import Iterable
from typing import Final

_NOTHING: Final = (
    resource.RLIMIT_NPROC,
    resource.RLIMIT_FSIZE,
    resource.RLIMIT_CORE,
    resource.RLIMIT_MEMLOCK,
    resource.RLIMIT_MSGQUEUE,
    resource.RLIMIT_RTPRIO,
    resource.RLIMIT_NICE,
    resource.RLIMIT_NOFILE,
)


_KIBIBYTE: Final = 1024
_MEBIBYTE: Final = 1024 * _KIBIBYTE
_COPIED_BYTES: Final = 4 * _MEBIBYTE


def spent_bytes(smaps: Iterable[str]) -> int:
    """The address space from which a memory limit counts: what is mapped, less what is mapped, writable and not in memory yet.

    A child could fill the latter without asking for more, so it belongs to the limit. `smaps` are the lines of /proc/self/smaps.
    """
    spent_kib, is_writable = 0, False
    for line in smaps:
        name, *rest = line.split()
        if not name.endswith(":"):
            is_writable = "w" in rest[0]
        elif name == ("Rss:" if is_writable else "Size:"):
            spent_kib += int(rest[0])
    return spent_kib * _KIBIBYTE


def allowance_bytes(memory_bytes: int) -> int:
    """How much a child with this memory limit may map: an eighth more, for what an interpreter can't give back at once.

    A child also copies pages of its zygote when it begins to work, 3 MiB as measured. Both together stay under a quarter of the limit
    from 16 MiB on, the least that children are made for.
    """
    return min(memory_bytes + memory_bytes // 8, memory_bytes + memory_bytes // 4 - _COPIED_BYTES)


def resident_bytes() -> int:
    """The most memory that this process has had so far, as `wait4` will tell at its end. Not under the filter."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIBIBYTE


def limit(address_space: int, cpu_seconds: int) -> None:
    """Apply every limit, soft and hard alike. The processor time is a backstop: the parent keeps the wall clock."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    for name in _NOTHING:
        resource.setrlimit(name, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
