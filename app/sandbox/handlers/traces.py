"""A trace as plain data: the steps of a run, in the order in which they were taken, as far as they fit into the answer."""

from __future__ import annotations

from typing import Final

import msgspec

from app.engine.trace import Step, Trace
from app.sandbox.jobs import Json

_SHARE: Final = 0.75  # of the answer, beside the value and the journal
_size = msgspec.json.Encoder().encode


def plain_trace(trace: Trace, output_bytes: int) -> dict[str, Json]:
    """`steps`, and `is_complete`: false when the recording, or the answer, had no room for all of them."""
    room = int(output_bytes * _SHARE)
    steps: list[Json] = []
    for step in trace:
        plain = _plain(step)
        room -= len(_size(plain)) + 1
        if room < 0:
            return {"is_complete": False, "steps": steps}
        steps.append(plain)
    return {"is_complete": trace.is_complete, "steps": steps}


def _plain(step: Step) -> dict[str, Json]:
    """What says nothing is left out: most steps enter no function and make no variable go."""
    plain: dict[str, Json] = {"start": step.start, "end": step.end, "kept": step.kept, "operations": step.operations, "calls": step.calls}
    if step.entered:
        plain["entered"] = list(step.entered)
    if step.changed:
        plain["changed"] = [list(change) for change in step.changed]
    if step.gone:
        plain["gone"] = [list(variable) for variable in step.gone]
    if step.is_error:
        plain["is_error"] = True
    return plain
