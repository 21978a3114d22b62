"""The namespace layer: no network, no other processes, no shared memory, and an empty read-only root.

Common container defaults forbid it, so nothing may depend on it; where it is there, it stands behind seccomp.
"""

from __future__ import annotations

import ctypes
import os
from typing import Final

from app.sandbox.lockdown import kernel
from app.sandbox.lockdown.tables import Table

_NEW_MOUNT: Final = 0x00020000
_NEW_CGROUP: Final = 0x02000000
_NEW_UTS: Final = 0x04000000
_NEW_IPC: Final = 0x08000000
_NEW_USER: Final = 0x10000000
_NEW_PID: Final = 0x20000000
_NEW_NET: Final = 0x40000000
_ALL_BUT_USER: Final = _NEW_MOUNT | _NEW_CGROUP | _NEW_UTS | _NEW_IPC | _NEW_PID | _NEW_NET

_MS_READ_ONLY: Final = 0x1
_MS_NOTHING_SPECIAL: Final = 0x2 | 0x4 | 0x8  # no set-uid programs, no devices, no executables
_MS_PRIVATE_TREE: Final = 0x4000 | 0x40000
_MOUNT_POINT: Final = "/proc"  # any directory that exists everywhere will do


def enter() -> None:
    """Unshare everything. Root needs no user namespace; an ordinary user gets one that maps only themselves.

    The pid namespace takes effect for children: the caller must fork, and its first child is the namespace's init.
    """
    if os.geteuid() == 0:
        kernel.unshare(_ALL_BUT_USER)
        return
    uid, gid = os.geteuid(), os.getegid()
    kernel.unshare(_NEW_USER | _ALL_BUT_USER)
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{uid} {uid} 1")
    _write("/proc/self/gid_map", f"{gid} {gid} 1")


def empty_root(table: Table) -> None:
    """Make an empty, read-only file system the root of this mount namespace and let go of the old one."""
    kernel.mount("none", "/", "", _MS_PRIVATE_TREE)
    kernel.mount("none", _MOUNT_POINT, "tmpfs", _MS_READ_ONLY | _MS_NOTHING_SPECIAL, "size=4k,nr_inodes=1,mode=0555")
    os.chdir(_MOUNT_POINT)
    here = ctypes.create_string_buffer(b".")
    kernel.syscall(table.pivot_root, ctypes.addressof(here), ctypes.addressof(here))
    kernel.umount_lazily(".")
    os.chdir("/")


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
