"""Coverage-guided fuzzing: ``python -m tests.engine.guided parse|run [libFuzzer options and corpus folders]``.

``parse`` feeds lexer and parser, ``run`` everything from the text to the end of a run, the verifier included. What is claimed stands in
``tests.engine.hostile``; a crash file holds the bytes that broke a claim. Needs ``atheris``. See ``docs/how-to/fuzz.md``.
"""

from __future__ import annotations

import importlib
import sys

CLAIMS = {"parse": "is_parsed", "run": "is_run"}


def main() -> None:
    """Fuzzes until stopped, or for as long as the options say."""
    if len(sys.argv) < 2 or sys.argv[1] not in CLAIMS:
        sys.exit(__doc__)
    claim = CLAIMS[sys.argv.pop(1)]
    atheris = importlib.import_module("atheris")
    # Only what is imported in here counts as covered, so the engine comes in last.
    with atheris.instrument_imports(include=["app.engine"]):
        hostile = importlib.import_module("tests.engine.hostile")
    atheris.Setup(sys.argv, getattr(hostile, claim))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
