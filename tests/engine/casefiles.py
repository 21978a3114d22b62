"""Case files: one script a line, with what it prints and how it ends behind it.

``print(1); 2  //> 1 //=> 2``: each printed line after ``//>``, then the value in debug form after ``//=>``, or an error's kind and
whole message after ``//!!``. Line breaks and tabs in scripts and expectations are written ``⏎`` and ``⇥``. Lines that start with
``//`` are comments. No script may hold one of the signs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.engine.differential import Shown

FOLDER = Path(__file__).parent / "cases"

_PRINT, _VALUE, _ERROR = " //> ", " //=> ", " //!! "
_ESCAPES = {"⏎": "\n", "⇥": "\t"}


@dataclass(frozen=True, slots=True)
class Case:
    """One line of a file."""

    path: Path
    line: int
    source: str
    expected: Shown

    @property
    def name(self) -> str:
        """Where it is."""
        return f"{self.path.stem}:{self.line}"

    def update(self, shown: Shown) -> None:
        """Replaces the expectation."""
        lines = self.path.read_text(encoding="utf-8").splitlines()
        sign = _VALUE if shown.end.startswith("=> ") else _ERROR
        end = shown.end.partition(" ")[2]
        expected = "".join(_PRINT + line for line in shown.prints) + sign + end
        lines[self.line - 1] = _written(f"{self.source:<60}{expected}")
        self.path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def cases() -> list[Case]:
    """All cases of all files."""
    return list(_all())


def _all() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.rhai")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip() and not line.startswith("//"):
                yield _case(path, number, _read(line))


def _case(path: Path, number: int, text: str) -> Case:
    sign = _ERROR if _ERROR in text else _VALUE
    if sign not in text:
        raise ValueError(f"{path.name}, line {number}: no expectation")
    before, _, end = text.partition(sign)
    source, *prints = before.split(_PRINT)
    mark = "!" if sign == _ERROR else "=>"
    return Case(path, number, source.rstrip(" "), Shown(f"{mark} {end}", tuple(line.removesuffix(" ") for line in prints)))


def _read(line: str) -> str:
    for sign, character in _ESCAPES.items():
        line = line.replace(sign, character)
    return line


def _written(line: str) -> str:
    for sign, character in _ESCAPES.items():
        line = line.replace(character, sign)
    return line
