"""The Landlock layer: a ruleset that handles every access right and grants none.

It stops opening, creating and executing files, TCP bind and connect (ABI 4), abstract sockets and signals out of the domain (ABI 6).
Source: https://docs.kernel.org/userspace-api/landlock.html
"""

from __future__ import annotations

import ctypes
import os
from typing import Final

from app.sandbox.lockdown import kernel
from app.sandbox.lockdown.tables import LANDLOCK_CREATE_RULESET, LANDLOCK_RESTRICT_SELF

_ASK_VERSION: Final = 1
_FILE_RIGHTS: Final = ((1, 13), (2, 14), (3, 15), (5, 16))  # (from this ABI on, this many rights)
_NET_SINCE: Final = 4
_SCOPE_SINCE: Final = 6
_BIND_AND_CONNECT: Final = 0b11
_SOCKETS_AND_SIGNALS: Final = 0b11


def version() -> int:
    """The kernel's Landlock ABI.

    Raises: OSError where the kernel has none, or it is switched off.
    """
    return kernel.syscall(LANDLOCK_CREATE_RULESET, 0, 0, _ASK_VERSION)


def restrict(abi: int) -> None:
    """Take every right that this ABI knows from this process, for good. Needs no_new_privs."""
    rights = max(count for since, count in _FILE_RIGHTS if since <= abi)
    words = [(1 << rights) - 1]
    if abi >= _NET_SINCE:
        words.append(_BIND_AND_CONNECT)
    if abi >= _SCOPE_SINCE:
        words.append(_SOCKETS_AND_SIGNALS)
    attributes = (ctypes.c_uint64 * len(words))(*words)
    ruleset = kernel.syscall(LANDLOCK_CREATE_RULESET, ctypes.addressof(attributes), ctypes.sizeof(attributes), 0)
    try:
        kernel.syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
