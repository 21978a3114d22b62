"""Building the front end, in a copy of the checkout with the packages of this one."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OLD = "old-ABCDEFGH.js"


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """The folder of the front end, with what an older build has left."""
    static = tmp_path / "static"
    shutil.copytree(ROOT / "static", static, ignore=shutil.ignore_patterns("dist", ".dist-*", "node_modules", "__pycache__"))
    (static / "node_modules").symlink_to(ROOT / "static" / "node_modules")
    (tmp_path / "app" / "web").mkdir(parents=True)
    shutil.copy2(ROOT / "app" / "web" / "assets.py", tmp_path / "app" / "web")
    (static / "dist").mkdir()
    for name in (OLD, "stamp", "manifest.json"):
        (static / "dist" / name).write_text("{}")
    return static


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_two_builds_at_once_leave_one_whole_front_end_and_nothing_of_the_old(static: Path) -> None:
    builds = [subprocess.Popen([sys.executable, static / "build.py"]) for _ in range(2)]
    assert [build.wait() for build in builds] == [0, 0]
    names = {path.name for path in (static / "dist").iterdir()}
    manifest = json.loads((static / "dist" / "manifest.json").read_text())
    wanted = {*manifest["files"].values(), *(name for imported in manifest["imports"].values() for name in imported)}
    assert {each + kind for each in wanted for kind in ("", ".gz", ".br")} <= names
    assert OLD not in names
    assert re.fullmatch("[0-9a-f]{64}", (static / "dist" / "stamp").read_text())
    assert not list(static.glob(".dist-*"))
