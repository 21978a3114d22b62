"""Fuzzes compiling: ``python -m tests.fuzz.fuzz_compile -max_total_time=300 -dict=tests/fuzz/rhai.dict CORPUS``.

Whatever parses is folded, resolved, lowered to Python code and verified, or refused with a diagnostic; nothing is raised. Bytes that
start with a 0 stand for a program of the grammar that the differential tests use, others for a source. Needs atheris
(``pip install atheris``).
"""

from app.engine import Failure, Limits, Program, compile_script
from tests.engine.programs import written
from tests.fuzz.target import start, text_of

LIMITS = Limits(max_string_size=10_000, max_array_size=1_000, max_map_size=1_000)


def check(data: bytes) -> None:
    """Asserts that these bytes compile or are refused, folded and not.

    Raises:
        AssertionError: something else happens.
    """
    text = written(data[1:]) if data[:1] == b"\0" else text_of(data)
    folded, plain = (compile_script(text, limits=LIMITS, optimize=optimize) for optimize in (True, False))
    for result in (folded, plain):
        assert isinstance(result, Program) or (isinstance(result, Failure) and result.diagnostics)


if __name__ == "__main__":
    start(check)
