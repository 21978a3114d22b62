"""Applying the layers, in the one order that works: first to the zygote, then the rest to each child.

Source: docs/explanation/sandbox.md. A failing step raises, and the process that was to be locked must end.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from typing import Final

from app.sandbox.lockdown import identity, landlock, namespaces, policy, resources
from app.sandbox.lockdown.layers import Layer
from app.sandbox.lockdown.tables import Table, table_of_this_machine

_HIGHEST_DESCRIPTOR: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class ChildLock:
    """Everything that a child needs for locking itself, worked out beforehand in the zygote."""

    layers: frozenset[Layer]
    filter_bytes: bytes
    landlock_version: int
    spent_bytes: int
    cpu_seconds: int
    niceness: int
    zygote: int


def lock_zygote(layers: frozenset[Layer]) -> None:
    """Take the file system, the identity and the capabilities away, with everything imported and warm. Namespaces are entered already."""
    if Layer.NAMESPACES in layers:
        namespaces.empty_root(_table())
    if Layer.IDENTITY in layers:
        identity.drop()
    if layers & {Layer.IDENTITY, Layer.SECCOMP, Layer.LANDLOCK}:
        identity.forbid_new_privileges()
    if Layer.LANDLOCK in layers:
        landlock.restrict(landlock.version())
    identity.die_with_parent()  # changing the user has cleared it


def prepare(layers: frozenset[Layer], spent_bytes: int, cpu_seconds: int, niceness: int) -> ChildLock:
    """Work out a child's lock; call it in the locked zygote."""
    return ChildLock(
        layers=layers,
        filter_bytes=policy.program(_table()) if Layer.SECCOMP in layers else b"",
        landlock_version=landlock.version() if Layer.LANDLOCK in layers else 0,
        spent_bytes=spent_bytes,
        cpu_seconds=cpu_seconds,
        niceness=niceness,
        zygote=os.getpid(),
    )


def take_socket(descriptor: int) -> socket.socket:
    """Move the data socket to its fixed descriptor and close every other one, the standard ones included."""
    if descriptor != policy.DATA_DESCRIPTOR:
        os.dup2(descriptor, policy.DATA_DESCRIPTOR, inheritable=False)
    os.closerange(0, policy.DATA_DESCRIPTOR)
    os.closerange(policy.DATA_DESCRIPTOR + 1, _HIGHEST_DESCRIPTOR)
    return socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, fileno=policy.DATA_DESCRIPTOR)


def lock_child(lock: ChildLock, memory_bytes: int) -> None:
    """Apply every layer to this freshly forked child. Nothing but computing and its socket is left afterwards.

    `memory_bytes` is what its jobs may use.
    """
    identity.die_with_parent()
    if os.getppid() != lock.zygote:
        os._exit(0)  # the zygote died before the signal was set
    os.nice(lock.niceness)
    if Layer.LANDLOCK in lock.layers:
        landlock.restrict(lock.landlock_version)  # a domain of its own: siblings can't signal each other
    if Layer.RESOURCES in lock.layers:
        resources.limit(lock.spent_bytes + resources.allowance_bytes(memory_bytes), lock.cpu_seconds)
    if Layer.SECCOMP in lock.layers:
        policy.install(lock.filter_bytes)


def _table() -> Table:
    table = table_of_this_machine()
    if table is None:
        raise OSError(f"the sandbox knows no system call numbers for {os.uname().machine}")
    return table
