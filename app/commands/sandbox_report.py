"""``alloy sandbox-report``: the attack suite of this checkout, and its table in the documentation."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

_ROOT: Final = Path(__file__).resolve().parents[2]
_REPORT: Final = "tests.sandbox.report"


def sandbox_report(
    check: Annotated[bool, typer.Option("--check", help="Change nothing; end with status 1 if the table would change.")] = False,
) -> None:
    """Attack the sandbox, layer by layer, and write what stopped each attack into docs/explanation/sandbox.md.

    Needs a checkout, and root: otherwise no layer but the identity's can be left out. Ends with status 2 without them.
    """
    if not (_ROOT / "tests" / "sandbox" / "report.py").is_file():
        typer.echo("The attacks are in the source: run this in a checkout.", err=True)
        raise typer.Exit(2)
    sys.path.insert(0, str(_ROOT))
    sys.argv = [_REPORT, *(["--check"] if check else [])]
    runpy.run_module(_REPORT, run_name="__main__")
