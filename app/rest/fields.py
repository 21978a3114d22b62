"""What REST accepts, field by field: the only place where bytes from outside become values.

Patterns keep control characters out of all text: PostgreSQL can't hold NUL, and no name needs a line break.
"""

import re
from typing import Annotated
from uuid import UUID

from fastapi import Header, Path, Query
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from app.base.paging import DEFAULT_LIMIT, LARGEST_LIMIT, PageRequest, page_request

_LINE = r"^[^\x00-\x20\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
_TEXT = r"^[^\x00-\x1f\x7f-\x9f]*$"
_EMAIL = r"^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+$"
_SLUG = r"^[a-z][a-z0-9-]{1,39}$"
_PERMISSION = r"^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_LARGEST_VERSION = 2**31 - 1


def _whole_number(value: object) -> object:
    """JSON knows one kind of number, so `2.0` is a whole one; text and booleans are none, though Python would take them."""
    if isinstance(value, (bool, str)):
        raise ValueError("a whole number is wanted")
    return value


WHOLE = BeforeValidator(_whole_number)


def _moment(value: object) -> object:
    """RFC 3339 and nothing else: a bare number could mean seconds, milliseconds or a mistake."""
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise ValueError("a moment such as 2027-01-31T12:00:00Z is wanted")
    return value


Name = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=_LINE), Field(examples=["Reports"])]
Description = Annotated[str, StringConstraints(max_length=500, pattern=_TEXT)]
Email = Annotated[str, StringConstraints(max_length=254, pattern=_EMAIL), Field(examples=["someone@alloy.example"])]
Slug = Annotated[str, StringConstraints(min_length=2, max_length=40, pattern=_SLUG), Field(examples=["alloy"])]
RoleName = Annotated[str, StringConstraints(min_length=2, max_length=40, pattern=_SLUG), Field(examples=["author"])]
PermissionName = Annotated[str, StringConstraints(max_length=100, pattern=_PERMISSION), Field(examples=["access.self.read"])]
Password = Annotated[str, StringConstraints(min_length=1, max_length=200), Field(examples=["a long enough phrase"])]
NewPassword = Annotated[str, StringConstraints(min_length=10, max_length=200), Field(description="A phrase of at least 10 characters.")]
Version = Annotated[
    int, Field(ge=1, le=_LARGEST_VERSION, description="The version this change is based on."), BeforeValidator(_whole_number)
]
Moment = Annotated[AwareDatetime, Field(examples=["2027-01-31T12:00:00Z"]), BeforeValidator(_moment)]

PathId = Annotated[UUID, Path(description="The id of a thing in the current tenant.")]
PathName = Annotated[str, Path(min_length=2, max_length=40, pattern=_SLUG, description="The name of a role in the current tenant.")]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=128,
        pattern=r"^[A-Za-z0-9._:-]+$",
        description="A key of your choice; a request repeated under it within a day is carried out once.",
    ),
]


class Body(BaseModel):
    """A request body: fields it doesn't know are refused, not ignored."""

    model_config = ConfigDict(extra="forbid")


class PageQuery(Body):
    """Which part of a list is wanted."""

    cursor: Annotated[str | None, Field(max_length=64, description="`next_cursor` of the page before; leave out for the first.")] = None
    limit: Annotated[int, Field(ge=1, le=LARGEST_LIMIT, description="How many items at most.")] = DEFAULT_LIMIT

    def request(self) -> PageRequest:
        """As the domains take it."""
        return page_request(self.cursor, self.limit)


Paging = Annotated[PageQuery, Query()]

__all__ = [
    "WHOLE",
    "Body",
    "Description",
    "Email",
    "IdempotencyKey",
    "Moment",
    "Name",
    "NewPassword",
    "PageQuery",
    "Paging",
    "Password",
    "PathId",
    "PathName",
    "PermissionName",
    "RoleName",
    "Slug",
    "Version",
]
