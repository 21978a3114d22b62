"""Recording: called by instrumented code before each statement, it reads the running calls' variables and notes what changed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Any, Final

from app.engine.display import debug
from app.engine.trace.steps import Step, Trace
from app.engine.values import Value

MOST_STEPS: Final = 50_000
LONGEST_TEXT: Final = 200
_MOST_ITEMS: Final = 40


@dataclass(frozen=True, slots=True)
class Mark:
    """A place where steps are taken: the statement's span and the variables visible there, as (name, local, whether a cell)."""

    start: int
    end: int
    function: str
    visible: tuple[tuple[str, str, bool], ...]


def bounded(value: Value) -> str:
    """A value's debug text, cut to a bounded length; big containers are cut before they are written out."""
    text = debug(_cut(value, 3))
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def _cut(value: Any, depth: int) -> Any:
    if type(value) is list:
        return [_cut(item, depth - 1) for item in value[:_MOST_ITEMS]] if depth else []
    if type(value) is dict:
        return {key: _cut(value[key], depth - 1) for key in sorted(value)[:_MOST_ITEMS]} if depth else {}
    if type(value) is str:
        return value[:LONGEST_TEXT]
    return value[:LONGEST_TEXT] if type(value) is bytearray else value


@dataclass(slots=True)
class _Call:
    """A running call: its frame, its variables as they were last seen, and the statement that it has come to."""

    frame: FrameType
    variables: dict[str, str]
    mark: Mark | None = None


class Recorder:
    """Collects the steps of one run. ``calls`` tells how many calls of the host were answered so far."""

    def __init__(
        self,
        marks: Sequence[Mark],
        is_generated: Callable[[FrameType], bool],
        operations: Callable[[], int],
        calls: Callable[[], int],
    ) -> None:
        self.trace = Trace()
        self._marks = marks
        self._is_generated = is_generated
        self._operations = operations
        self._calls = calls
        self._running: list[_Call] = []

    def step(self, number: int) -> None:
        """Notes the state before a statement."""
        if len(self.trace.steps) >= MOST_STEPS:
            self.trace.is_complete = False
            return
        self._take(self._frames(sys._getframe(1)), self._marks[number], is_error=False)

    def end(self, traceback: TracebackType | None, *, is_error: bool) -> None:
        """Notes where an error or ``exit`` ended the run: the calls it came through, and the statement that didn't complete."""
        frames = []
        while traceback is not None:
            if self._is_generated(traceback.tb_frame):
                frames.append(traceback.tb_frame)
            traceback = traceback.tb_next
        known = {id(call.frame): call.mark for call in self._running}
        while frames and known.get(id(frames[-1])) is None:
            # A call that failed before its first statement has nothing to show.
            frames.pop()
        mark = known[id(frames[-1])] if frames else None
        if mark is not None:
            self._take(frames, mark, is_error=is_error)

    def _take(self, frames: list[FrameType], mark: Mark, *, is_error: bool) -> None:
        kept = 0
        while kept < min(len(frames), len(self._running)) and frames[kept] is self._running[kept].frame:
            kept += 1
        del self._running[kept:]
        entered = frames[kept:]
        self._running += [_Call(frame, {}) for frame in entered]
        innermost = self._running[-1]
        now = self._variables(innermost, mark)
        depth = len(frames) - 1
        changed = tuple((depth, name, text) for name, text in now.items() if innermost.variables.get(name) != text)
        gone = tuple((depth, name) for name in innermost.variables if name not in now)
        innermost.variables, innermost.mark = now, mark
        names = tuple(self.function_name(frame) for frame in entered)
        self.trace.steps.append(Step(mark.start, mark.end, kept, names, changed, gone, self._operations(), self._calls(), is_error))

    def finish(self) -> None:
        """Lets go of the run's frames."""
        self._running.clear()

    @staticmethod
    def function_name(frame: FrameType) -> str:
        """The author's name of a call, empty for the main program."""
        name = frame.f_code.co_name
        return "" if name.endswith("main") else name.partition("/")[0].partition("#")[0]

    def _frames(self, frame: FrameType | None) -> list[FrameType]:
        found = []
        while frame is not None:
            if self._is_generated(frame):
                found.append(frame)
            frame = frame.f_back
        found.reverse()
        return found

    @staticmethod
    def _variables(call: _Call, mark: Mark) -> dict[str, str]:
        """What is visible. A shared variable that a running method holds can't be read: it stays as it was last seen."""
        values = call.frame.f_locals
        cells = [(entry.name, getattr(entry, "cell", entry)) for entry in values.get("scope", ())]
        found = {}
        for name, local, is_cell in mark.visible:
            if local in values and is_cell:
                cells.append((name, values[local]))
            elif local in values:
                found[name] = bounded(values[local])
        for name, cell in cells:
            if cell:
                found[name] = bounded(cell[0])
            elif name in call.variables:
                found[name] = call.variables[name]
        return found
