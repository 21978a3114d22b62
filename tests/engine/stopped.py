"""Programs that run with limits."""

from __future__ import annotations

from app.engine import Limits, Outcome, Program, compile_script
from app.engine.errors import Stop


def ran(source: str, *, limits: Limits = Limits(), is_typed: bool = True) -> Outcome:  # noqa: B008  # frozen
    """How a program ends that compiles."""
    program = compile_script(source, limits=limits, is_typed=is_typed)
    assert isinstance(program, Program), program
    return program.run()


def stop_of(outcome: Outcome) -> Stop:
    """The limit that a run was stopped by."""
    assert isinstance(outcome.error, Stop), outcome
    return outcome.error
