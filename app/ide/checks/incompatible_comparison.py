"""``incompatible-comparison``: a comparison whose answer its operands' types settle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from app.engine import tree
from app.engine.diagnostic import Diagnostic
from app.ide.checks.check import Check, found
from app.ide.facts import Facts
from app.ide.types import Kinds, kinds_of

CODE = "incompatible-comparison"

_ALIKE: Final = (frozenset({"i64", "f64"}), frozenset({"string", "char"}))
_UNJUDGED: Final = frozenset({"?", "Fn", "range", "range=", "entity"})
"""Comparing these is an error or the host's affair."""


def search(facts: Facts) -> Iterator[Diagnostic]:
    for comparison in facts.comparisons:
        left, right = kinds_of(facts, comparison.left), kinds_of(facts, comparison.right)
        if left is not None and right is not None and not _can_be_equal(left, right):
            yield _diagnostic(comparison, left, right)


def _can_be_equal(left: Kinds, right: Kinds) -> bool:
    if (left | right) & _UNJUDGED or left & right or not left or not right:
        return True
    return any(left & alike and right & alike for alike in _ALIKE)


def _diagnostic(comparison: tree.Binary, left: Kinds, right: Kinds) -> Diagnostic:
    answer = "true" if comparison.op == "!=" else "false"
    message = f"This is always {answer}: {_shown(left)} is compared with {_shown(right)}"
    return found(CODE, "warning", comparison, message, _hint(left, right))


def _shown(kinds: Kinds) -> str:
    return " or ".join(sorted(kinds, key=lambda kind: (kind == "()", kind)))


def _hint(left: Kinds, right: Kinds) -> str:
    if "string" in left | right and (left | right) & {"i64", "f64"}:
        return "Convert one side first: `parse_int(text)`, `parse_float(text)` or `number.to_string()`."
    return "Values of different types are never equal, and neither is less or greater."


CHECK = Check(
    CODE,
    "warning",
    "Two values are compared whose types can never be equal. In Rhai that is no error: the answer is always false (for `!=` "
    "always true), so a branch silently never runs, or always does.",
    'let limit = "100";\nif limit == 100 { print("full"); }\n'
    "// ^^^^^^^^^^^^ incompatible-comparison: This is always false: string is compared with i64",
    "Compare values of the same type: convert one side. Whole numbers and decimals compare with each other, and so do strings and chars.",
    search,
)
