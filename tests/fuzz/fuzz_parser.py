"""Fuzzes the lexer and the parser: ``python -m tests.fuzz.fuzz_parser -max_total_time=300 -dict=tests/fuzz/rhai.dict CORPUS``.

Any text at all gives a tree and diagnostics within the text, and nothing is raised. Needs atheris (``pip install atheris``).
"""

from app.engine.parser import ParseLimits, parse
from app.engine.source import NO_POSITION, Source
from tests.fuzz.target import start, text_of

LIMITS = ParseLimits()


def check(data: bytes) -> None:
    """Asserts that parsing holds its promises for these bytes.

    Raises:
        AssertionError: it doesn't.
    """
    text = text_of(data)
    script, diagnostics = parse(Source(text), LIMITS)
    assert 0 <= script.start <= script.end <= len(text)
    for diagnostic in diagnostics:
        # A few faults have no place, because the real Rhai gives none.
        assert diagnostic.start == NO_POSITION or 0 <= diagnostic.start <= diagnostic.end <= len(text), diagnostic
        assert diagnostic.message


if __name__ == "__main__":
    start(check)
