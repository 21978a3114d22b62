"""The layers by name, which of them this machine offers, and which a strict sandbox demands.

A layer is tried in a throw-away process first: a half-applied layer is worse than none.
"""

from __future__ import annotations

import errno
import os
import resource
import signal
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Final

from msgspec import Struct

from app.sandbox.lockdown import identity, landlock, namespaces, policy, resources
from app.sandbox.lockdown.tables import table_of_this_machine


class Layer(StrEnum):
    """One independent wall."""

    SECCOMP = "seccomp"
    LANDLOCK = "landlock"
    NAMESPACES = "namespaces"
    RESOURCES = "resources"
    IDENTITY = "identity"


ALL_LAYERS: Final = frozenset(Layer)
_DEMANDED: Final = (Layer.SECCOMP, Layer.RESOURCES, Layer.IDENTITY)
_ONE_OF: Final = (Layer.LANDLOCK, Layer.NAMESPACES)
_PROBE_FAILED: Final = 1
_PROBE_PASSED: Final = 0
_PROBE_BYTES: Final = 256 * 1024 * 1024


class LayerReport(Struct, frozen=True):
    """Whether a layer is applied to children, and if not, why."""

    layer: str
    is_active: bool
    detail: str


def survey(wanted: Iterable[str]) -> list[LayerReport]:
    """Try every wanted layer in a process of its own; call it only from a single-threaded process."""
    chosen = {Layer(name) for name in wanted}
    return [_report(layer, layer in chosen) for layer in Layer]


def missing_for_strict(reports: Iterable[LayerReport]) -> list[str]:
    """What a strict sandbox lacks, in words; empty when it lacks nothing."""
    active = {report.layer for report in reports if report.is_active}
    reasons = {report.layer: report.detail for report in reports}
    missing = [f"{layer} ({reasons[layer]})" for layer in _DEMANDED if layer not in active]
    if not active.intersection(_ONE_OF):
        missing.append(" or ".join(f"{layer} ({reasons[layer]})" for layer in _ONE_OF))
    return missing


def _report(layer: Layer, is_wanted: bool) -> LayerReport:
    if not is_wanted:
        return LayerReport(layer, is_active=False, detail="not asked for")
    failure = _failure_in_throwaway_process(_PROBES[layer], must_die_of_sigsys=layer is Layer.SECCOMP)
    return LayerReport(layer, is_active=failure is None, detail=failure or "applied")


def _failure_in_throwaway_process(probe: Callable[[], str | None], must_die_of_sigsys: bool) -> str | None:
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        _run_probe_and_exit(probe, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        message = pipe.read().decode(errors="replace")
    _, status = os.waitpid(pid, 0)
    if must_die_of_sigsys:
        was_stopped = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGSYS
        return None if was_stopped else message or "the filter did not stop a forbidden call"
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == _PROBE_PASSED:
        return None
    return message or f"the probe ended with status {status}"


def _run_probe_and_exit(probe: Callable[[], str | None], writer: int) -> None:
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        failure = probe()
    except BaseException as error:
        failure = str(error) or type(error).__name__
    if failure is None:
        os._exit(_PROBE_PASSED)
    os.write(writer, failure.encode())
    os._exit(_PROBE_FAILED)


def _probe_seccomp() -> str | None:
    table = table_of_this_machine()
    if table is None:
        return f"no filter for {os.uname().machine}"
    identity.forbid_new_privileges()
    policy.install(policy.program(table))
    os.getppid()
    return None


def _probe_landlock() -> str | None:
    identity.forbid_new_privileges()
    landlock.restrict(landlock.version())
    return _opens_files()


def _probe_namespaces() -> str | None:
    table = table_of_this_machine()
    if table is None:
        return f"no pivot_root number for {os.uname().machine}"
    namespaces.enter()
    pid = os.fork()  # the first process of the new pid namespace
    if pid:
        _, status = os.waitpid(pid, 0)
        return None if status == 0 else "the empty root could not be made"
    namespaces.empty_root(table)
    return None if os.getpid() == 1 and os.listdir("/") == [] else "the root is not empty"


def _probe_resources() -> str | None:
    resources.limit(_PROBE_BYTES, cpu_seconds=1)
    try:
        os.pipe()
    except OSError as error:
        return None if error.errno == errno.EMFILE else str(error)
    return "the limit of open files does not hold"


def _probe_identity() -> str | None:
    identity.drop()
    identity.forbid_new_privileges()
    if 0 in (os.getuid(), os.geteuid()):
        return "still root"
    with open("/proc/self/status", encoding="utf-8") as status:
        kept = [line for line in status if line.startswith(("CapPrm", "CapEff", "CapInh", "CapAmb")) and int(line.split()[1], 16)]
    return f"capabilities are left: {kept}" if kept else None


def _opens_files() -> str | None:
    try:
        with open("/proc/self/statm", encoding="utf-8"):
            return "files can still be opened"
    except OSError as error:
        return None if error.errno == errno.EACCES else str(error)


_PROBES: Final[dict[Layer, Callable[[], str | None]]] = {
    Layer.SECCOMP: _probe_seccomp,
    Layer.LANDLOCK: _probe_landlock,
    Layer.NAMESPACES: _probe_namespaces,
    Layer.RESOURCES: _probe_resources,
    Layer.IDENTITY: _probe_identity,
}
