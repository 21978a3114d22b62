"""The one door through which a running script reaches its host.

A host call is a name and plain arguments; its answer is plain data or a refusal. Whoever runs the script supplies the
channel: a socket to the parent process, a journal being replayed, a table of canned answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from app.engine.running import Runtime
from app.host.masking import Masks
from app.host.phases import Phase
from app.host.plain import Plain

MAX_LOG_LINES: Final = 1000
MAX_LOG_LINE_CHARS: Final = 8192
SECRET_CALL: Final = "secret"  # noqa: S105 - the name of a call


class Channel(Protocol):
    """Answers host calls."""

    def call(self, name: str, args: Sequence[Plain]) -> Plain:
        """The host's answer.

        Raises:
            Refusal: the host did not do it; the script may catch this.
            Stop: the run must end.
        """


class Refusal(Exception):
    """A host call that failed or was not allowed. ``code`` is stable (``http.blocked``), ``message`` says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line that a script logged."""

    level: str
    message: str
    execution_id: str
    script_name: str


@dataclass(slots=True)
class HostContext:
    """What the natives of one run know of their host. ``dropped_log_lines`` counts what was beyond ``MAX_LOG_LINES``."""

    channel: Channel
    phase: Phase
    execution_id: str = ""
    script_name: str = ""
    log_lines: list[LogLine] = field(default_factory=list)
    dropped_log_lines: int = 0
    masks: Masks = field(default_factory=Masks)

    def log(self, level: str, message: str) -> None:
        """Keeps a line of the script's log, secrets masked; long lines are cut, too many are counted."""
        if len(self.log_lines) >= MAX_LOG_LINES:
            self.dropped_log_lines += 1
            return
        message = self.masks.text(message)
        if len(message) > MAX_LOG_LINE_CHARS:
            message = message[: MAX_LOG_LINE_CHARS - 1] + "…"
        self.log_lines.append(LogLine(level, message, self.execution_id, self.script_name))


class HostRuntime(Runtime, Protocol):
    """A run that has a host."""

    host: HostContext
