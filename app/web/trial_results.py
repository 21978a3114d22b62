"""What a dry run shows: its result, what it would change, what it called, its log, and what it used of its limits. Pure."""

import json
from dataclasses import dataclass
from typing import Any, Final

from app.runs import Document, DryRun, RunLog, RunOutcome, RunResult

_LONGEST_SHOWN: Final = 20_000
_WORDS: Final = {
    RunOutcome.OK: ("good", "Finished"),
    RunOutcome.REJECTED: ("warn", "Rejected by the script"),
    RunOutcome.ERROR: ("bad", "Failed"),
    RunOutcome.TIMEOUT: ("bad", "Took too long"),
    RunOutcome.OPERATIONS: ("bad", "Too many operations"),
    RunOutcome.MEMORY: ("bad", "Too much memory"),
    RunOutcome.CRASHED: ("bad", "Crashed"),
    RunOutcome.KILLED: ("warn", "Stopped"),
    RunOutcome.BUSY: ("warn", "No room now"),
    RunOutcome.CANCELLED: ("warn", "Cancelled"),
}
_CANCELLED: Final = _WORDS[RunOutcome.CANCELLED]
"""Also when it was under way: whoever watches has stopped it."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field before and after; None: it isn't there."""

    name: str
    before: str | None
    after: str | None

    @property
    def is_changed(self) -> bool:
        """Whether there is a difference."""
        return self.before != self.after


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
class Bar:
    """What was used of a limit. `value` and `most` are for the bar, the words for people; a cap of 0 is none."""

    label: str
    value: int
    most: int
    words: str


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
    bars: tuple[Bar, ...] = ()

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
    tone, word = _WORDS[result.outcome]
    error = result.error
    if error is not None and error.kind == "stopped":
        tone, word = _CANCELLED
    return Tried(
        state="done",
        number=number,
        tone=tone,
        word=word,
        duration=_milliseconds(result.duration_us),
        value="" if result.outcome is not RunOutcome.OK else shown(result.value),
        message=error.message if error else result.reason,
        line=error.line if error else 0,
        column=error.column if error else 0,
        stack=tuple(Place(level.function, level.line, level.column) for level in error.stack) if error else (),
        records=_records(inputs, tried),
        calls=_calls(tried),
        logs=tuple(log_line(line) for line in result.logs),
        logs_dropped=result.logs_dropped,
        bars=_bars(result, tried.memory_bytes),
    )


def log_line(line: RunLog) -> LogShown:
    """A line of the log as it is listed."""
    return LogShown(line.level, _milliseconds(line.at_us), line.line, line.text)


def shown(value: Any) -> str:
    """A value as JSON for people, cut when it is very long."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}\n… {len(text) - _LONGEST_SHOWN} more characters"


def _records(inputs: Document, tried: DryRun) -> tuple[RecordDiff, ...]:
    found = []
    entity = inputs.get("entity")
    if isinstance(entity, dict) and isinstance(entity.get("fields"), dict):
        before = entity["fields"]
        changes = tried.result.changes
        after = {name: value for name, value in (before | changes.fields).items() if name not in changes.removed}
        found.append(_diff(f"This {entity.get('type', 'record')}", before, after))
    for record in tried.records:
        title = f"{record.entity_type} {record.id}" if record.before is not None else f"New {record.entity_type}"
        found.append(_diff(title, record.before or {}, record.after))
    return tuple(found)


def _diff(title: str, before: Document, after: Document) -> RecordDiff:
    names = [*before, *(name for name in after if name not in before)]
    return RecordDiff(title, tuple(FieldChange(name, _field(before, name), _field(after, name)) for name in names))


def _field(fields: Document, name: str) -> str | None:
    return shown(fields[name]) if name in fields else None


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


def _bars(result: RunResult, memory_bytes: int | None) -> tuple[Bar, ...]:
    limits, milliseconds = result.limits, result.duration_us // 1000
    cap = int(limits["memory_bytes"])
    bars = [
        _bar("Operations", result.operations, limits["operations"]),
        Bar("Time", milliseconds, limits["wall_ms"], f"{_milliseconds(result.duration_us)} of {limits['wall_ms']:,} ms"),
    ]
    if memory_bytes is not None:
        bars.append(Bar("Memory", memory_bytes, cap, f"{_size(memory_bytes)} of {_size(cap)}"))
    return (*bars, _bar("Host calls", result.calls, limits["host_calls"]), _bar("Log lines", len(result.logs), limits["log_lines"]))


def _bar(label: str, value: int, most: int) -> Bar:
    return Bar(label, value, most, f"{value:,} of {most:,}")


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1024:.1f} KiB" if size_bytes < 1_048_576 else f"{size_bytes / 1_048_576:.1f} MiB"


def _milliseconds(microseconds: int) -> str:
    return f"{microseconds / 1000:.1f} ms"
