"""The resource layer: limits of memory, processor time, processes, files and locks that the kernel keeps for a child."""

from __future__ import annotations

import resource
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


def address_space_bytes() -> int:
    """What this process has mapped so far; a memory limit counts from here. Reads /proc, so ask before the root is gone."""
    with open("/proc/self/statm", encoding="utf-8") as file:
        pages = int(file.read().split()[0])
    return pages * resource.getpagesize()


def limit(address_space: int, cpu_seconds: int) -> None:
    """Apply every limit, soft and hard alike. The processor time is a backstop: the parent keeps the wall clock."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    for name in _NOTHING:
        resource.setrlimit(name, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
