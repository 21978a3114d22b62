"""`make bench`: what benchmarks print is figures alone."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

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
