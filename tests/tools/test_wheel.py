"""The wheel is all that is needed: built, installed into a clean environment, and served from there."""

import re
import subprocess
import sys
import venv
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest

from e2e.server import PATIENCE_SECONDS, serving

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_wheel_serves_pages_and_assets_from_a_clean_environment(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, cwd=tmp_path)
    wheel = next(tmp_path.glob("*.whl"))
    names = ZipFile(wheel).namelist()
    assert "app/templates/shell/layout.html" in names
    assert any(re.fullmatch(r"app/static/app-\w+\.js\.br", name) for name in names)
    sources = {path.relative_to(ROOT).as_posix() for path in (ROOT / "app").rglob("*.rhai")}
    assert sources != set()
    assert sources <= set(names)
    assert not any("node_modules" in name or name.startswith(("tests", "e2e")) for name in names)
    python = _environment_with(wheel, tmp_path / "venv")
    data = tmp_path / "data"
    data.mkdir()
    with serving(data, python=str(python)) as server:
        page = httpx.get(f"{server.url}/sign-in", timeout=PATIENCE_SECONDS).raise_for_status().text
        for address in re.findall(r"/static/[\w.-]+", page):
            httpx.get(server.url + address, timeout=PATIENCE_SECONDS).raise_for_status()


def _environment_with(wheel: Path, folder: Path) -> Path:
    """A clean environment whose only copy of Alloy is the wheel; third-party packages are those that are installed here, by their lock."""
    venv.create(folder, with_pip=False)
    packages = next(folder.glob("lib/python*/site-packages"))
    (packages / "locked.pth").write_text(next(path for path in sys.path if path.endswith("site-packages")))
    ZipFile(wheel).extractall(packages)
    return folder / "bin" / "python"
