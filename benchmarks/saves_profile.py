"""Where the time of a save over HTTP goes: the server's stacks are sampled while it is under load, and counted by part of the program.

`python -m benchmarks.hooks --profile` prints it. Sampled is the event loop's thread, once in each millisecond of processor time, between
two instructions; other threads and the children are counted as wholes, by what the system says they used. Sampling itself adds a tenth.
"""

import asyncio
import json
import os
import signal
import sys
import threading
from collections import Counter, defaultdict
from pathlib import Path
from time import sleep
from types import FrameType
from typing import Final

from app.cli import main as serve
from benchmarks.figures import table
from benchmarks.load import Load, put_on, serving

_EVERY_SECONDS: Final = 0.001
_CONNECTIONS: Final = 16
_FOLDER: Final = "ALLOY_BENCHMARK_FOLDER"
_LOOP: Final = "event loop"
_PARTS: Final = (
    ("app/sandbox", "sandbox, the server's side"),
    ("app/entities/rules", "validation"),
    ("app/base/db", "database"),
    ("sqlalchemy", "database"),
    ("app/runs", "runs and hooks"),
    ("app/hooks", "runs and hooks"),
    ("app/scripts", "runs and hooks"),
    ("app/access", "access and audit"),
    ("app/entities", "entities"),
    ("app/rest", "framework"),
    ("app/base/http", "framework"),
    ("fastapi", "framework"),
    ("starlette", "framework"),
    ("uvicorn/protocols", "framework"),
)
_CHILDREN: Final = "children: the scripts"
_THREADS: Final = {"alloy-db-commit": "database: commits", "alloy-db-writer": "read model of searches"}


def show_profile(url: str, request: bytes, seconds: float) -> None:
    """Print what each part of the program takes of a save, in microseconds of processor time."""
    folder = Path(url.removeprefix("sqlite:///")).parent
    settings = {"ALLOY_DATABASE_URL": url, "ALLOY_SERVE_PAGES": "false", "ALLOY_LOG_LEVEL": "error", _FOLDER: str(folder)}
    with serving([sys.executable, "-m", "benchmarks.saves_profile"], {**os.environ, **settings}, "/health/live") as port:
        server = int((folder / "server.pid").read_text())
        asyncio.run(put_on(Load("warm-up"), port, request, 1.0, _CONNECTIONS))
        before = _used(server)
        os.kill(server, signal.SIGUSR1)
        load = Load("save")
        asyncio.run(put_on(load, port, request, seconds, _CONNECTIONS))
        os.kill(server, signal.SIGUSR1)
        after = _used(server)
        while not (folder / "samples.json").exists():
            sleep(0.05)
    told = json.loads((folder / "samples.json").read_text())
    names = {thread: _THREADS[name] for name, thread in told["threads"].items() if name in _THREADS} | {server: _LOOP}
    spent: defaultdict[str, float] = defaultdict(float)
    for task, used in after.items():
        spent[names.get(task, "other threads") if task > 0 else _CHILDREN] += used - before.get(task, 0.0)
    saves = len(load.latencies_ms) * (1 + min(1.0, seconds / 4) / seconds)  # with those of `put_on`'s own warm-up
    samples: Counter[str] = Counter(told["samples"])
    on_loop = spent.pop(_LOOP)
    rows = {**{part: on_loop * count / samples.total() for part, count in samples.items()}, **spent}
    in_all = sum(rows.values())
    print(f"{load.rate:.0f} saves a second at {_CONNECTIONS} connections while sampled, {load.errors} errors; the server's processor time:")
    dearest_first = sorted(rows.items(), key=lambda row: row[1], reverse=True)
    lines = [(part, f"{used / saves * 1e6:.0f}", f"{used / in_all:.0%}") for part, used in dearest_first]
    table(("part", "us a save", "share"), [*lines, ("all", f"{in_all / saves * 1e6:.0f}", "")])


def _used(server: int) -> dict[int, float]:
    """Seconds of processor time that the server has used by thread, and its children by their negative ids."""
    used = {int(thread): _seconds(server, int(thread)) for thread in os.listdir(f"/proc/{server}/task")}
    return used | {-child: _seconds(child, child) for child in _descendants(server)}


def _seconds(pid: int, thread: int) -> float:
    return int(Path(f"/proc/{pid}/task/{thread}/schedstat").read_text().split()[0]) / 1e9


def _descendants(pid: int) -> list[int]:
    own = [int(each) for path in Path(f"/proc/{pid}/task").glob("*/children") for each in path.read_text().split()]
    return own + [each for child in own for each in _descendants(child)]


# --- in the server's process


def _serve(port: str) -> None:
    folder = Path(os.environ[_FOLDER])
    samples: Counter[str] = Counter()

    def sample(_signal: int, frame: FrameType | None) -> None:
        samples[_part_of(frame)] += 1

    def begin_or_end(_signal: int, _frame: FrameType | None) -> None:
        if signal.getsignal(signal.SIGPROF) is not sample:
            signal.signal(signal.SIGPROF, sample)
            signal.setitimer(signal.ITIMER_PROF, _EVERY_SECONDS, _EVERY_SECONDS)
        else:
            signal.setitimer(signal.ITIMER_PROF, 0)
            ids = {thread.name: thread.native_id for thread in threading.enumerate()}
            told = folder / "told.json"
            told.write_text(json.dumps({"samples": samples, "threads": ids}))
            told.rename(folder / "samples.json")

    (folder / "server.pid").write_text(str(os.getpid()))
    signal.signal(signal.SIGUSR1, begin_or_end)
    sys.argv = ["alloy", "serve", "--port", port]
    serve()


def _part_of(frame: FrameType | None) -> str:
    """The part that the innermost frame of a known one belongs to."""
    while frame is not None:
        file = frame.f_code.co_filename
        for mark, part in _PARTS:
            if mark in file:
                return part
        frame = frame.f_back
    return _LOOP


if __name__ == "__main__":
    _serve(sys.argv[1])
