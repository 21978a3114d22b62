"""What follows from each message of an editor: pure, one object for one socket.

At most one text is being checked. Of those that came meanwhile only the latest waits: what is in between nobody sees any more. Questions
run beside it, a few at a time, and beyond that the oldest waiting one is refused.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Final, TypeAlias, assert_never

from app.web.live.protocol import Ask, Incoming, Ping, Study, Unreadable

MOST_ASKED: Final = 2
MOST_WAITING: Final = 8


@dataclass(frozen=True, slots=True)
class Finished:
    """Something that was begun has ended."""

    what: Study | Ask


@dataclass(frozen=True, slots=True)
class Begin:
    """Have the language service look at this."""

    what: Study | Ask


@dataclass(frozen=True, slots=True)
class Refuse:
    """Tell the page that this gets no answer."""

    what: Ask | None
    reason: str


@dataclass(frozen=True, slots=True)
class Confirm:
    """Tell the page that its session is good."""


Event: TypeAlias = Incoming | Unreadable | Finished
Command: TypeAlias = Begin | Refuse | Confirm


@dataclass(slots=True)
class Session:
    """What is under way for one page."""

    study: Study | None = None
    next_study: Study | None = None
    asked: int = 0
    waiting: deque[Ask] = field(default_factory=deque)

    def handle(self, event: Event) -> list[Command]:
        """What to do about an event."""
        match event:
            case Study():
                return self._study(event)
            case Ask():
                return self._ask(event)
            case Ping():
                return [Confirm()]
            case Unreadable(reason=reason):
                return [Refuse(None, reason)]
            case Finished(what=what):
                return self._go_on(what)
            case _:
                assert_never(event)

    def _go_on(self, ended: Study | Ask) -> list[Command]:
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
