"""Lists are paged by key: a cursor holds the sort keys of the last item seen, never an offset.

The order must be total (end with the id), so no item is shown twice or left out while others are added.
A cursor is opaque to clients and holds only values of the caller's own rows; statements stay scoped,
so a made-up cursor shows nothing foreign.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from app.base.errors import NotFound

T = TypeVar("T")
R = TypeVar("R")

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 200


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which part of a list is wanted."""

    after: UUID | None = None
    limit: int = DEFAULT_LIMIT


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One part of a list; `next_cursor` is None on the last one."""

    items: tuple[T, ...]
    next_cursor: str | None


def page_request(cursor: str | None, limit: int = DEFAULT_LIMIT) -> PageRequest:
    """What a client's `cursor` and `limit` ask for; the limit is brought into 1..200.

    Raises:
        NotFound: the cursor isn't one that we gave.
    """
    return PageRequest(decode_cursor(cursor) if cursor else None, max(1, min(limit, LARGEST_LIMIT)))


def encode_cursor(last_id: UUID) -> str:
    """The cursor that continues after `last_id`."""
    return base64.urlsafe_b64encode(last_id.bytes).rstrip(b"=").decode("ascii")


def decode_cursor(cursor: str) -> UUID:
    """The id that a cursor continues after.

    Raises:
        NotFound: the cursor isn't one that we gave.
    """
    try:
        raw = base64.b64decode(cursor.encode("ascii") + b"==", altchars=b"-_", validate=True)
        if len(raw) != 16:
            raise ValueError
    except (ValueError, binascii.Error):
        raise NotFound("This page does not exist: its cursor is not one that a list returned.", "Start again without a cursor.") from None
    return UUID(bytes=raw)


def page_of(rows: Sequence[R], request: PageRequest, convert: Callable[[R], T], key: Callable[[R], UUID]) -> Page[T]:
    """A page from rows that were fetched with one more than the limit."""
    shown = rows[: request.limit]
    more = len(rows) > request.limit
    return Page(tuple(convert(row) for row in shown), encode_cursor(key(shown[-1])) if more else None)
