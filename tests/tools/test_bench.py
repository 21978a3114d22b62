"""`make bench`: what benchmarks print is figures alone, and they tell what others did meanwhile."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.others import Look, least_disturbed, look
from tools.bench import modules

PROBE = """
import asyncio
from benchmarks.figures import Report
from app.sandbox.pool import Pool, PoolSettings

async def main():
    async with Pool(PoolSettings(slots=1, spares=1, max_children=3, harden_parent=False)):
        report = Report("A pool")
        report.add("pools", 1, "pools")
        report.show(as_json=True)

asyncio.run(main())
"""


@pytest.mark.slow
def test_lines_of_log_do_not_come_between_figures() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {"pools": 1}
    assert "sandbox ready" in done.stderr


def test_every_module_with_a_main_is_a_benchmark(tmp_path: Path) -> None:
    (tmp_path / "fast.py").write_text("def main() -> None: ...\n", "utf-8")
    (tmp_path / "figures.py").write_text("def other() -> None: ...\n", "utf-8")
    assert modules(tmp_path) == ["fast"]
    assert {"engine", "hooks", "sandbox", "web"} <= set(modules(Path("benchmarks")))


def test_what_a_program_of_ours_used_is_no_work_of_others() -> None:
    before = look()
    subprocess.run([sys.executable, "-c", "import time\nwhile time.process_time() < 0.5: pass"], check=True)
    later = look()
    # Though it has ended: whoever waited for it has its time. The system tells of whole ticks, and counts everybody's by looking at each.
    assert later.ours - before.ours >= 0.4
    assert later.everybody - before.everybody >= 0.3


def test_of_turns_beside_others_work_those_with_the_least_of_it_count() -> None:
    others = iter([0.1, 1.0, 0.2, 0.9, 0.8, 0.0])
    turns = iter("abcdef")
    counted, most = least_disturbed(lambda: next(turns), 3, _clock(others))
    assert (counted, round(most, 6)) == (["f", "a", "c"], 0.2)


def test_turns_are_not_repeated_without_end() -> None:
    others = iter([0.9, 0.5, 1.0, 0.7])
    turns = iter("abcd")
    counted, most = least_disturbed(lambda: next(turns), 2, _clock(others))
    assert (counted, round(most, 6)) == (["b", "d"], 0.7)


def _clock(others: Iterator[float]) -> Callable[[], Look]:
    """Looks two of which are a second apart, in which others used so many processors."""
    looks = (each for used in others for each in (Look(0.0, 0.0, 0.0), Look(1.0, used + 0.5, 0.5)))
    return lambda: next(looks)
