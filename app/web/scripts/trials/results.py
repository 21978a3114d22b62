"""What a dry run shows: its result, what it would change, what it called, its log, and what it used of its limits. Pure."""

from dataclasses import dataclass
from typing import Final

from app.runs import Document, DryRun, RunLog, RunOutcome
from app.web.documents import FieldChange, cut, field_changes, pretty
from app.web.figures import duration
from app.web.runs.meters import Meter, meters_of
from app.web.runs.words import tone_of

_LONGEST_SHOWN: Final = 20_000
_WORDS: Final = {
    RunOutcome.OK: "Finished",
    RunOutcome.REJECTED: "Rejected by the script",
    RunOutcome.ERROR: "Failed",
    RunOutcome.TIMEOUT: "Took too long",
    RunOutcome.OPERATIONS: "Too many operations",
    RunOutcome.MEMORY: "Too much memory",
    RunOutcome.CRASHED: "Crashed",
    RunOutcome.KILLED: "Stopped",
    RunOutcome.BUSY: "No room now",
    RunOutcome.CANCELLED: "Cancelled",
}


@dataclass(frozen=True, slots=True)
class RecordDiff:
    """What happens to one record."""

    title: str
    fields: tuple[FieldChange, ...]

    @property
    def is_changed(self) -> bool:
        """Whether anything changes."""
        return any(field.is_changed for field in self.fields)


@dataclass(frozen=True, slots=True)
class Called:
    """A call of the host: `was_made` if it only read, otherwise it is what would be done."""

    name: str
    arguments: str
    answer: str
    refusal: str | None
    was_made: bool


@dataclass(frozen=True, slots=True)
class LogShown:
    """A line of the log: after so many milliseconds, from this line of the source (0: unknown)."""

    level: str
    at: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the source: a level of the call stack."""

    function: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Tried:
    """A dry run: `state` is `none` before the first, `running` or `done`; `number` is the page's count of them."""

    state: str
    number: int = 0
    tone: str = "plain"
    word: str = ""
    duration: str = ""
    value: str = ""
    message: str | None = None
    line: int = 0
    column: int = 0
    stack: tuple[Place, ...] = ()
    records: tuple[RecordDiff, ...] = ()
    calls: tuple[Called, ...] = ()
    logs: tuple[LogShown, ...] = ()
    logs_dropped: int = 0
    meters: tuple[Meter, ...] = ()

    @property
    def changed(self) -> int:
        """How many records would change."""
        return sum(record.is_changed for record in self.records)


def refused_trial(message: str) -> Tried:
    """A dry run that didn't begin."""
    return Tried("done", tone="bad", word="Not run", message=message)


def tried_view(number: int, inputs: Document, tried: DryRun) -> Tried:
    """A dry run that ended."""
    result = tried.result
    error = result.error
    # Stopped while it was under way: whoever watches has cancelled it.
    outcome = RunOutcome.CANCELLED if error is not None and error.kind == "stopped" else result.outcome
    return Tried(
        state="done",
        number=number,
        tone=tone_of(outcome),
        word=_WORDS[outcome],
        duration=duration(result.duration_us),
        value="" if result.outcome is not RunOutcome.OK else shown(result.value),
        message=error.message if error else result.reason,
        line=error.line if error else 0,
        column=error.column if error else 0,
        stack=tuple(Place(level.function, level.line, level.column) for level in error.stack) if error else (),
        records=_records(inputs, tried),
        calls=_calls(tried),
        logs=tuple(log_line(line) for line in result.logs),
        logs_dropped=result.logs_dropped,
        meters=meters_of(
            result.limits,
            operations=result.operations,
            duration_us=result.duration_us,
            memory_bytes=tried.memory_bytes,
            calls=result.calls,
            log_lines=len(result.logs),
        ),
    )


def log_line(line: RunLog) -> LogShown:
    """A line of the log as it is listed."""
    return LogShown(line.level, duration(line.at_us), line.line, line.text)


def shown(value: object) -> str:
    """A value as JSON for people, cut when it is very long."""
    return cut(pretty(value), _LONGEST_SHOWN)


def _records(inputs: Document, tried: DryRun) -> tuple[RecordDiff, ...]:
    found = []
    entity = inputs.get("entity")
    if isinstance(entity, dict) and isinstance(entity.get("fields"), dict):
        before = entity["fields"]
        changes = tried.result.changes
        after = {name: value for name, value in (before | changes.fields).items() if name not in changes.removed}
        found.append(RecordDiff(f"This {entity.get('type', 'record')}", field_changes(before, after, shown)))
    for record in tried.records:
        title = f"{record.entity_type} {record.id}" if record.before is not None else f"New {record.entity_type}"
        found.append(RecordDiff(title, field_changes(record.before or {}, record.after, shown)))
    return tuple(found)


def _calls(tried: DryRun) -> tuple[Called, ...]:
    outside = [(call.name, list(call.arguments)) for call in tried.would_call]
    found = []
    for entry in tried.result.journal:
        name, arguments = str(entry["name"]), entry["args"]
        is_outside = (name, arguments) in outside
        refusal = entry.get("refusal")
        found.append(
            Called(
                name,
                ", ".join(shown(argument) for argument in arguments),
                "" if refusal is not None or "answer" not in entry else shown(entry["answer"]),
                str(refusal["message"]) if refusal is not None else None,
                was_made=not is_outside and name != "save",
            )
        )
    return tuple(found)
