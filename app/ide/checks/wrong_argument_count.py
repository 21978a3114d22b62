"""``wrong-argument-count``: a function exists, but not with that many arguments."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.diagnostic import Diagnostic
from app.ide.checks.check import Check, found, name_span
from app.ide.checks.outside_phase import missing_helper
from app.ide.checks.unknown_function import may_exist
from app.ide.facts import CallSite, Facts
from app.ide.keywords import KEYWORD_FUNCTIONS

CODE = "wrong-argument-count"
_MOST_PARAMETERS = 20


def search(facts: Facts) -> Iterator[Diagnostic]:
    if facts.has_eval:
        return
    for call in facts.calls:
        if call.name in KEYWORD_FUNCTIONS or missing_helper(facts, call) or (call.chain is not None and may_exist(facts, call)):
            continue
        counts = _accepted(facts, call)
        if counts and call.argc not in counts:
            yield _diagnostic(call, counts)


def _accepted(facts: Facts, call: CallSite) -> set[int]:
    """How many arguments in parentheses are possible."""
    counts = set(facts.functions.get(call.name, ()))
    natives = facts.natives
    if call.name in natives.names:
        receiver = int(call.chain is not None)
        counts |= {count - receiver for count in range(receiver, _MOST_PARAMETERS) if natives.lookup(call.name, count) is not None}
    return counts


def _diagnostic(call: CallSite, counts: set[int]) -> Diagnostic:
    *others, last = sorted(counts)
    expected = f"{', '.join(map(str, others))} or {last}" if others else str(last)
    noun = "argument" if counts == {1} else "arguments"
    message = f"`{call.name}` takes {expected} {noun}, not {call.argc}"
    return found(CODE, "error", name_span(call.node), message, "Functions are told apart by name and number of arguments.")


CHECK = Check(
    CODE,
    "error",
    "A function is called with more or fewer arguments than any function of that name takes. The script would stop there.",
    "fn double(x) { x * 2 }\nprint(double(1, 2));\n//    ^^^^^^ wrong-argument-count: `double` takes 1 argument, not 2",
    "Give the arguments it takes, or define a function of that name with as many parameters.",
    search,
)
