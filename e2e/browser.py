"""Which browser the journeys use: one that is installed, else the one that Playwright downloads."""

import os
import shutil
import subprocess
from functools import cache
from typing import Any, Final

from playwright.sync_api import Error, sync_playwright

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_FLAGS: Final = (
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@cache
def installed() -> str | None:
    """The path of a browser on this machine that starts; ALLOY_CHROMIUM names one that is elsewhere."""
    named = os.environ.get("ALLOY_CHROMIUM")
    return named or next((path for name in _NAMES if (path := shutil.which(name)) and _starts(path)), None)


def found() -> bool:
    """Whether the journeys can start a browser: an installed one, or the one Playwright fetched before."""
    if installed():
        return True
    with sync_playwright() as playwright:
        try:
            playwright.chromium.launch(**launch_options()).close()
        except Error:
            return False
    return True


def launch_options() -> dict[str, Any]:
    """What Playwright needs to start it. Root can't use Chromium's own sandbox."""
    flags = [*_FLAGS, "--no-sandbox"] if os.geteuid() == 0 else [*_FLAGS]
    path = installed()
    return {"args": flags, "executable_path": path} if path else {"args": flags}


def _starts(path: str) -> bool:
    """Whether it is a browser indeed: some distributions put a script of that name in its place, which only tells how to get one."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
