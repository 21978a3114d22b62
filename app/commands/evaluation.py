"""What ``alloy eval`` answers: the value, the prints and the error of a script as data, or how long it took."""

from __future__ import annotations

import json
import re
import statistics
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields
from typing import Any, TextIO

import typer

from app.engine import DebugLine, Failure, Host, Limits, Outcome, Program, compile_script
from app.engine.display import display
from app.engine.errors import ScriptError, Stop, memory_exhausted, rendered
from app.engine.plain import as_plain

_CLOSURE = re.compile(r"anon\$[0-9a-f]{16}")
"""Closures' names are the compiler's own business; the protocol writes them all alike."""

_LIMIT_NAMES = frozenset(limit.name for limit in fields(Limits) if limit.init)


def limits_of(text: str) -> Limits:
    """Limits written as ``name=value,...``.

    Raises:
        BadParameter: a name or a value can't be.
    """
    found = {}
    for part in filter(None, text.split(",")):
        name, _, value = part.partition("=")
        if name.strip() not in _LIMIT_NAMES or not value.strip().isdigit():
            raise typer.BadParameter(f"{part!r} is not name=value with a name of {', '.join(sorted(_LIMIT_NAMES))}")
        found[name.strip()] = int(value)
    return Limits(**found)


def answer_lines(lines: TextIO, out: TextIO) -> None:
    """Answers each case in order, flushing every line; no case affects the next."""
    for answer in answers(lines):
        out.write(_CLOSURE.sub("anon$HASH", json.dumps(answer)) + "\n")
        out.flush()


def answers(lines: TextIO) -> Iterator[dict[str, Any]]:
    """The answers to cases given as JSON, one a line."""
    for line in lines:
        if not line.strip():
            continue
        identifier: object = None
        try:
            case = json.loads(line)
            identifier = case.get("id")
            given = {name: value for name, value in (case.get("limits") or {}).items() if name in _LIMIT_NAMES}
            answer = answered(case["source"], Limits(**given), optimize=case.get("opt") != "none")
        except (Exception, Stop) as error:
            answer = {
                "error": {"kind": "InternalError", "message": f"{type(error).__name__}: {error}", "line": None, "col": None},
                "prints": [],
                "ops": 0,
            }
        answer.pop("shown", None)
        yield {"id": identifier, **answer}


def answered(text: str, limits: Limits, *, optimize: bool = True) -> dict[str, Any]:
    """The outcome of one script as data; one that took all memory of this process is answered too."""
    with suppress(MemoryError):
        return _answered(text, limits, optimize=optimize)
    # Only here have the script's values gone with the frames that held them: before, there was no room even for a message.
    return {"error": _error(memory_exhausted(limits.max_memory)), "prints": [], "ops": 0}


def _answered(text: str, limits: Limits, *, optimize: bool) -> dict[str, Any]:
    program = compile_script(text, limits=limits, optimize=optimize)
    if isinstance(program, Failure):
        first = next(diagnostic for diagnostic in program.diagnostics if diagnostic.severity == "error")
        place = program.source.place(first.start)
        shown = first.message if place is None else f"{first.message} (line {place.line}, position {place.column})"
        line, column = (None, None) if place is None else (place.line, place.column)
        error = {"kind": "ParseError", "parse_kind": first.parse_kind, "message": shown, "line": line, "col": column}
        return {"error": error, "prints": [], "ops": 0}
    outcome = program.run(host=Host(clock=time.perf_counter))
    answer: dict[str, Any] = {"prints": [_printed(line) for line in outcome.prints], "ops": outcome.operations}
    if outcome.error is None:
        return {"ok": as_plain(outcome.value), **answer, "shown": display(outcome.value)}
    return {"error": _error(outcome.error), **answer}


def _printed(line: str | DebugLine) -> object:
    if isinstance(line, str):
        return line
    place = line.place
    return {"debug": line.text, "line": place.line if place else None, "col": place.column if place else None}


def _error(error: ScriptError | Stop) -> dict[str, Any]:
    data = rendered(error)
    if "value" in data:
        data["value"] = as_plain(data["value"])
    inner: Any = data
    while isinstance(inner.get("inner"), dict):
        inner = inner["inner"]
        if "value" in inner:
            inner["value"] = as_plain(inner["value"])
    if isinstance(error, Stop) and error.limit:
        data |= {"limit": error.limit, "limit_value": error.limit_value}
    return data


def measured(text: str, limits: Limits, times: int) -> dict[str, Any]:
    """Seconds to compile and to run, over so many runs of a program compiled once."""
    compiled: list[float] = []
    for _ in range(max(3, min(times, 10))):
        begun = time.perf_counter()
        program = compile_script(text, limits=limits)
        compiled.append(time.perf_counter() - begun)
    if not isinstance(program, Program):
        raise typer.BadParameter(program.diagnostics[0].message)
    ran: list[float] = []
    outcome: Outcome | None = None
    for _ in range(times):
        begun = time.perf_counter()
        outcome = program.run(host=Host(clock=time.perf_counter))
        ran.append(time.perf_counter() - begun)
    operations = 0 if outcome is None else outcome.operations
    return {"compile": _spread(compiled), "run": _spread(ran), "ops": operations}


def _spread(seconds: list[float]) -> dict[str, float]:
    return {"min": min(seconds), "median": statistics.median(seconds)}
