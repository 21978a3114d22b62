"""What an editor's page and the server tell each other over the socket. The page's messages are a closed set; anything else is refused.

Offsets count code points. `version` is the page's own count of edits: it drops an answer about a text that is no longer there.
"""

from dataclasses import dataclass
from typing import Annotated, Final, Literal, TypeAlias
from uuid import UUID

from markupsafe import Markup
from pydantic import Field, TypeAdapter

from app.scripts import SOURCE_LIMIT, TYPE_PATTERN, Json, LimitsProfile, Phase
from app.web.live.frames import Message, Ping, frame, parsed
from app.web.scripts.trials.inputs import LONGEST_INPUT

LARGEST_MESSAGE: Final = 6 * (SOURCE_LIMIT + LONGEST_INPUT) + 4_096
"""In characters: JSON may write each as an escape of six."""
MOST_FIELDS: Final = 300

_Number = Annotated[int, Field(ge=0, le=2**31 - 1)]
_Source = Annotated[str, Field(max_length=SOURCE_LIMIT)]
_FieldName = Annotated[str, Field(max_length=100)]
_FieldText = Annotated[str, Field(max_length=LONGEST_INPUT)]
_Type = Annotated[str, Field(max_length=63, pattern=TYPE_PATTERN)]


class Study(Message):
    """The text as it is now, to be checked."""

    type: Literal["study"]
    version: _Number
    source: _Source
    phase: Phase
    entity_type: _Type | None = None


class Ask(Message):
    """A question about a place in a text."""

    type: Literal["ask"]
    id: _Number
    question: Literal["complete", "definition", "format", "hover", "references", "rename", "signature"]
    source: _Source
    phase: Phase
    entity_type: _Type | None = None
    offset: _Number = 0
    name: Annotated[str, Field(max_length=100)] = ""


class Open(Message):
    """The page shows this script: said once, and again after each loss of the connection."""

    type: Literal["open"]
    script: UUID


class Try(Message):
    """Run the text on an input, without consequences. `fields` are those of the input's form."""

    type: Literal["try"]
    id: _Number
    source: _Source
    phase: Phase
    entity_type: _Type | None = None
    limits_profile: LimitsProfile = LimitsProfile.DEFAULT
    script: UUID | None = None
    fields: Annotated[dict[_FieldName, _FieldText], Field(max_length=MOST_FIELDS)] = Field(default_factory=dict)


class Stop(Message):
    """End the run of this number."""

    type: Literal["stop"]
    id: _Number


Incoming: TypeAlias = Study | Ask | Open | Try | Stop | Ping
_incoming: Final[TypeAdapter[Incoming]] = TypeAdapter(Annotated[Incoming, Field(discriminator="type")])


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A message that is none of ours."""

    reason: str


def parse(text: str) -> Incoming | Unreadable:
    """A message of a page."""
    try:
        return parsed(_incoming, text, LARGEST_MESSAGE)
    except ValueError as error:
        return Unreadable(str(error))


def studied(version: int, found: Json, problems: Markup) -> str:
    """What was found in a text: data for the editor, and the list of problems as the page shows it."""
    return frame("studied", version=version, content=problems, **found)


def answered(number: int, answer: Json) -> str:
    """The answer to a question; null when there is none."""
    return frame("answered", id=number, answer=answer)


def started(number: int, tried: Markup) -> str:
    """A trial has begun: what its pane shows meanwhile."""
    return frame("started", id=number, content=tried)


def logged(number: int, lines: Json) -> str:
    """Lines of a trial's log, as it writes them."""
    return frame("logged", id=number, lines=lines)


def tried(number: int, tried: Markup, inputs: Markup | None, line: int) -> str:
    """A trial has ended, or didn't begin and `inputs` says why. `line` is where it failed, 0 if it didn't or nobody knows."""
    return frame("tried", id=number, content=tried, inputs=inputs, line=line)


def traced(number: int, values: Json) -> str:
    """What a trial's lines did; null when that can't be shown."""
    return frame("traced", id=number, values=values)


def present(others: Markup) -> str:
    """Who else has the script open."""
    return frame("present", content=others)


def refused(reason: str, *, version: int | None = None, number: int | None = None, again_seconds: Json = None) -> str:
    """Why there is no answer to this version, or to the question of this number; and when it is worth asking again, if it is."""
    return frame("refused", reason=reason, version=version, id=number, again_seconds=again_seconds)
