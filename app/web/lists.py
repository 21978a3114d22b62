"""Paging of lists on pages: the address holds the cursor and the filters, so that it can be kept and shared."""

from collections.abc import Mapping
from typing import Final, TypeVar
from urllib.parse import urlencode

from app.base.paging import Page
from app.web.contexts import Pager

T = TypeVar("T")


LONGEST: Final = 200
"""Characters of a filter."""


def asked(query: Mapping[str, str], name: str) -> str:
    """A filter as it was meant, without what can't be typed; PostgreSQL could not even be asked for control characters."""
    return "".join(char for char in query.get(name, "").strip()[:LONGEST] if char.isprintable())


def address(path: str, filters: Mapping[str, str], cursor: str | None = None) -> str:
    """A list's address with its filters."""
    query = {name: value for name, value in filters.items() if value} | ({"after": cursor} if cursor else {})
    return f"{path}?{urlencode(query)}" if query else path


def pager(page: Page[T], path: str, after: str | None, filters: Mapping[str, str] | None = None) -> Pager:
    """Where a list goes on from the page shown."""
    chosen = filters or {}
    return Pager(
        address(path, chosen) if after else None,
        address(path, chosen, page.next_cursor) if page.next_cursor else None,
    )
