"""A storm of broken children: dying, hanging, flooding and lying ones, with honest calls in between, and zygotes that die.

The test suite runs a short storm; `python -m tests.sandbox.faults 4000` a long one. Both check the same: every call has an outcome that
fits its fault, the next honest call is served, and afterwards no descriptor and no process is left.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from app.sandbox.jobs import HostCall, Json, Limits, Outcome, Run
from app.sandbox.pool import Pool
from app.sandbox.settings import PoolSettings
from tests.sandbox.arena import INJECTED

_NUMBER: Final = "channel.number"
_RAW: Final = "channel._data.sendall({})"
_WAIT: Final = "channel._data.recv(1)"


def _say(*messages: str) -> str:
    return "\n".join(_RAW.format(f"wire.encode(wire.{message})") for message in messages)


def _frame(body: str) -> str:
    return _RAW.format(f"struct.pack('<I', len({body})) + {body}")


CRASHED: Final = frozenset({"crashed"})
TIMEOUT: Final = frozenset({"timeout"})

DYING: Final[dict[str, tuple[str, frozenset[str]]]] = {
    "exits with success": ("os._exit(0)", CRASHED),
    "exits with failure": ("os._exit(9)", CRASHED),
    "reads address zero": ("ctypes.string_at(0)", CRASHED),
    "makes a forbidden call": ("os.getpid()", CRASHED),
    "aborts": ("ctypes.CDLL(None).abort()", CRASHED),
    "uses up its memory": ("b = []\nwhile True: b.append(bytearray(1 << 20))", frozenset({"memory"})),
    "says that it has no memory": ("raise MemoryError", frozenset({"memory"})),
    "has a broken interpreter": ("raise SystemError", frozenset({"memory"})),
    "overflows the C stack": (
        "sys.setrecursionlimit(10**9)\ndef f(_): return list(map(f, [0]))\nf(0)",
        frozenset({"crashed", "memory"}),
    ),
    "raises an unknown error": ("raise ValueError('odd')", CRASHED),
    "raises SystemExit": ("raise SystemExit", CRASHED),
    "raises KeyboardInterrupt": ("raise KeyboardInterrupt", CRASHED),
    "dies in the middle of a frame": (_RAW.format("b'\\x40\\0\\0\\0abc'") + "\nos._exit(0)", CRASHED),
    "answers and dies": (_say(f"Done({_NUMBER}, 'ok')") + "\nos._exit(0)", frozenset({"ok"})),
}
HANGING: Final[dict[str, tuple[str, frozenset[str]]]] = {
    "loops for ever": ("while True: pass", TIMEOUT),
    "waits for ever": (_WAIT, TIMEOUT),
    "stops in the middle of a length": (_RAW.format("b'\\x40'") + "\n" + _WAIT, TIMEOUT),
    "stops in the middle of a frame": (_RAW.format("b'\\x40\\0\\0\\0abc'") + "\n" + _WAIT, TIMEOUT),
    "asks a host that never answers": ("channel.call('never', [])", TIMEOUT),
    "begins and runs for ever": (_say(f"Compiling({_NUMBER})", f"Begun({_NUMBER})") + "\nwhile True: pass", TIMEOUT),
}
FLOODING: Final[dict[str, tuple[str, frozenset[str]]]] = {
    "writes log lines without end": ("f = wire.encode(wire.Logs(channel.number, []))\nwhile True: channel._data.sendall(f)", CRASHED),
    "writes long log lines": (
        "f = wire.encode(wire.Logs(channel.number, [__import__('app.sandbox.jobs').sandbox.jobs.LogLine('info', 'x' * 900_000)]))\n"
        "channel._data.sendall(f)\n" + _WAIT,
        CRASHED,
    ),
    "announces a giant frame": (_RAW.format("b'\\xff\\xff\\xff\\x7f'") + "\n" + _WAIT, CRASHED),
    "sends a frame over the limit": (_frame("bytes(2 << 20)"), CRASHED),
    "sends zeros without end": ("while True: channel._data.sendall(bytes(65536))", CRASHED),
    "asks without waiting": (f"f = wire.encode(wire.Ask({_NUMBER}, 'echo', b'1'))\nwhile True: channel._data.sendall(f)", CRASHED),
}
LYING: Final[dict[str, tuple[str, frozenset[str]]]] = {
    "sends garbage": (_frame("b'\\xc1\\xc1\\xc1'") + "\n" + _WAIT, CRASHED),
    "sends an empty frame": (_RAW.format("bytes(4)") + "\n" + _WAIT, CRASHED),
    "sends an unknown message": (_frame("b'\\x91\\xa3odd'") + "\n" + _WAIT, CRASHED),
    "claims a kind that is the parent's": (
        _frame("b'\\x93\\xa4done\\xcd' + struct.pack('>H', channel.number) + b'\\xa4busy'") + "\n" + _WAIT,
        CRASHED,
    ),
    "answers another job": (_say(f"Done({_NUMBER} + 1, 'ok')") + "\n" + _WAIT, CRASHED),
    "answers an old job": (_say(f"Done({_NUMBER} - 1, 'ok')") + "\n" + _WAIT, CRASHED),
    "answers twice": (_RAW.format(f"wire.encode(wire.Done({_NUMBER}, 'ok')) * 2") + "\n" + _WAIT, frozenset({"ok", "crashed"})),
    "claims to be ready again": (_say("Ready(0)") + "\n" + _WAIT, CRASHED),
    "claims to be broken": (_say("Broken('odd')") + "\n" + _WAIT, CRASHED),
    "compiles twice": (_say(f"Compiling({_NUMBER})", f"Compiling({_NUMBER})") + "\n" + _WAIT, CRASHED),
    "begins what it did not compile": (_say(f"Begun({_NUMBER})") + "\n" + _WAIT, CRASHED),
    "begins twice": (_say(f"Compiling({_NUMBER})", f"Begun({_NUMBER})", f"Begun({_NUMBER})") + "\n" + _WAIT, CRASHED),
    "logs while it compiles": (_say(f"Compiling({_NUMBER})", f"Logs({_NUMBER}, [])") + "\n" + _WAIT, CRASHED),
    "compiles after its first line": (_say(f"Logs({_NUMBER}, [])", f"Compiling({_NUMBER})") + "\n" + _WAIT, CRASHED),
    "answers with no JSON": (_say(f"Done({_NUMBER}, 'ok', value=b'{{')") + "\n" + _WAIT, CRASHED),
    "answers with a deep value": (_say(f"Done({_NUMBER}, 'ok', value=b'[' * 400_000)") + "\n" + _WAIT, CRASHED),
    "answers with broken text": (_say(f"Done({_NUMBER}, 'ok', value=b'\"\\xff\"')") + "\n" + _WAIT, CRASHED),
    "answers with odd details": (_say(f"Done({_NUMBER}, 'ok', details=b'[]')") + "\n" + _WAIT, CRASHED),
    "asks with no JSON": (_say(f"Ask({_NUMBER}, 'echo', b'nope')") + "\n" + _WAIT, CRASHED),
    "nests messages deeply": (_frame("b'\\x91' * 500_000") + "\n" + _WAIT, CRASHED),
    "answers while it asks": (_say(f"Ask({_NUMBER}, 'echo', b'1')", f"Done({_NUMBER}, 'ok')") + "\n" + _WAIT, frozenset({"ok", "crashed"})),
}
KINDS: Final = DYING | HANGING | FLOODING | LYING
OUTSIDE: Final = ("is killed from outside", "is stopped from outside", "loses its zygote")

_LIMITS: Final = Limits(wall_ms=20_000)
_HANGING_LIMITS: Final = Limits(wall_ms=50)
_HONEST_LIMITS: Final = Limits(wall_ms=10_000)
_NO_HUNG_CALLER_S: Final = 60.0


@dataclass(slots=True)
class Report:
    """What a storm saw."""

    calls: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    descriptors_left: int = 0
    processes_left: int = 0


async def storm(calls: int, seed: int, lanes: int = 4) -> Report:
    """Make this many broken calls, over all kinds in turn, from several tenants at once; each is followed by an honest one."""
    report = Report()
    before, others = _descriptors(), _sandbox_processes()
    settings = PoolSettings(handlers=INJECTED, slots=lanes, queue_timeout_ms=20_000, harden_parent=False)
    async with Pool(settings) as pool:
        names = [*KINDS, *OUTSIDE]
        order = [names[index % len(names)] for index in range(calls)]
        random.Random(seed).shuffle(order)
        async with asyncio.TaskGroup() as group:
            for lane in range(lanes):
                group.create_task(_lane(pool, report, f"tenant {lane}", order[lane::lanes]))
    report.descriptors_left = _descriptors() - before
    report.processes_left = await _processes_left(others)
    return report


async def _lane(pool: Pool, report: Report, tenant: str, order: list[str]) -> None:
    for name in order:
        report.calls[name] += 1
        outcome, expected = await _broken_call(pool, tenant, name)
        # A zygote's death takes the other lanes' calls along; their outcome is then `crashed` whatever was expected.
        if outcome.kind not in expected and not _is_collateral(outcome):
            report.wrong.append(f"{name}: {outcome.kind} {outcome.fault}")
        await _honest_call(pool, report, tenant, name)


async def _broken_call(pool: Pool, tenant: str, name: str) -> tuple[Outcome, frozenset[str]]:
    if name in OUTSIDE:
        return await _call_hit_from_outside(pool, tenant, name)
    source, expected = KINDS[name]
    limits = _HANGING_LIMITS if name in HANGING else _LIMITS
    async with asyncio.timeout(_NO_HUNG_CALLER_S):
        return await pool.run(Run(tenant=tenant, source=source, digest=name, limits=limits), host_calls=_host), expected


async def _call_hit_from_outside(pool: Pool, tenant: str, name: str) -> tuple[Outcome, frozenset[str]]:
    """The script says through a host call that it runs; then its process is hit."""

    async def hit(call: HostCall) -> Json:
        worker = pool._by_id[tenant].worker
        pidfd = -1 if worker is None else worker._pidfd
        if name == OUTSIDE[2]:
            _kill_zygote(pool)
        elif pidfd >= 0:  # otherwise another lane has just killed the zygote, and with it this child
            signal.pidfd_send_signal(pidfd, signal.SIGKILL if name == OUTSIDE[0] else signal.SIGSTOP)
        return None

    job = Run(tenant=tenant, source="channel.call('hit', [])\nwhile True: pass", digest=name, limits=_HANGING_LIMITS, id=tenant)
    async with asyncio.timeout(_NO_HUNG_CALLER_S):
        outcome = await pool.run(job, host_calls=hit)
    # What was to be hit may just have been hit by another lane; the job then runs on a new child, into its deadline.
    return outcome, frozenset({"killed", "crashed", "timeout"} if name != OUTSIDE[1] else {"timeout"})


async def _honest_call(pool: Pool, report: Report, tenant: str, after: str) -> None:
    for _ in range(3):
        async with asyncio.timeout(_NO_HUNG_CALLER_S):
            job = Run(tenant=tenant, source="result = channel.call('echo', 41) + 1", digest="honest", limits=_HONEST_LIMITS)
            outcome = await pool.run(job, host_calls=_host)
        if outcome.kind == "ok" and outcome.value == 42:
            return
        if not _is_collateral(outcome):
            break
    report.wrong.append(f"honest call after {after}: {outcome.kind} {outcome.fault}")


async def _host(call: HostCall) -> Json:
    if call.name == "never":
        await asyncio.Event().wait()
    return call.arguments


def _is_collateral(outcome: Outcome) -> bool:
    """Ended by another lane's dead zygote: the child is killed along with it, and its exit may or may not be reported."""
    return outcome.kind in ("crashed", "killed") and outcome.fault is not None and outcome.fault.kind in ("sandbox-lost", "killed")


def _kill_zygote(pool: Pool) -> None:
    """Through its own handle, never by a number: there may be no zygote at the moment, and no number must stand for that."""
    zygote = pool._nursery._zygote or pool._nursery._pending
    if zygote is not None:
        zygote._process.kill()


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


async def _processes_left(others: frozenset[str]) -> int:
    """Zygotes and children of this process, wherever they may hang by now, once the dying have had time to go.

    `others` belong to pools that were there before the storm.
    """
    for _ in range(100):
        left = _sandbox_processes() - others
        if not left:
            return 0
        await asyncio.sleep(0.05)
    return len(left)


def _sandbox_processes() -> frozenset[str]:
    """All of them carry the command line that the zygote was started with, which names the parent."""
    mark = f'"parent":{os.getpid()},'.encode()
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            if mark in (entry / "cmdline").read_bytes():
                found.add(entry.name)
    return frozenset(found)


async def _main(calls: int) -> int:
    report = await storm(calls, seed=1)
    out = sys.stdout.write
    for name, count in sorted(report.calls.items()):
        out(f"{count:6} {name}\n")
    out(f"{report.calls.total()} calls of {len(report.calls)} kinds; wrong {len(report.wrong)}; ")
    out(f"descriptors left {report.descriptors_left}; processes left {report.processes_left}\n")
    for line in report.wrong[:20]:
        out(f"  {line}\n")
    return 1 if report.wrong or report.descriptors_left or report.processes_left else 0


if __name__ == "__main__":
    raise SystemExit(asyncio.run(_main(int(sys.argv[1]) if len(sys.argv) > 1 else 4000)))
