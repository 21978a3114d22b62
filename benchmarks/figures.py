"""Named figures of a benchmark run, printed for people or for programs."""

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Figure:
    """One measured value. `bar` is what we want it to be, in words, where there is such a wish."""

    name: str
    value: float
    unit: str
    bar: str = ""


@dataclass
class Report:
    """A benchmark's title and its figures."""

    title: str
    figures: list[Figure] = field(default_factory=list)

    def add(self, name: str, value: float, unit: str, bar: str = "") -> None:
        """Notes a figure."""
        self.figures.append(Figure(name, value, unit, bar))

    def show(self, *, as_json: bool) -> None:
        """Prints everything noted so far."""
        if as_json:
            print(json.dumps({figure.name: figure.value for figure in self.figures}))
            return
        print(self.title)
        table(("figure", "value", "unit", "bar"), [(f.name, f"{f.value:,.4g}", f.unit, f.bar) for f in self.figures])


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Prints columns: the first aligned left, the others right."""
    lines = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines:
        cells = [
            cell.ljust(width) if column == 0 else cell.rjust(width) for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())
    sys.stdout.flush()
