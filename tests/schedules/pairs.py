"""Pairs of a zone and an expression, whose occurrences from 2020 to 2035 are held against the oracle's.

    python -m tests.schedules.pairs [--per-zone 9] [--jobs 2]

All zones, nine expressions each, are over 5,000 pairs and some minutes of work; the suite takes a sample of them.
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from app.schedules.cron import parse
from app.schedules.occurrences import Rule
from app.schedules.zones import zone_names
from tests.schedules.oracle import FIRST, LAST, Expression, some_expression, stretches, strikes

PER_ZONE: Final = 9
SEED: Final = 20261121
_DENSE: Final = 24
_DAY: Final = 1440
_START, _END = (int(each.timestamp()) // 60 for each in (FIRST, LAST))


@dataclass(frozen=True, slots=True)
class Compared:
    """What comparing a pair came to: how many occurrences, through how many changes of clocks, and the first that differs, told."""

    occurrences: int
    changes: int
    difference: str | None


def compared(zone: str, count: int) -> Iterator[Compared]:
    """Compare a zone's first so many pairs; the same ones each time."""
    luck = random.Random(f"{SEED} {zone}")
    for _ in range(count):
        yield _compare(zone, some_expression(luck), luck)


def _compare(zone: str, expression: Expression, luck: random.Random) -> Compared:
    rule = Rule(parse(expression.text), ZoneInfo(zone))
    spans, occurrences = _spans(zone, expression, luck), 0
    changes = sum(any(first <= each.start < last for first, last in spans) for each in stretches(zone)[1:])
    for (first, last), expected in zip(spans, strikes(expression, zone, spans), strict=True):
        found = [each // 60 for each in rule.between(first * 60 - 1, last * 60 - 1)]
        occurrences += len(expected)
        if found != expected:
            odd = min(set(found) ^ set(expected))
            whose = "ours" if odd in found else "the oracle"
            return Compared(occurrences, changes, f"{expression.text} in {zone}: {datetime.fromtimestamp(odd * 60, UTC)} ({whose} alone)")
    return Compared(occurrences, changes, None)


def _spans(zone: str, expression: Expression, luck: random.Random) -> list[tuple[int, int]]:
    """All sixteen years for what strikes up to so many times a day; else three days around every change of clocks, and five other days."""
    if len(expression.minutes()) <= _DENSE:
        return [(_START, _END)]
    changes = [each.start for each in stretches(zone)[1:]]
    others = [luck.randrange(_START, _END - _DAY) for _ in range(5)]
    return [(max(_START, at - _DAY), min(_END, at + 2 * _DAY)) for at in sorted((*changes, *others))]


def _all_of(zone_and_count: tuple[str, int]) -> list[Compared]:
    return list(compared(*zone_and_count))


def main() -> None:
    """Compare all zones; print figures and what differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--per-zone", type=int, default=PER_ZONE)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    begun = time.perf_counter()
    with ProcessPoolExecutor(options.jobs) as pool:
        found = [each for zone in pool.map(_all_of, [(name, options.per_zone) for name in sorted(zone_names())]) for each in zone]
    differences = [each.difference for each in found if each.difference]
    sys.stdout.write(
        f"{len(zone_names())} zones, {len(found):,} pairs, {sum(each.occurrences for each in found):,} occurrences through "
        f"{sum(each.changes for each in found):,} changes of clocks, {len(differences)} differences, "
        f"{time.perf_counter() - begun:.0f} s in {options.jobs} processes\n"
    )
    sys.stdout.writelines(f"{each}\n" for each in differences)
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
