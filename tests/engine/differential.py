"""Whether the walker and the compiled program agree on a source, and the program compiled with types and without."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.engine import DebugLine, Limits, Outcome, Program, compile_script
from app.engine.display import debug
from app.engine.errors import ScriptError, Stop, full_text
from app.engine.values import Value
from tests.engine.walker import Ending, NotCovered, walk

LIMITS = Limits(
    max_operations=200_000,
    max_call_levels=16,
    max_string_size=100_000,
    max_array_size=10_000,
    max_map_size=10_000,
    max_expr_depth=100,
    max_function_expr_depth=100,
)

_UNCOMPARED = frozenset({"max_operations", "max_memory", "max_string_size", "max_array_size", "max_map_size"})
"""The walker neither counts nor measures: when a limit is hit, only that the walker finds nothing else before is known."""

_QUOTED = re.compile(r"'(.)'")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a run shows of itself: how it ended, and its prints."""

    end: str
    prints: tuple[str, ...]


def shown(run: Outcome | Ending) -> Shown:
    """A run as text."""
    return Shown(_end(run.value, run.error), tuple(map(_line, run.prints)))


def _end(value: Value, error: ScriptError | Stop | None) -> str:
    return f"=> {debug(value)}" if error is None else f"! {error.kind}: {full_text(error)}"


def _line(line: str | DebugLine | tuple[str, object]) -> str:
    if isinstance(line, str):
        return line
    text, place = (line.text, line.place) if isinstance(line, DebugLine) else line
    return f"{text} @ {place}"


def compiled(source: str, *, optimize: bool = True) -> Outcome | None:
    """The compiled program's outcome; None if the source doesn't parse."""
    program = compile_script(source, optimize=optimize, limits=LIMITS)
    return program.run() if isinstance(program, Program) else None


def both(source: str, *, optimize: bool = True) -> tuple[Shown, Shown] | None:
    """How the walker and the compiled program end; None if they can't be compared."""
    outcome = compiled(source, optimize=optimize)
    if outcome is None or (isinstance(outcome.error, Stop) and outcome.error.limit in _UNCOMPARED):
        return None
    try:
        ending = walk(source, optimize=optimize, limits=LIMITS)
    except NotCovered:
        return None
    return shown(ending), shown(outcome)


def agree_untyped(source: str, *, optimize: bool = True) -> None:
    """Asserts that what is compiled with types does what is compiled without, operation for operation; and the same when run again.

    Raises:
        AssertionError: it doesn't.
    """
    ends = []
    for is_typed in (True, False):
        program = compile_script(source, optimize=optimize, limits=LIMITS, is_typed=is_typed)
        if not isinstance(program, Program):
            return
        outcome = program.run()
        ends.append((shown(outcome), outcome.operations))
        if is_typed:
            again = program.run()
            assert (shown(again), again.usage) == (ends[0][0], outcome.usage), source
    assert ends[0] == ends[1], source


def agree(source: str, *, optimize: bool = True) -> None:
    """Asserts that the walker and the compiled program don't differ.

    Raises:
        AssertionError: they do.
    """
    agree_untyped(source, optimize=optimize)
    ends = both(source, optimize=optimize)
    if ends is not None:
        walked, ran = ends
        assert ran == walked, source


def agree_folded(source: str) -> bool:
    """Asserts that folding changes nothing in a program that raises no error; False if this one does, or can't be walked.

    What folding does visibly (pure statements vanish with the errors they would have raised, a pure ``try`` loses its value) shows
    in programs with errors only, the way ours are written. But for one thing of Rhai's own: a container of literals that is folded into a
    text shows its characters in quotes, ``['c']``, and at run time without, ``[c]``; quotes of characters are left out of the comparison.

    Raises:
        AssertionError: it changes something.
    """
    try:
        plain = walk(source, optimize=False, limits=LIMITS)
    except NotCovered:
        return False
    folded = compiled(source)
    if folded is None or plain.error is not None or plain.caught:
        return False
    assert _unquoted(shown(folded)) == _unquoted(shown(plain)), source
    return True


def _unquoted(what: Shown) -> Shown:
    return Shown(_QUOTED.sub(r"\1", what.end), tuple(_QUOTED.sub(r"\1", line) for line in what.prints))
