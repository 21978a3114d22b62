"""Differential fuzzing for a night: ``python -m tests.engine.fuzz --examples 100000``.

Makes random programs (``tests.engine.programs``) and asserts what ``test_differential`` asserts, of each: the walker and the compiled
program agree, with types and without (operations too), folded and not, and folding doesn't show where there is no error. Random each
time unless ``--seed`` is given. The first disagreement is shrunk and shown with both ends, and the exit status is 1. Keep what it
found: add a line to a case file in ``tests/engine/cases``.
"""

from __future__ import annotations

import argparse
import sys

from hypothesis import HealthCheck, Verbosity, given, seed, settings

from tests.engine.differential import agree, agree_folded
from tests.engine.programs import programs


def main() -> int:
    """Runs the fuzzer; 1 if it found something."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=100_000)
    parser.add_argument("--seed", type=int)
    options = parser.parse_args()
    checks = settings(
        max_examples=options.examples,
        deadline=None,
        database=None,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    run = checks(given(programs())(_check))
    try:
        (seed(options.seed)(run) if options.seed is not None else run)()
    except AssertionError as difference:
        sys.stdout.write(f"{difference}\n")
        return 1
    sys.stdout.write(f"{options.examples} programs: no disagreement\n")
    return 0


def _check(source: str) -> None:
    agree(source)
    agree(source, optimize=False)
    agree_folded(source)


if __name__ == "__main__":
    sys.exit(main())
