"""`make bench`: runs each module of `benchmarks/` that has a `main`; with `--json` prints one object of named figures."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    """Run them all; the first that fails ends it."""
    found = modules(Path("benchmarks"))
    if "--json" not in sys.argv:
        for module in found:
            print(f"== {module}", flush=True)  # noqa: T201  # a command speaks to its user
            _run(module, capture=False)
        return
    figures: dict[str, Any] = {module: json.loads(_run(module, capture=True)) for module in found}
    print(json.dumps(figures, indent=2))  # noqa: T201  # a command speaks to its user


def modules(folder: Path) -> list[str]:
    """The benchmarks of a folder; the other modules there are what they share."""
    return sorted(path.stem for path in folder.glob("*.py") if "def main(" in path.read_text("utf-8"))


def _run(module: str, *, capture: bool) -> str:
    command = [sys.executable, "-m", f"benchmarks.{module}", *(["--json"] if capture else [])]
    done = subprocess.run(command, stdout=subprocess.PIPE if capture else None, text=True, check=True)  # noqa: S603  # our own modules
    return done.stdout or ""


if __name__ == "__main__":
    main()
