"""What keeps a command from starting, in a sentence instead of a trace: settings that can't be, and a database that can't be used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from pydantic import ValidationError

from app.base.db.unavailable import DatabaseUnavailable
from app.base.settings import PREFIX, Settings


@contextmanager
def refusing() -> Iterator[None]:
    """Ends the command with status 1 and a message if the database can't be used."""
    try:
        yield
    except DatabaseUnavailable as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def settings_of_environment() -> Settings:
    """The settings; ends the command with status 1 and a line for each that can't be, whose value is left out: it may be a secret."""
    try:
        return Settings()
    except ValidationError as error:
        for fault in error.errors(include_input=False, include_url=False):
            said = fault["msg"].removeprefix("Value error, ")
            typer.echo(f"{PREFIX}{str(fault['loc'][0]).upper()}: {said}. See docs/reference/settings.md.", err=True)
        raise typer.Exit(1) from None
