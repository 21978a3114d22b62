"""The few kernel entry points that Python's standard library does not offer, through ctypes.

Everything here raises OSError with the kernel's errno. Arguments are plain integers; a structure is passed by its address
and must be kept alive by the caller until the call returns.
"""

from __future__ import annotations

import ctypes
import os
from typing import Final

PR_SET_PDEATHSIG: Final = 1
PR_SET_DUMPABLE: Final = 4
PR_SET_SECCOMP: Final = 22
PR_CAPBSET_DROP: Final = 24
PR_SET_NO_NEW_PRIVS: Final = 38
PR_CAP_AMBIENT: Final = 47
PR_CAP_AMBIENT_CLEAR_ALL: Final = 4

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def _checked(result: int, name: str) -> int:
    if result < 0:
        errno = ctypes.get_errno()
        raise OSError(errno, f"{name}: {os.strerror(errno)}")
    return result


def syscall(number: int, *arguments: int) -> int:
    """Make system call `number` and return its result."""
    words = [ctypes.c_long(argument) for argument in arguments]
    return _checked(int(_libc.syscall(ctypes.c_long(number), *words)), f"system call {number}")


def prctl(option: int, *arguments: int) -> int:
    """Call prctl with unused arguments zero, as the kernel demands."""
    words = [ctypes.c_ulong(argument) for argument in (*arguments, 0, 0, 0, 0)[:4]]
    return _checked(int(_libc.prctl(ctypes.c_int(option), *words)), f"prctl {option}")


def unshare(flags: int) -> None:
    """Move this process (or, for the pid namespace, its future children) into new namespaces."""
    _checked(int(_libc.unshare(ctypes.c_int(flags))), "unshare")


def mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    """Mount a file system, or change a mount's flags."""
    text = [part.encode() for part in (source, target, kind)]
    _checked(int(_libc.mount(*text, ctypes.c_ulong(flags), data.encode())), f"mount {target}")


def umount_lazily(target: str) -> None:
    """Detach a mount and everything below it."""
    detach = 2
    _checked(int(_libc.umount2(target.encode(), ctypes.c_int(detach))), f"umount {target}")


def capset_none() -> None:
    """Give up every permitted, effective and inheritable capability of this process."""
    version_3 = 0x20080522
    header = (ctypes.c_uint32 * 2)(version_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _checked(int(_libc.capset(ctypes.byref(header), ctypes.byref(nothing))), "capset")
