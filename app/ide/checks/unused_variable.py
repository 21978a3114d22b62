"""``unused-variable``: a variable that is never read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.engine import tree
from app.engine.diagnostic import Diagnostic, Fix
from app.ide.checks.check import Check, found
from app.ide.facts import Declaration, Facts, Kind

CODE = "unused-variable"

_REPORTED = frozenset({Kind.LET, Kind.CONST, Kind.COUNTER})
"""Not parameters (callers decide their number), nor loop variables and caught errors (the language wants a name there)."""
_HARMLESS = (tree.Unit, tree.Bool, tree.Int, tree.Float, tree.Char, tree.String, tree.Variable, tree.Closure)
_MOST_COMPARED = 50
_REST = re.compile(r"[ \t]*;?[ \t]*(?://[^\n]*)?\n?")


def search(facts: Facts) -> Iterator[Diagnostic]:
    if facts.has_eval:
        return
    used = facts.tested_names | _perhaps_meant(facts)
    for declaration in facts.declarations:
        if declaration.kind in _REPORTED and not declaration.reads and declaration.name not in used:
            yield _diagnostic(facts, declaration)


def _perhaps_meant(facts: Facts) -> set[str]:
    """Names that a misspelt one or a call stands for: the mistake is reported there, and the variable is used once it is mended."""
    called = {call.name for call in facts.calls if call.variable is not None}
    unknown = {one.node.name for one in facts.unknown}
    unused = {declaration.name for declaration in facts.declarations if not declaration.reads}
    meant = (facts.speller.nearest(wrong, unused) for wrong in sorted(unknown)[:_MOST_COMPARED])
    return called | unknown | {name for name in meant if name}


def _diagnostic(facts: Facts, declaration: Declaration) -> Diagnostic:
    span = (declaration.start, declaration.end)
    if declaration.writes:
        return found(CODE, "warning", span, f"`{declaration.name}` is set but never read", "Read it somewhere, or remove it.")
    kind = str(declaration.kind).capitalize()
    return found(CODE, "warning", span, f"{kind} `{declaration.name}` is never used", "Use it, or remove it.", _removal(facts, declaration))


def _removal(facts: Facts, declaration: Declaration) -> Fix | None:
    """Removes the statement if computing its value does nothing else."""
    let = declaration.statement
    if let is None or not (let.value is None or isinstance(let.value, _HARMLESS)):
        return None
    text = facts.source.text
    rest = _REST.match(text, let.end)
    end = let.end if rest is None or "//" in rest.group() else rest.end()
    return Fix(start=let.start, end=end, replacement="", title=f"Remove `{declaration.name}`")


CHECK = Check(
    CODE,
    "warning",
    "A variable or constant is declared and never read: often a misspelt use, or a leftover.",
    "let unused = 5;\n//  ^^^^^^ unused-variable: Variable `unused` is never used",
    "Use it or remove it.",
    search,
)
