"""Numbers of the system calls that attacks make by name, per architecture.

Source: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h of the Linux kernel.
"""

from __future__ import annotations

import platform
from typing import Final

_NEW_ON_EVERY_ARCHITECTURE: Final = {"io_uring_setup": 425, "clone3": 435, "pidfd_getfd": 438}
_X86_64: Final = {
    "mprotect": 10,
    "shmget": 29,
    "clone": 56,
    "shmctl": 31,
    "semget": 64,
    "semctl": 66,
    "msgget": 68,
    "msgctl": 71,
    "ptrace": 101,
    "syslog": 103,
    "capset": 126,
    "personality": 135,
    "mlock": 149,
    "pivot_root": 155,
    "prctl": 157,
    "acct": 163,
    "mount": 165,
    "umount2": 166,
    "clock_getres": 229,
    "mq_open": 240,
    "mq_unlink": 241,
    "add_key": 248,
    "unshare": 272,
    "inotify_init1": 294,
    "setns": 308,
    "perf_event_open": 298,
    "fanotify_init": 300,
    "prlimit64": 302,
    "process_vm_readv": 310,
    "kcmp": 312,
    "memfd_create": 319,
    "bpf": 321,
    "userfaultfd": 323,
}
_AARCH64: Final = {
    "inotify_init1": 26,
    "umount2": 39,
    "mount": 40,
    "pivot_root": 41,
    "acct": 89,
    "capset": 91,
    "personality": 92,
    "unshare": 97,
    "clock_getres": 114,
    "syslog": 116,
    "ptrace": 117,
    "prctl": 167,
    "mq_open": 180,
    "mq_unlink": 181,
    "msgget": 186,
    "msgctl": 187,
    "semget": 190,
    "semctl": 191,
    "shmget": 194,
    "shmctl": 195,
    "add_key": 217,
    "mprotect": 226,
    "clone": 220,
    "mlock": 228,
    "perf_event_open": 241,
    "prlimit64": 261,
    "fanotify_init": 262,
    "setns": 268,
    "process_vm_readv": 270,
    "kcmp": 272,
    "memfd_create": 279,
    "bpf": 280,
    "userfaultfd": 282,
}

NUMBERS: Final = {**(_X86_64 if platform.machine() == "x86_64" else _AARCH64), **_NEW_ON_EVERY_ARCHITECTURE}
