"""Regenerates the table of attacks in docs/explanation/sandbox.md: `alloy sandbox-report`, as root, so that each layer can be
tried alone. With `--check` it writes nothing and fails when the text differs.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Final, TypeAlias

from app.sandbox.lockdown.layers import ALL_LAYERS, Layer
from tests.sandbox.arena import Arena, arena, attack_once, pool_with
from tests.sandbox.attacks import ATTACKS, Attack

PAGE: Final = Path(__file__).parents[2] / "docs" / "explanation" / "sandbox.md"
BEGIN: Final = "<!-- attacks: begin; written by `alloy sandbox-report` -->"
END: Final = "<!-- attacks: end -->"
COLUMNS: Final[dict[str, frozenset[Layer]]] = {
    "no layer": frozenset(),
    **{layer.value: frozenset({layer}) for layer in Layer},
    "all": ALL_LAYERS,
}
Matrix: TypeAlias = dict[str, dict[str, str | None]]
"""By attack name, by column: what stopped it, or None."""


async def measure() -> Matrix:
    """Make every attack under no layer, under each alone, and under all."""
    matrix: Matrix = {attack.name: {} for attack in ATTACKS}
    with arena() as targets:
        for column, layers in COLUMNS.items():
            await _measure_column(matrix, column, layers, targets)
    return matrix


async def _measure_column(matrix: Matrix, column: str, layers: frozenset[Layer], targets: Arena) -> None:
    async with pool_with(layers) as pool:
        for attack in ATTACKS:
            matrix[attack.name][column] = await attack_once(pool, targets, attack)


def table(matrix: Matrix) -> str:
    """The Markdown of a matrix: one row per attack, a cell says what stopped it there, or that it got through."""
    head = ["attack", *COLUMNS]
    rows = [_row(attack, matrix[attack.name]) for attack in ATTACKS]
    real = [name for name, row in matrix.items() if row["no layer"] is None]
    summary = [f"- {column}: stops {sum(matrix[name][column] is not None for name in real)} of these {len(real)}." for column in COLUMNS]
    return "\n".join(
        [
            "| " + " | ".join(head) + " |",
            "|" + "---|" * len(head),
            *rows,
            "",
            f"{len(ATTACKS)} attacks; {len(real)} of them get through where there is no layer, so that their other cells tell something.",
            "",
            *summary,
        ]
    )


def _row(attack: Attack, row: dict[str, str | None]) -> str:
    cells = ["**through**" if row[column] is None else row[column] or "" for column in COLUMNS]
    return "| " + " | ".join([f"{attack.group}: {attack.name}", *cells]) + " |"


def main() -> int:
    """Measure, and write or check the page."""
    if os.geteuid() != 0:
        sys.stderr.write("Run this as root: without, no layer but the identity's can be left out.\n")
        return 2
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    written = f"{before}{BEGIN}\n\n{table(asyncio.run(measure()))}\n\n{END}{after}"
    if "--check" in sys.argv:
        return 0 if written == page else 1
    PAGE.write_text(written, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
