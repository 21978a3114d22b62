"""Starts a pool in an environment that this process first puts itself into: `python -m tests.sandbox.environments NAME [MODE]`.

Prints one JSON object: which layers are active, how the canaries ended, and how an honest and a hostile job ended; or the refusal to start.
Run as root; the environments only take away.
"""

from __future__ import annotations

import asyncio
import errno
import json
import os
import struct
import sys
from collections.abc import Callable
from typing import Final, cast

from app.sandbox.jobs import Run
from app.sandbox.lockdown import kernel, policy
from app.sandbox.lockdown.bpf import ALLOW, Condition, Rule, assemble, fail_with, packed
from app.sandbox.lockdown.tables import LANDLOCK_CREATE_RULESET, table_of_this_machine
from app.sandbox.pool import Pool, SandboxUnavailable
from app.sandbox.settings import Mode, PoolSettings
from tests.sandbox.arena import INJECTED
from tests.sandbox.injected import call
from tests.sandbox.numbers import NUMBERS

_ORDINARY_USER: Final = 1_000
_NEW_NAMESPACES: Final = 0x7E020080
_PR_SET_KEEPCAPS: Final = 8
_PR_CAP_AMBIENT_RAISE: Final = 2
_READ_ALL_FILES: Final = 2
_CONTAINER_CAPABILITIES: Final = (0, 1, _READ_ALL_FILES, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31)
"""Docker's default set (chown, kill, setuid, net_raw, ...), and one more for `ordinary_user`."""


def plain_root() -> None:
    """Root on the machine itself."""


def ordinary_user() -> None:
    """Nobody special, on the machine itself; but for reading all files, because the interpreter may be installed in root's home."""
    os.setgroups([])
    os.setresgid(_ORDINARY_USER, _ORDINARY_USER, _ORDINARY_USER)
    kernel.prctl(_PR_SET_KEEPCAPS, 1)
    os.setresuid(_ORDINARY_USER, _ORDINARY_USER, _ORDINARY_USER)
    _hold_capabilities((_READ_ALL_FILES,))
    kernel.prctl(kernel.PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _READ_ALL_FILES)


def container_root() -> None:
    """Root in a container under the usual default profile: no new namespaces, no mounts, few capabilities."""
    _forbid(["unshare", "setns", "mount", "umount2", "pivot_root"])
    _keep_capabilities(_CONTAINER_CAPABILITIES)


def container_user() -> None:
    """The same container, started with an ordinary user."""
    container_root()
    ordinary_user()


def container_without_landlock() -> None:
    """The same on an old kernel: neither namespaces nor Landlock."""
    _install([Rule(LANDLOCK_CREATE_RULESET, action=fail_with(errno.ENOSYS))])
    container_root()


def root_without_capabilities() -> None:
    """Root whom nobody lets become anyone else."""
    _keep_capabilities(())


ENVIRONMENTS: Final[dict[str, Callable[[], None]]] = {
    function.__name__: function
    for function in (plain_root, ordinary_user, container_root, container_user, container_without_landlock, root_without_capabilities)
}


def _forbid(names: list[str]) -> None:
    refused = [Rule(NUMBERS[name], action=fail_with(errno.EPERM)) for name in names]
    plain_clone = Rule(NUMBERS["clone"], (Condition(0, (0,), mask=_NEW_NAMESPACES, is_wide=False),))
    _install(
        [
            *refused,
            plain_clone,
            Rule(NUMBERS["clone"], action=fail_with(errno.EPERM)),
            Rule(NUMBERS["clone3"], action=fail_with(errno.ENOSYS)),
        ]
    )


def _install(rules: list[Rule]) -> None:
    table = table_of_this_machine()
    assert table is not None
    policy.install(packed(assemble(table.audit_token, None, rules, ALLOW)))


def _keep_capabilities(kept: tuple[int, ...]) -> None:
    for capability in range(41):
        if capability not in kept:
            kernel.prctl(kernel.PR_CAPBSET_DROP, capability)
    _hold_capabilities(kept)


def _hold_capabilities(kept: tuple[int, ...]) -> None:
    mask = sum(1 << capability for capability in kept)
    low, high = mask & 0xFFFFFFFF, mask >> 32
    call("capset", struct.pack("II", 0x20080522, 0), struct.pack("6I", low, low, low, high, high, high))


async def _report(mode: Mode) -> dict[str, object]:
    try:
        async with Pool(PoolSettings(mode=mode, handlers=INJECTED)) as pool:
            honest = await pool.run(Run(tenant="t", source="result = 6 * 7", digest="honest"))
            hostile = await pool.run(Run(tenant="t", source="os.open('/etc/passwd', 0)", digest="hostile"))
            return {
                "layers": [report.layer for report in pool.layers if report.is_active],
                "canaries": {report.name: report.verdict for report in pool.canaries},
                "honest": honest.value,
                "hostile": hostile.fault.kind if hostile.fault is not None else None,
            }
    except SandboxUnavailable as error:
        return {"refusal": str(error)}


def main(name: str, mode: str = "strict") -> None:
    """Enter the environment and report."""
    ENVIRONMENTS[name]()
    sys.stdout.write(json.dumps(asyncio.run(_report(cast(Mode, mode)))) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
