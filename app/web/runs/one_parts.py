"""A run's record as its page shows it: source, log, fields, calls, limits. Pure."""

import json
import shlex
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

from app.runs import RunDetail, RunLog, RunSummary
from app.web.code import coloured_lines
from app.web.documents import FieldChange, compact, cut, field_changes
from app.web.figures import duration
from app.web.runs.contexts import CallLine, Log, LogLine, SourceLine
from app.web.runs.meters import Meter, meters_of

LONGEST_SHOWN: Final = 20_000
"""Characters of an input or a value; all of it is in the download."""
LINES_OF_A_PART: Final = 1_000
_LONGEST_FIELD: Final = 2_000
_LEVELS: Final = ("error", "warning", "info", "print", "debug")


def source_lines(detail: RunDetail) -> tuple[SourceLine, ...]:
    """The source that ran, in colour."""
    wrong = detail.summary.error.line if detail.summary.error else 0
    lines = coloured_lines(detail.source) if detail.source else ()
    if detail.source.endswith("\n"):
        lines = lines[:-1]
    return tuple(SourceLine(number, code, number == wrong) for number, code in enumerate(lines, 1))


def log_of(detail: RunDetail, query: Mapping[str, str]) -> Log:
    """The lines of the log that fit a level and hold a text, one part of a long log at a time."""
    level, find = query.get("level", ""), query.get("find", "").strip()[:200]
    level = level if level in _LEVELS else ""
    numbered = list(enumerate(detail.logs, 1))
    fit = [(number, line) for number, line in numbered if _fits(line, level, find)]
    count = max(1, -(-len(fit) // LINES_OF_A_PART))
    asked = query.get("part", "")
    part = min(int(asked), count) if asked.isascii() and asked.isdigit() and 1 <= len(asked) <= 4 and int(asked) else 1
    shown = fit[(part - 1) * LINES_OF_A_PART : part * LINES_OF_A_PART]
    path = f"/runs/{detail.summary.id}"
    counted = Counter(line.level for line in detail.logs)
    return Log(
        lines=tuple(_log_line(path, number, line) for number, line in shown),
        total=len(detail.logs),
        found=len(fit),
        dropped=detail.logs_dropped,
        levels=tuple((each, counted[each]) for each in _LEVELS if counted[each]),
        level=level,
        find=find,
        part=part,
        parts=tuple((each, _part_path(path, each, level, find)) for each in range(1, count + 1)) if count > 1 else (),
    )


def log_text(detail: RunDetail) -> str:
    """The whole log as a text file."""
    lines = [f"{line.at_us / 1_000_000:.6f} {line.level.upper():7} line {line.line}: {line.text}" for line in detail.logs]
    if detail.logs_dropped:
        lines.append(f"{detail.logs_dropped} lines dropped")
    return "".join(f"{line}\n" for line in lines)


def changes_of(detail: RunDetail) -> tuple[FieldChange, ...]:
    """The fields of the run's entity before and after the script, its changes first."""
    before = _fields(detail.input.get("entity"))
    after = {name: value for name, value in {**before, **detail.changes.fields}.items() if name not in detail.changes.removed}
    return _changed_first(before, after)


def saved_of(detail: RunDetail) -> tuple[FieldChange, ...]:
    """What the save changed that this run followed; nothing for other runs."""
    if "entity_before" not in detail.input:
        return ()
    return _changed_first(_fields(detail.input["entity_before"]), _fields(detail.input.get("entity")))


def calls_of(detail: RunDetail) -> tuple[CallLine, ...]:
    """What the script asked its host for."""
    return tuple(_call(entry) for entry in detail.journal)


def meters_of_run(detail: RunDetail) -> tuple[Meter, ...]:
    """What was used of each limit; how much memory is not recorded."""
    summary = detail.summary
    return meters_of(
        detail.limits,
        operations=summary.operations,
        duration_us=summary.duration_us,
        memory_bytes=None,
        calls=summary.calls,
        log_lines=summary.log_lines,
    )


def curl_of(detail: RunDetail, origin: str, tenant: str) -> str:
    """A command that does the same again: calls the endpoint, runs the script, or re-runs the run."""
    summary = detail.summary
    request = detail.input.get("request")
    if summary.trigger == "api" and isinstance(request, dict):
        return _curl_of_request(request, origin, tenant)
    if summary.phase == "manual" and summary.script_id is not None:
        body = json.dumps({key: detail.input[key] for key in ("params", "entity") if key in detail.input}, ensure_ascii=False)
        return _post(f"{origin}/api/v1/scripts/{summary.script_id}/run", body)
    return _post(f"{origin}/api/v1/executions/{summary.id}/rerun", '{"version": "current"}')


def _curl_of_request(request: Mapping[str, Any], origin: str, tenant: str) -> str:
    query = request.get("query")
    words = f"?{urlencode(query, doseq=True)}" if isinstance(query, dict) and query else ""
    path = quote(str(request.get("path", "")))
    command = f"curl -X {shlex.quote(str(request.get('method', 'POST')))} {shlex.quote(f'{origin}/{tenant}/hooks/{path}{words}')}"
    body = request.get("body")
    if body is None:
        return command
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return f"{command} \\\n  -H 'Content-Type: application/json' \\\n  --data-raw {shlex.quote(text)}"


def _post(url: str, body: str) -> str:
    headers = "-H \"Authorization: Bearer $ALLOY_TOKEN\" \\\n  -H 'Content-Type: application/json'"
    return f"curl -X POST {shlex.quote(url)} \\\n  {headers} \\\n  --data-raw {shlex.quote(body)}"


def _fits(line: RunLog, level: str, find: str) -> bool:
    return (not level or line.level == level) and (not find or find.lower() in line.text.lower())


def _log_line(path: str, number: int, line: RunLog) -> LogLine:
    part = -(-number // LINES_OF_A_PART)
    where = f"{path}?part={part}#L{number}" if part > 1 else f"{path}#L{number}"
    return LogLine(number, line.level, f"+{duration(line.at_us)}", line.line, line.text, where)


def _part_path(path: str, part: int, level: str, find: str) -> str:
    chosen = {"part": str(part), **({"level": level} if level else {}), **({"find": find} if find else {})}
    return f"{path}?{urlencode(chosen)}#log"


def _fields(entity: object) -> dict[str, Any]:
    fields = entity.get("fields") if isinstance(entity, dict) else None
    return fields if isinstance(fields, dict) else {}


def _changed_first(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    return tuple(sorted(field_changes(before, after, _brief), key=lambda each: not each.is_changed))


def _brief(value: object) -> str:
    return cut(compact(value), _LONGEST_FIELD)


def _call(entry: Mapping[str, Any]) -> CallLine:
    arguments = ", ".join(_brief(each) for each in entry.get("args", ()))
    refusal = entry.get("refusal")
    if isinstance(refusal, dict):
        return CallLine(str(entry["name"]), arguments, f"{refusal.get('code')}: {refusal.get('message')}", is_error=True)
    if entry.get("interrupted"):
        return CallLine(str(entry["name"]), arguments, "The run ended before the answer came.", is_error=True)
    return CallLine(str(entry["name"]), arguments, _brief(entry.get("answer")), is_error=False)


def summary_words(run: RunSummary) -> str:
    """A run's name in a page's title."""
    version = f" version {run.version}" if run.version else ""
    return f"{run.script_name}{version}"
