"""The parent's side of the canaries: order one attack each from a new zygote, and judge how the attackers ended."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from typing import Final, Literal

from msgspec import Struct

from app.sandbox.call import Ending
from app.sandbox.canary import CANARIES, REFUSED, SURVIVED
from app.sandbox.endings import Exit
from app.sandbox.jobs import Fault
from app.sandbox.worker import Worker

Verdict = Literal["killed", "refused", "survived", "unknown"]
_VERDICTS: Final[dict[int, Verdict]] = {REFUSED: "refused", SURVIVED: "survived"}


class CanaryReport(Struct, frozen=True):
    """How one attack ended: `killed` by seccomp, `refused` by another layer, or it `survived`."""

    name: str
    verdict: Verdict


def judge(end: Exit) -> Verdict:
    """What an attacker's end says."""
    if os.WIFSIGNALED(end.status):
        return "killed" if os.WTERMSIG(end.status) == signal.SIGSYS else "unknown"
    return _VERDICTS.get(os.WEXITSTATUS(end.status), "unknown")


class CanaryRound:
    """One round of all canaries; calls `finished` with the reports when the last one is reaped."""

    def __init__(self, finished: Callable[[list[CanaryReport]], None]) -> None:
        self._finished = finished
        self._names: dict[int, str] = {}
        self._reports: list[CanaryReport] = []

    def attackers(self, make: Callable[[CanaryRound], Worker]) -> Iterator[tuple[Worker, str]]:
        """A worker to spawn for each canary, with the canary's name."""
        for name in CANARIES:
            worker = make(self)
            self._names[worker.number] = name
            yield worker, name

    def worker_ready(self, worker: Worker) -> None:
        """A canary that offers to do jobs was not given its attack; it must not be taken for a spare."""
        worker.kill()

    def worker_lost(self, worker: Worker) -> None:
        """Its socket closed; what counts is how it is reaped."""

    def worker_exited(self, worker: Worker) -> None:
        """Judge it, and finish the round with the last one."""
        if worker.exit is not None:
            self._reports.append(CanaryReport(self._names[worker.number], judge(worker.exit)))
        if len(self._reports) == len(CANARIES):
            self._finished(sorted(self._reports, key=lambda report: report.name))

    def explain(self, worker: Worker) -> Ending:
        """Canaries have no calls."""
        return Ending("crashed", Fault(kind="canary", message="A canary does no jobs."))
