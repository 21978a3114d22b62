"""A database that can't be opened: which one it is, what it says itself, and what to do about it.

Only what whoever runs Alloy can put right is told so. Any other error of a driver is a fault of ours and stays what it is.
Source: https://www.sqlite.org/rescode.html, https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError

_NO_FILE: Final = "Let ALLOY_DATABASE_URL name a file in a folder that the account of Alloy may read and write; the file may be missing."
_SQLITE: Final = {
    "SQLITE_NOTADB": "Let ALLOY_DATABASE_URL name a database that Alloy made, or a file that isn't there yet.",
    "SQLITE_CANTOPEN": _NO_FILE,
    "SQLITE_READONLY": "Let the account of Alloy write to the file and to its folder.",
    "SQLITE_PERM": "Let the account of Alloy write to the file and to its folder.",
    "SQLITE_BUSY": "Another process holds it: wait for it or end it, then start again.",
    "SQLITE_CORRUPT": "Put it back from a backup.",
    "SQLITE_FULL": "Make room on its disk, then start again.",
    "SQLITE_IOERR": "Look after its disk, and that it is no network drive.",
}
_SERVER: Final = "See that the server runs, and that ALLOY_DATABASE_URL names its host, port, database, role and password."
_RIGHTS: Final = "Let the role of ALLOY_DATABASE_URL own the database."
_NO_PRIVILEGE: Final = "42501"


class DatabaseUnavailable(Exception):
    """There is no database to be used where the settings say; the message tells why, and what to do."""


@contextmanager
def told_plainly(url: URL) -> Iterator[None]:
    """Tells in words what keeps a database from being opened.

    Raises:
        DatabaseUnavailable: it is the machine, the server or the settings; the error itself is its cause.
    """
    try:
        yield
    except OSError as error:
        raise unavailable(url, f"{error.filename}: {error.strerror}", _NO_FILE) from error
    except (sqlite3.Error, DBAPIError) as error:
        said = error.orig if isinstance(error, DBAPIError) else error
        remedy = _remedy(error, said)
        if remedy is None:
            raise
        raise unavailable(url, str(said).splitlines()[0], remedy) from error


def unavailable(url: URL, reason: str, remedy: str) -> DatabaseUnavailable:
    """The error for a database, named without its password and without options, where there may be another."""
    name = url.set(drivername=url.get_backend_name(), query={}).render_as_string()
    return DatabaseUnavailable(f"The database {name} can't be used: {reason}. {remedy}")


def _remedy(error: sqlite3.Error | DBAPIError, said: BaseException | None) -> str | None:
    if isinstance(said, sqlite3.Error):
        name = getattr(said, "sqlite_errorname", "")  # errors that the driver finds by itself have none
        return next((remedy for code, remedy in _SQLITE.items() if name.startswith(code)), None)
    state = getattr(said, "sqlstate", None)
    if state == _NO_PRIVILEGE:
        return _RIGHTS
    # Before there is a connection nothing has a state: also an option in the URL that PostgreSQL doesn't know.
    return _SERVER if isinstance(error, OperationalError) or state is None else None
