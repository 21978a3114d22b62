"""What must hold of any bytes: the claims that coverage-guided fuzzing tries to break. See ``docs/how-to/fuzz.md``."""

from __future__ import annotations

from typing import Final

from app.engine import Failure, Limits, Program, compile_script
from app.engine.display import debug
from app.engine.errors import ScriptError, Stop, full_text
from app.engine.lexer import scan
from app.engine.parser import ParseLimits, parse
from app.engine.source import Source
from tests.engine.programs import written

LIMITS: Final = Limits(
    max_operations=3_000, max_call_levels=16, max_string_size=2_000, max_array_size=200, max_map_size=100, max_memory=500_000
)


def is_parsed(data: bytes) -> None:
    """Any text gives a tree and diagnostics that lie inside of it."""
    text = data.decode("utf-8", "replace")
    source = Source(text)
    scan(text)
    _, diagnostics = parse(source, ParseLimits())
    for diagnostic in diagnostics:
        assert 0 <= diagnostic.start <= diagnostic.end <= len(text) + 1, diagnostic
        source.place(diagnostic.start)


def is_run(data: bytes) -> None:
    """Any text, and any program written by these bytes, is refused, or runs to a value or an author's error; a trace changes nothing."""
    if not data:
        return
    source = written(data[1:]) if data[0] % 2 else data[1:].decode("utf-8", "replace")
    program = compile_script(source, limits=LIMITS, optimize=bool(data[0] & 2))
    if isinstance(program, Failure):
        assert program.diagnostics
        return
    assert isinstance(program, Program)
    plain = program.run()
    traced, _ = program.trace()
    assert traced.prints == plain.prints, source
    assert debug(traced.value) == debug(plain.value), source
    assert _end(traced.error) == _end(plain.error), source


def _end(error: ScriptError | Stop | None) -> str:
    return "" if error is None else full_text(error)
