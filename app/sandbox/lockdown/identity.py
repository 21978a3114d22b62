"""The identity layer: an unprivileged user without capabilities who can gain none and whom nobody may inspect."""

from __future__ import annotations

import os
from typing import Final

from app.sandbox.lockdown import kernel

UNPRIVILEGED_ID: Final = 64_717  # belongs to nobody; below 65,536, because containers often map no more
_MORE_THAN_ALL_CAPABILITIES: Final = 64


def drop() -> None:
    """Become unprivileged, for good. A parent-death signal must be set again afterwards: changing the user clears it."""
    _empty_bounding_set()
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(UNPRIVILEGED_ID, UNPRIVILEGED_ID, UNPRIVILEGED_ID)
        os.setresuid(UNPRIVILEGED_ID, UNPRIVILEGED_ID, UNPRIVILEGED_ID)
    kernel.prctl(kernel.PR_CAP_AMBIENT, kernel.PR_CAP_AMBIENT_CLEAR_ALL)
    kernel.capset_none()
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)


def forbid_new_privileges() -> None:
    """No program started from here on gains anything by being set-uid. Seccomp and Landlock need it."""
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)


def make_uninspectable() -> None:
    """Other processes of the same user may not trace this one nor read its memory."""
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)


def die_with_parent() -> None:
    """SIGKILL this process when the thread that started it ends."""
    sigkill = 9
    kernel.prctl(kernel.PR_SET_PDEATHSIG, sigkill)


def _empty_bounding_set() -> None:
    for capability in range(_MORE_THAN_ALL_CAPABILITIES):
        try:
            kernel.prctl(kernel.PR_CAPBSET_DROP, capability)
        except OSError:
            # EPERM: an ordinary user may not, and has nothing to bound, for no_new_privs bars set-uid programs.
            # EINVAL: past this kernel's last capability.
            return
