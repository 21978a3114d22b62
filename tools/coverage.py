"""Coverage by package, from the JSON that `make coverage` wrote: lines and branches covered, worst last.

Usage: python -m tools.coverage var/coverage.json
"""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any


def main(path: Path) -> None:
    """Print one line for each package below `app`."""
    for name, share, branches in packages(json.loads(path.read_text("utf-8"))):
        sys.stdout.write(f"{name:<24}{share:>8.1%}{branches:>10.1%}\n")


def packages(report: dict[str, Any]) -> list[tuple[str, float, float]]:
    """Each package with the shares of its statements and of its branches that were run."""
    sums: dict[str, Counter[str]] = {}
    for file, found in report["files"].items():
        parts = Path(file).parts
        name = "/".join(parts[:2]) if len(parts) > 2 else file
        sums.setdefault(name, Counter()).update({key: value for key, value in found["summary"].items() if isinstance(value, int)})
    figures = [
        (name, _share(each["covered_lines"], each["num_statements"]), _share(each["covered_branches"], each["num_branches"]))
        for name, each in sums.items()
    ]
    return sorted(figures, key=lambda figure: (-figure[1], figure[0]))


def _share(covered: int, all_there_are: int) -> float:
    return covered / all_there_are if all_there_are else 1.0


if __name__ == "__main__":
    main(Path(sys.argv[1]))
