"""``alloy eval``: runs Rhai for developers and for conformance, in this very process, without any sandbox."""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from app.commands.files import read_script


def evaluate(
    file: Annotated[str | None, typer.Argument(help="The script; - for standard input.")] = None,
    source: Annotated[str | None, typer.Option("-e", help="The script itself.")] = None,
    limits: Annotated[str, typer.Option(help="name=value,... as in Limits; 0 is unlimited.")] = "",
    times: Annotated[int, typer.Option("--time", help="Run so many times, fully metered, and print how long it took.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    as_lines: Annotated[bool, typer.Option("--jsonl", help="Read a case per line, answer with a line each.")] = False,
    memory: Annotated[int, typer.Option(min=64, help="MiB of address space that this process may take.")] = 1024,
) -> None:
    """Run a script and print its value.

    Runs the engine in this process, for developers: limits hold, but there is no sandbox around it.
    """
    # Imported when it is asked for: a process that serves runs no script and has no engine.
    from app.commands.evaluation import answer_lines

    with _address_space(memory * 2**20):
        if as_lines:
            answer_lines(sys.stdin, sys.stdout)
        else:
            _evaluate_one(file, source, limits, times, as_json)


@contextmanager
def _address_space(size: int) -> Iterator[None]:
    """Caps the process: without limits of its own, ``loop { s += s }`` would take the machine's memory before it fails."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (size if hard == resource.RLIM_INFINITY else min(size, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _evaluate_one(file: str | None, source: str | None, limits: str, times: int, as_json: bool) -> None:
    from app.commands.evaluation import answered, limits_of, measured

    text = source if source is not None else read_script(file or "-")
    bounds = limits_of(limits)
    if times:
        figures = measured(text, bounds, times)
        typer.echo(json.dumps(figures) if as_json else "\n".join(f"{name:8} {value}" for name, value in figures.items()))
        return
    answer = answered(text, bounds)
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    for line in answer["prints"]:
        typer.echo(line if isinstance(line, str) else line["debug"])
    if "error" in answer:
        typer.echo(answer["error"]["message"], err=True)
        raise typer.Exit(1)
    typer.echo(answer["shown"])


if __name__ == "__main__":
    typer.run(evaluate)
