"""``fold``: the parts of a script that an editor can fold away."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine import tree
from app.engine.source import Span
from app.ide.children import descendants
from app.ide.context import Context
from app.ide.reading import Reading, read


def fold(text: str, context: Context | None = None) -> tuple[Span, ...]:
    """Bodies, literals and block comments over several lines, in order of place, as far as the script can be parsed."""
    reading = read(text, context)
    folds = {(node.start, node.end) for node in descendants(reading.script) if _folds(text, node)}
    folds.update(_comments(reading))
    return tuple(Span(*each) for each in sorted(folds))


def _folds(text: str, node: tree.Node) -> bool:
    return isinstance(node, (tree.Block, tree.Map, tree.Array, tree.Switch)) and "\n" in text[node.start : node.end]


def _comments(reading: Reading) -> Iterator[tuple[int, int]]:
    for start, end in reading.tokens.comments:
        if reading.text.startswith("/*", start) and "\n" in reading.text[start:end]:
            yield start, end
