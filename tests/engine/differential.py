"""Whether the walker and the compiled program agree on a source, and the program compiled with types and without."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.engine import DebugLine, Limits, Outcome, Program, Record, compile_script, tree
from app.engine.display import debug
from app.engine.errors import ScriptError, Stop, full_text
from app.engine.fold import fold
from app.engine.parser import parse
from app.engine.program import compile_tree, uncollected
from app.engine.source import Source
from app.engine.translation import parse_limits
from app.engine.values import Value
from tests.engine.walker import Ending, NotCovered, walk_tree

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
_SIZES = frozenset({"max_string_size", "max_array_size", "max_map_size"})

GIVEN: Final[Mapping[str, Value]] = {"order": {"a": 3, "b": [1, 2], "c": "key", "d": {"a": 1, "b": [4]}, "z": 1.5}}
"""What the host binds if a program has the word ``order``."""

SHAPE: Final = Record({"a": int, "b": object, "c": str, "d": object, "z": float})
"""What that is declared as."""

_ORDER = re.compile(r"\border\b")
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


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a source on which all agree. A refused one doesn't parse, or is too complex."""

    is_refused: bool = False
    is_walked: bool = False
    """Whether the walker could tell."""
    error: str = ""
    """The kind of the error that it ended with, folded."""
    operations: int = 0


def agree(source: str) -> Trial:
    """Asserts that nobody differs: the walker, the program compiled with types and without, folded and not.

    With types and without, and run a second time, a program takes the same operations too. Folded or not, it does the same if it
    raises no error. (What folding does visibly, pure statements vanish with the errors they would have raised, a pure ``try`` loses its
    value, shows in programs with errors only, the way ours are written. But for one thing of Rhai's own: a container of literals that is
    folded into a text shows its characters in quotes, ``['c']``, and at run time without, ``[c]``; quotes of characters are left out of
    the comparison.)

    A variable ``order`` is the host's, if the source has the word; with types it is a declared record.

    Raises:
        AssertionError: something differs.
    """
    with uncollected():
        text = Source(source)
        script, diagnostics = parse(text, parse_limits(LIMITS))
        if diagnostics:
            return Trial(is_refused=True)
        # One tree for all: nobody changes it but folding, which takes it over.
        plain, outcome = _both(script, text, optimize=False)
        _, folded = _both(fold(script, LIMITS), text, optimize=True)
        if folded is None or outcome is None:
            return Trial(is_refused=True)
        if plain is not None and plain.error is None and not plain.caught:
            assert _unquoted(shown(folded)) == _unquoted(shown(plain)), source
        return Trial(is_walked=plain is not None, error="" if folded.error is None else folded.error.kind, operations=folded.operations)


def _both(script: tree.Script, text: Source, *, optimize: bool) -> tuple[Ending | None, Outcome | None]:
    """How the walker and the compiled program end; None of one that can't tell."""
    bindings = GIVEN if _ORDER.search(text.text) else {}
    typed = _program(script, text, dict.fromkeys(bindings, SHAPE), optimize=optimize, is_typed=True)
    untyped = _program(script, text, dict.fromkeys(bindings), optimize=optimize, is_typed=False)
    outcome = _runs_agree(typed, untyped, bindings) if typed is not None and untyped is not None else None
    try:
        ending = walk_tree(script, text, limits=LIMITS, bindings=bindings)
    except NotCovered:
        return None, outcome
    if outcome is not None and not (isinstance(outcome.error, Stop) and outcome.error.limit in _UNCOMPARED):
        assert shown(outcome) == shown(ending), text.text
    return ending, outcome


def _program(script: tree.Script, text: Source, outer: Mapping[str, Record | None], *, optimize: bool, is_typed: bool) -> Program | None:
    """The tree compiled; None if it is too complex."""
    program = compile_tree(script, text, LIMITS, outer=outer, optimize=optimize, is_typed=is_typed)
    return program if isinstance(program, Program) else None


def agree_untyped(source: str) -> None:
    """Asserts that what is compiled with types does what is compiled without, operation for operation; and the same when run again.

    Raises:
        AssertionError: it doesn't.
    """
    typed, untyped = (compile_script(source, limits=LIMITS, is_typed=is_typed) for is_typed in (True, False))
    if isinstance(typed, Program) and isinstance(untyped, Program):
        _runs_agree(typed, untyped, {})


def _runs_agree(typed: Program, untyped: Program, bindings: Mapping[str, Value]) -> Outcome:
    source = typed.source.text
    outcome, generic = typed.run(bindings=bindings), untyped.run(bindings=bindings)
    end = shown(outcome)
    if not _is_too_large(outcome, generic):
        assert (end, outcome.operations) == (shown(generic), generic.operations), source
    again = typed.run(bindings=bindings)
    assert (shown(again), again.usage) == (end, outcome.usage), source
    return outcome


def _is_too_large(*outcomes: Outcome) -> bool:
    """Whether all were stopped by a limit, one of them at least by a size.

    What holds a new container is measured when the run has made as much again, counted by what is copied, and by types less is.
    """
    limits = {each.error.limit if isinstance(each.error, Stop) else "" for each in outcomes}
    return limits <= _UNCOMPARED and not limits.isdisjoint(_SIZES)


def _unquoted(what: Shown) -> Shown:
    return Shown(_QUOTED.sub(r"\1", what.end), tuple(_QUOTED.sub(r"\1", line) for line in what.prints))
