"""What follows from each message of an editor: pure, one object for one socket.

At most one text is being checked. Of those that came meanwhile only the latest waits: what is in between nobody sees any more. Questions
run beside it, a few at a time, and beyond that the oldest waiting one is refused. One trial runs at a time; another is refused.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Final, TypeAlias, assert_never
from uuid import UUID

from app.web.live.frames import Ping
from app.web.live.protocol import Ask, Incoming, Open, Stop, Study, Try, Unreadable

MOST_ASKED: Final = 2
MOST_WAITING: Final = 8


@dataclass(frozen=True, slots=True)
class Finished:
    """Something that was begun has ended."""

    what: Study | Ask | Try


@dataclass(frozen=True, slots=True)
class Begin:
    """Have the language service look at this."""

    what: Study | Ask


@dataclass(frozen=True, slots=True)
class Enter:
    """Count whoever is there among those who have this script open."""

    script: UUID


@dataclass(frozen=True, slots=True)
class Run:
    """Try this."""

    trial: Try


@dataclass(frozen=True, slots=True)
class End:
    """Stop what is being tried."""

    trial: Try


@dataclass(frozen=True, slots=True)
class Refuse:
    """Tell the page that this gets no answer."""

    what: Ask | Try | None
    reason: str


@dataclass(frozen=True, slots=True)
class Confirm:
    """Tell the page that its session is good."""


Event: TypeAlias = Incoming | Unreadable | Finished
Command: TypeAlias = Begin | Enter | Run | End | Refuse | Confirm


@dataclass(slots=True)
class Session:
    """What is under way for one page."""

    study: Study | None = None
    next_study: Study | None = None
    asked: int = 0
    waiting: deque[Ask] = field(default_factory=deque)
    trial: Try | None = None

    def handle(self, event: Event) -> list[Command]:
        """What to do about an event."""
        match event:
            case Study():
                return self._study(event)
            case Ask():
                return self._ask(event)
            case Open(script=script):
                return [Enter(script)]
            case Try():
                return self._try(event)
            case Stop(id=number):
                return [End(self.trial)] if self.trial is not None and self.trial.id == number else []
            case Ping():
                return [Confirm()]
            case Unreadable(reason=reason):
                return [Refuse(None, reason)]
            case Finished(what=what):
                return self._go_on(what)
            case _:
                assert_never(event)

    def _try(self, trial: Try) -> list[Command]:
        if self.trial is not None:
            return [Refuse(trial, "The last trial still runs.")]
        self.trial = trial
        return [Run(trial)]

    def _go_on(self, ended: Study | Ask | Try) -> list[Command]:
        if isinstance(ended, Try):
            self.trial = None
            return []
        if isinstance(ended, Ask):
            self.asked -= 1
            return self._ask(self.waiting.popleft()) if self.waiting else []
        self.study, following = None, self.next_study
        self.next_study = None
        return self._study(following) if following else []

    def _study(self, study: Study) -> list[Command]:
        if self.study is not None:
            self.next_study = study
            return []
        self.study = study
        return [Begin(study)]

    def _ask(self, ask: Ask) -> list[Command]:
        if self.asked < MOST_ASKED:
            self.asked += 1
            return [Begin(ask)]
        self.waiting.append(ask)
        if len(self.waiting) <= MOST_WAITING:
            return []
        return [Refuse(self.waiting.popleft(), "Too many questions wait.")]
