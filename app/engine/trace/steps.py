"""The format of a trace, and how states come back from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

_CHECKPOINT: Final = 256


@dataclass(frozen=True, slots=True)
class Step:
    """One moment: about to run the statement between two offsets of the source.

    ``kept`` is how many calls of the step before still run; ``entered`` names those begun since. ``changed`` and ``gone`` are about the
    innermost call's variables.
    """

    start: int
    end: int
    kept: int
    entered: tuple[str, ...]
    changed: tuple[tuple[int, str, str], ...]
    """Depth of the call, variable, text of its value."""
    gone: tuple[tuple[int, str], ...]
    operations: int
    calls: int = 0
    """Calls of the host answered before this step: so many entries of the run's journal are past."""
    is_error: bool = False
    """Whether this is the end of a run that failed: the statement didn't complete."""

    @property
    def depth(self) -> int:
        """How many calls run, the main program included."""
        return self.kept + len(self.entered)


@dataclass(frozen=True, slots=True)
class Frame:
    """One running call and its variables, as texts."""

    function: str
    variables: dict[str, str]


@dataclass(slots=True)
class Trace:
    """All steps of a run. ``is_complete`` is False if the recording had to stop at its own limit."""

    steps: list[Step] = field(default_factory=list)
    is_complete: bool = True
    _checkpoints: dict[int, tuple[Frame, ...]] = field(default_factory=dict)

    def state_at(self, step: int) -> tuple[Frame, ...]:
        """The running calls at a step, the main program first.

        Raises:
            IndexError: there is no such step.
        """
        if not 0 <= step < len(self.steps):
            raise IndexError(step)
        start = step - step % _CHECKPOINT
        while start not in self._checkpoints and start > 0:
            start -= _CHECKPOINT
        frames = list(self._checkpoints.get(start, ()))
        first = start + 1 if start in self._checkpoints else 0
        for at in range(first, step + 1):
            frames = _after(frames, self.steps[at])
            if at % _CHECKPOINT == 0:
                self._checkpoints[at] = tuple(frames)
        return tuple(frames)

    def cursor(self) -> Cursor:
        """A reader that stands on the first step."""
        return Cursor(self)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)


def _after(frames: list[Frame], step: Step) -> list[Frame]:
    now = frames[: step.kept] + [Frame(function, {}) for function in step.entered]
    for depth in {depth for depth, *_ in step.changed} | {depth for depth, _ in step.gone}:
        variables = dict(now[depth].variables)
        variables.update({name: text for at, name, text in step.changed if at == depth})
        for at, name in step.gone:
            if at == depth:
                variables.pop(name, None)
        now[depth] = Frame(now[depth].function, variables)
    return now


@dataclass(slots=True)
class Cursor:
    """Walks a trace."""

    trace: Trace
    at: int = 0

    def forward(self, steps: int = 1) -> bool:
        """Goes on; False if the end is too near."""
        return self.go(self.at + steps)

    def back(self, steps: int = 1) -> bool:
        """Goes back; False if the beginning is too near."""
        return self.go(self.at - steps)

    def go(self, step: int) -> bool:
        """Goes to a step if there is one."""
        if not 0 <= step < len(self.trace.steps):
            return False
        self.at = step
        return True

    @property
    def step(self) -> Step:
        """The current step."""
        return self.trace.steps[self.at]

    @property
    def state(self) -> tuple[Frame, ...]:
        """The running calls and their variables."""
        return self.trace.state_at(self.at)
