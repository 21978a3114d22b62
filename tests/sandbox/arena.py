"""What attacks attack: files, sockets and a process that the harness puts up, and the verdict on one attack under some layers."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from app.sandbox.jobs import Json, Limits, Outcome, Run
from app.sandbox.lockdown.layers import Layer
from app.sandbox.pool import Pool
from app.sandbox.settings import PoolSettings
from tests.sandbox.attacks import Attack

INJECTED: Final = "tests.sandbox.injected"
_ATTACK_LIMITS: Final = Limits(wall_ms=60_000)
_VICTIM: Final = (
    "import ctypes, sys; b = ctypes.create_string_buffer(b'victim'); "
    "ctypes.CDLL(None).prctl(0x59616d61, -1, 0, 0, 0); print(ctypes.addressof(b), flush=True); sys.stdin.read()"
)


class Arena:
    """Targets on this machine, made anew for each attack so that one success can't hide another."""

    def __init__(self, folder: Path, victim: int, victim_address: int, tcp_port: int, udp_port: int, socket_name: str) -> None:
        self._folder = folder
        self._fixed: dict[str, Json] = {
            "victim": victim,
            "victim_address": victim_address,
            "tcp_port": tcp_port,
            "udp_port": udp_port,
            "socket_name": socket_name,
            "socket_path": str(folder / "socket"),
            "host_name": socket.gethostname(),
        }
        self._rounds = 0

    def targets(self) -> dict[str, Json]:
        """Fresh files for one attack, with everything else that it may need to know."""
        self._rounds += 1
        folder = self._folder / str(self._rounds)
        folder.mkdir()
        for name in ("open_file", "doomed", "movable", "secret"):
            (folder / name).write_text("precious")
        folder.chmod(0o777)
        (folder / "open_file").chmod(0o666)
        (folder / "secret").chmod(0o600)
        marker = str(folder / "marker")
        return {
            **self._fixed,
            "folder": str(folder),
            "open_file": str(folder / "open_file"),
            "secret": str(folder / "secret"),
            "marker": marker,
        }


@contextmanager
def arena() -> Iterator[Arena]:
    """Put up the targets, and take them down again."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="alloy-arena-")))
        folder.chmod(0o777)
        victim = subprocess.Popen([sys.executable, "-c", _VICTIM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        stack.enter_context(victim)
        stack.callback(victim.kill)
        tcp, udp, named, abstract = (stack.enter_context(socket.socket(*kind)) for kind in _SOCKETS)
        for inet in (tcp, udp):
            inet.bind(("127.0.0.1", 0))
        tcp.listen(64)
        named.bind(str(folder / "socket"))
        (folder / "socket").chmod(0o777)
        named.listen(64)
        name = f"alloy-arena-{os.getpid()}"
        abstract.bind("\0" + name)
        abstract.listen(64)
        assert victim.stdout is not None
        address = int(victim.stdout.readline())
        yield Arena(folder, victim.pid, address, tcp.getsockname()[1], udp.getsockname()[1], name)


_SOCKETS: Final = (
    (socket.AF_INET, socket.SOCK_STREAM),
    (socket.AF_INET, socket.SOCK_DGRAM),
    (socket.AF_UNIX, socket.SOCK_STREAM),
    (socket.AF_UNIX, socket.SOCK_STREAM),
)


def pool_with(layers: frozenset[Layer]) -> Pool:
    """A pool whose children take Python code and have only these layers."""
    all_there = layers == frozenset(Layer)
    return Pool(PoolSettings(mode="strict" if all_there else "degraded", layers=layers, handlers=INJECTED, harden_parent=False))


async def attack_once(pool: Pool, arena: Arena, attack: Attack) -> str | None:
    """Make one attack in a child of its own. None: it got through; otherwise what stopped it."""
    targets = arena.targets()
    outcome = await pool.run(Run(tenant=attack.name, source=attack.source, digest=attack.name, inputs=targets, limits=_ATTACK_LIMITS))
    if outcome.value == "reached" or os.path.exists(targets["marker"]):  # noqa: ASYNC240 - a test may wait for a disk
        return None
    return stopped_by(outcome)


def stopped_by(outcome: Outcome) -> str:
    """What ended an attack, in a word or two."""
    if outcome.fault is None:
        return "no effect"
    if outcome.fault.kind == "forbidden-call":
        return "SIGSYS"
    return outcome.fault.kind
