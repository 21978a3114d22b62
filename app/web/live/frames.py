"""What the messages of all sockets of pages have in common. A page's messages are a closed set; anything else is none of ours."""

import json
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from app.scripts import Json

T = TypeVar("T")


class Message(BaseModel):
    """A message of a page: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Ping(Message):
    """Is the session still good?"""

    type: Literal["ping"]


def parsed(messages: TypeAdapter[T], text: str, largest: int) -> T:
    """A message out of a frame of at most so many characters.

    Raises:
        ValueError: it is none of these; the text says why.
    """
    if len(text) > largest:
        raise ValueError("The message is too large.")
    try:
        return messages.validate_json(text)
    except ValidationError as error:
        raise ValueError(str(error.errors()[0]["msg"])) from None


def frame(kind: str, **parts: Json) -> str:
    """A message to a page."""
    return json.dumps({"type": kind, **parts}, separators=(",", ":"))


def pong() -> str:
    """The session is good."""
    return frame("pong")
