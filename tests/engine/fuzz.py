"""Differential fuzzing for an hour: ``python -m tests.engine.fuzz --examples 100000 --seed 1``.

Makes random programs (``tests.engine.programs``) and asserts of each that all agree (``tests.engine.differential``): the walker, the
program compiled with types and without, folded and not. Programs are numbered: the same seed and number is the same program. What
differs is shrunk and shown, and the exit status is 1. Keep what it found: add a line to a case file in ``tests/engine/cases``.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.engine.differential import Trial, agree
from tests.engine.programs import written

_SHORTEST, _LONGEST = 80, 700
"""Bytes of a program."""

_REPORTED_EVERY = 1_000


@dataclass(frozen=True, slots=True)
class Finding:
    """A program on which something differs, made as small as shrinking makes it."""

    number: int
    source: str
    difference: str


def trials(seed: int, numbers: range) -> Iterator[Trial | Finding]:
    """What comes of each of these programs of a seed."""
    for number in numbers:
        chance = random.Random(f"{seed}/{number}")
        data = chance.randbytes(chance.randrange(_SHORTEST, _LONGEST))
        try:
            yield agree(written(data))
        except Exception:
            least = shrunk(data, lambda bytes_: _difference(bytes_) is not None)
            yield Finding(number, written(least), _difference(least) or "")


def shrunk(data: bytes, differs: Callable[[bytes], bool]) -> bytes:
    """Fewer bytes, and more zeros among them, that still differ: a zero is the first and simplest choice."""
    size = len(data)
    while size:
        at = 0
        while at < len(data):
            before, piece, behind = data[:at], data[at : at + size], data[at + size :]
            # A piece of zeros is never zeroed again, so this ends.
            fewer = [before + behind, *([before + bytes(len(piece)) + behind] if any(piece) else [])]
            least = next(filter(differs, fewer), None)
            if least is None:
                at += size
            else:
                data = least
        size //= 2
    return data


def _difference(data: bytes) -> str | None:
    try:
        agree(written(data))
    except Exception as difference:
        return f"{type(difference).__name__}: {difference}"
    return None


def main() -> int:
    """Runs the fuzzer; 1 if it found something."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first program")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    options = parser.parse_args()
    ends: Counter[str] = Counter()
    for trial in trials(options.seed, range(options.first, options.first + options.examples)):
        ends["made"] += 1
        if isinstance(trial, Finding):
            ends["differ"] += 1
            sys.stdout.write(f"seed {options.seed}, program {trial.number}:\n{trial.source}\n{trial.difference}\n\n")
        else:
            ends[_end(trial)] += 1
        if ends["made"] % _REPORTED_EVERY == 0 or isinstance(trial, Finding):
            _report(options.seed, ends)
    _report(options.seed, ends)
    return 1 if ends["differ"] else 0


def _end(trial: Trial) -> str:
    if trial.is_refused:
        return "refused"
    if not trial.is_walked:
        return "not walked"
    return "errors" if trial.error else "values"


def _report(seed: int, ends: Counter[str]) -> None:
    sys.stdout.write(f"seed {seed}: " + ", ".join(f"{count} {end}" for end, count in ends.items()) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
