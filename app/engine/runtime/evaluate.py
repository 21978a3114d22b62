"""``eval``: compiles a text and runs it in the scope of the calling function."""

from __future__ import annotations

from typing import Any

from app.engine import errors
from app.engine.runtime.machine import Machine
from app.engine.values import Value, type_name


def evaluate(machine: Machine, level: Any, scope: list[Any], this: Value, text: Value) -> Value:
    """The value of the text as a script; new variables stay in the scope."""
    from app.engine.late import evaluated_text

    if type(text) is not str:
        raise errors.mismatched_data("string", type_name(text))
    machine.here = level
    machine.charge(1)
    return evaluated_text(machine, level, scope, this, text)
