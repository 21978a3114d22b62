"""Recording: called by instrumented code before each statement, it reads the running calls' variables and notes what changed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import Any, Final

from app.engine.display import debug
from app.engine.trace.steps import HostCall, Step, Trace
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


class Recorder:
    """Collects the steps of one run."""

    def __init__(self, marks: Sequence[Mark], is_generated: Callable[[FrameType], bool], operations: Callable[[], int]) -> None:
        self.trace = Trace()
        self._marks = marks
        self._is_generated = is_generated
        self._operations = operations
        self._running: list[tuple[FrameType, dict[str, str]]] = []

    def step(self, number: int) -> None:
        """Notes the state before a statement."""
        steps = self.trace.steps
        if len(steps) >= MOST_STEPS:
            self.trace.is_complete = False
            return
        frames = self._frames(sys._getframe(1))
        kept = 0
        while kept < min(len(frames), len(self._running)) and frames[kept] is self._running[kept][0]:
            kept += 1
        del self._running[kept:]
        entered = frames[kept:]
        self._running += [(frame, {}) for frame in entered]
        mark = self._marks[number]
        now = self._variables(frames[-1], mark)
        before = self._running[-1][1]
        depth = len(frames) - 1
        changed = tuple((depth, name, text) for name, text in now.items() if before.get(name) != text)
        gone = tuple((depth, name) for name in before if name not in now)
        self._running[-1] = (frames[-1], now)
        names = tuple(self.function_name(frame) for frame in entered)
        steps.append(Step(mark.start, mark.end, kept, names, changed, gone, self._operations()))

    def note(self, function: str, arguments: Sequence[Value], result: Value) -> None:
        """Notes a call of a host function."""
        call = HostCall(len(self.trace.steps), function, tuple(bounded(value) for value in arguments), bounded(result))
        self.trace.journal.append(call)

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
    def _variables(frame: FrameType, mark: Mark) -> dict[str, str]:
        values = frame.f_locals
        found = {}
        for entry in values.get("scope", ()):
            found[entry.name] = bounded(entry[0])
        for name, local, is_cell in mark.visible:
            if local in values:
                found[name] = bounded(values[local][0] if is_cell else values[local])
        return found
