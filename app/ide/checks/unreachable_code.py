"""``unreachable-code``: statements after one that always leaves."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine import tree
from app.engine.diagnostic import Diagnostic
from app.ide.checks.check import Check, found
from app.ide.facts import Facts
from app.ide.flow import leaves

CODE = "unreachable-code"


def search(facts: Facts) -> Iterator[Diagnostic]:
    for statements in facts.blocks:
        reachable = len(statements)
        for index, statement in enumerate(statements):
            if leaves(facts, statement):
                reachable = index + 1
                break
        rest = [statement for statement in statements[reachable:] if not isinstance(statement, tree.Noop)]
        if rest:
            span = (rest[0].start, rest[-1].end)
            yield found(CODE, "warning", span, "This is never reached", "What comes before it always leaves: remove this, or move it up.")


CHECK = Check(
    CODE,
    "warning",
    "Statements follow one that always leaves the block: `return`, `throw`, `break`, `continue`, `abort(...)`, an endless loop, or an `if` "
    "or `switch` all of whose branches leave.",
    'fn f() {\n    return 1;\n    print("late");\n//  ^^^^^^^^^^^^^ unreachable-code: This is never reached\n}\nf();',
    "Remove the statements or move them before the one that leaves.",
    search,
)
