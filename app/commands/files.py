"""Reading scripts for commands: a file's text, or standard input for ``-``."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

STDIN = "-"


def read_script(name: str) -> str:
    """The text of a script; ends the command with status 2 if it can't be read."""
    try:
        data = sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()
        return data.decode("utf-8")
    except OSError as error:
        typer.echo(f"{name}: {error.strerror}", err=True)
    except UnicodeDecodeError as error:
        typer.echo(f"{name}: not UTF-8 at byte {error.start}; save the script as UTF-8", err=True)
    raise typer.Exit(2)


def shown_name(name: str) -> str:
    """How messages call the script."""
    return "<stdin>" if name == STDIN else name
