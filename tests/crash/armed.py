"""A server that kills itself at a named point, as a power cut would.

Every point lies before or after one thing becoming durable on the way of a save through its scripts. Servers are forked from a process
that has the program in memory already: a chain of twenty crashes would else spend its time on imports.
"""

import multiprocessing
import os
import re
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, Final

from app.base.outbox import transport
from app.cli import main
from app.entities import Entities
from app.rest.direct import ShortWay
from app.runs import Queue, Runner
from app.runs.recorder import Recorder

POINTS: Final = (
    "before-hook ran, its run not recorded",
    "before-hook's run recorded, record not written",
    "record and messages written, not committed",
    "save committed, not acknowledged",
    "messages claimed, none delivered",
    "queued run marked as running",
    "webhook called, its run not recorded",
    "webhook's run recorded, message not settled",
    "message settled",
)
SHORT_WAY: Final = "save by token answered on the short way, not sent"
"""Only calls with a token pass here (`app.rest.direct`)."""
SAVES_BEFORE: Final = 5
"""The point lets so many pass, so that there is something to lose."""

_PATIENCE_SECONDS: Final = 60
ANNOUNCED: Final = re.compile(r"Alloy serves on (\S+)\n")
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload([__name__])


@dataclass(slots=True)
class Fuse:
    """The point at which this process dies, once the file is there that lights it."""

    point: str = ""
    file: Path = Path()
    passed: int = 0


_fuse = Fuse()


@dataclass(frozen=True, slots=True)
class ArmedServer:
    """A running server that dies at its point once it is lit."""

    url: str
    fuse: Path
    process: ForkServerProcess

    def light(self) -> None:
        """From now on count how often the point is passed."""
        self.fuse.touch()


@contextmanager
def serving_armed(folder: Path, settings: Mapping[str, str], point: str) -> Iterator[ArmedServer]:
    """A server over the data of `folder`, dead at the end however it came to that."""
    fuse = folder / "fuse"
    fuse.unlink(missing_ok=True)
    reader, writer = _forks.Pipe(duplex=False)
    process = _forks.Process(target=_serve, args=(dict(settings), point, fuse, folder / "server.log", writer))
    process.start()
    writer.close()
    try:
        yield ArmedServer(_address(reader, folder / "server.log"), fuse, process)
    finally:
        process.kill()
        process.join(_PATIENCE_SECONDS)
        reader.close()


def _address(reader: Connection, log: Path) -> str:
    """Where the server says that it serves, once it does."""
    said = ""
    while not (found := ANNOUNCED.search(said)):
        part = os.read(reader.fileno(), 1000)
        if not part:
            raise RuntimeError(f"the server did not start:\n{log.read_text()}")
        said += part.decode()
    return found[1]


def _serve(settings: dict[str, str], point: str, fuse: Path, log: Path, said: Connection) -> None:
    """The forked process: what `alloy serve` does, with the points in place."""
    os.environ.update(settings)
    os.dup2(said.fileno(), 1)
    with log.open("a") as out:
        os.dup2(out.fileno(), 2)
    sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
    _fuse.point, _fuse.file = point, fuse
    arm()
    sys.argv = ["alloy", "serve", "--seed", "--port", "0"]
    main()


def reached(point: str) -> None:
    """Die here, if this is the point and its time has come."""
    if _fuse.point == point and _fuse.file.exists():
        _fuse.passed += 1
        if _fuse.passed > SAVES_BEFORE:
            os.kill(os.getpid(), signal.SIGKILL)


def _after(point: str, call: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        result = call(*args, **kwargs)
        reached(point)
        return result

    return wrapped


def _after_awaiting(point: str, call: Callable[..., Awaitable[Any]], only: Callable[..., bool] = lambda *_: True) -> Callable[..., Any]:
    async def wrapped(*args: Any, **kwargs: Any) -> Any:
        result = await call(*args, **kwargs)
        if only(*args):
            reached(point)
        return result

    return wrapped


def _is_before(_runner: Runner, execution: Any, *_: Any) -> bool:
    return bool(execution.request.phase == "before")


def _is_on_commit(_runner: Runner, execution: Any, *_: Any) -> bool:
    return bool(execution.request.phase == "on_commit")


def _wrote_before(_recorder: Recorder, runs: list[Any]) -> bool:
    return any(run.request.phase == "before" for run in runs)


def _wrote_on_commit(_recorder: Recorder, runs: list[Any]) -> bool:
    return any(run.request.phase == "on_commit" for run in runs)


def arm() -> None:
    """Put the points in place."""
    runner: Any = Runner
    runner.attempt = _after_awaiting(POINTS[0], _after_awaiting(POINTS[6], runner.attempt, _is_on_commit), _is_before)
    recorder: Any = Recorder
    recorder._write = _after_awaiting(POINTS[1], _after_awaiting(POINTS[7], recorder._write, _wrote_on_commit), _wrote_before)
    entities: Any = Entities
    entities._write_save = _after(POINTS[2], entities._write_save)
    entities.finish_save = _after_awaiting(POINTS[3], entities.finish_save)
    outbox: Any = transport
    outbox._claim = _after(POINTS[4], outbox._claim)
    queue: Any = Queue
    queue._begin = _after(POINTS[5], queue._begin)
    outbox.OutboxTransport._settle = _after(POINTS[8], outbox.OutboxTransport._settle)
    short_way: Any = ShortWay
    short_way._response = _after_awaiting(SHORT_WAY, short_way._response)
