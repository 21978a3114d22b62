"""Names of types in addresses."""

import re
from typing import Final

from app.base.errors import not_found

TYPE_NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}")
FIELD_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


def existing_type_name(text: str) -> str:
    """The name of a type from an address.

    Raises:
        NotFound: it can't be one.
    """
    if not TYPE_NAME.fullmatch(text):
        raise not_found("entity type", repr(text[:50]))
    return text
