"""``alloy check``: the diagnostics of a script."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.files import read_script, shown_name
from app.scripts import Phase

if TYPE_CHECKING:
    from app.ide.context import Field


def check(
    file: Annotated[str, typer.Argument(help="The script; - for standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the diagnostics as JSON.")] = False,
    phase: Annotated[Phase | None, typer.Option(help="The phase the script is for; without one it is plain Rhai.")] = None,
    schema: Annotated[str | None, typer.Option(help="A JSON file with the entity's fields: name to type.")] = None,
) -> None:
    """Report what is wrong or doubtful in a script, without running it.

    Works in this process, for developers. Ends with status 1 if there are errors; warnings alone are status 0.
    """
    # Imported when it is asked for: a process that serves looks at no script and has no engine.
    from app import host
    from app.engine.source import Source
    from app.ide.context import Context
    from app.ide.diagnose import diagnose
    from app.ide.report import as_plain, as_text

    text = read_script(file)
    source = Source(text)
    diagnostics = diagnose(text, Context(phase=host.Phase(phase) if phase else None, entity=_schema(schema)))
    if as_json:
        found = [as_plain(source, diagnostic) for diagnostic in diagnostics]
        typer.echo(json.dumps({"file": shown_name(file), "diagnostics": found}, ensure_ascii=False))
    else:
        typer.echo(as_text(source, diagnostics, shown_name(file)), nl=False)
    if any(diagnostic.severity == "error" for diagnostic in diagnostics):
        raise typer.Exit(1)


def _schema(name: str | None) -> dict[str, Field] | None:
    if name is None:
        return None
    from app.ide.context import schema_from_plain

    try:
        return schema_from_plain(json.loads(read_script(name)))
    except ValueError as error:
        typer.echo(f"{name}: {error}", err=True)
        raise typer.Exit(2) from None
