"""``alloy fmt``: a script in the common layout."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands.files import STDIN, read_script, shown_name


def fmt(
    file: Annotated[str, typer.Argument(help="The script; - for standard input, then the result goes to standard output.")],
    check: Annotated[bool, typer.Option("--check", help="Change nothing; end with status 1 if the layout would change.")] = False,
) -> None:
    """Lay out a script: line breaks, indentation and spaces; nothing else changes.

    Works in this process, for developers. Ends with status 2 if the script has a syntax error.
    """
    # Imported when it is asked for: a process that serves looks at no script and has no engine.
    from app.engine.source import Source
    from app.ide.diagnose import diagnose
    from app.ide.layout import format_script
    from app.ide.report import as_text

    text = read_script(file)
    syntax = [diagnostic for diagnostic in diagnose(text) if diagnostic.parse_kind is not None]
    if syntax:
        typer.echo(as_text(Source(text), syntax, shown_name(file)), nl=False, err=True)
        raise typer.Exit(2)
    formatted = format_script(text)
    if check:
        if formatted != text:
            typer.echo(f"{shown_name(file)}: would be laid out differently")
            raise typer.Exit(1)
    elif file == STDIN:
        typer.echo(formatted, nl=False)
    elif formatted != text:
        Path(file).write_bytes(formatted.encode())
