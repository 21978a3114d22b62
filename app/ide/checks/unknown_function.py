"""``unknown-function``: a call of something that does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine import tree
from app.engine.diagnostic import Diagnostic, Fix
from app.ide.checks.check import Check, found, name_span, replaced
from app.ide.facts import CallSite, Facts
from app.ide.keywords import KEYWORD_FUNCTIONS

CODE = "unknown-function"


def search(facts: Facts) -> Iterator[Diagnostic]:
    if facts.has_eval:
        return
    known = facts.natives.names | facts.functions.keys() | KEYWORD_FUNCTIONS.keys()
    for call in facts.calls:
        if call.name not in known and not may_exist(facts, call):
            yield _diagnostic(facts, call, known)


def may_exist(facts: Facts, call: CallSite) -> bool:
    """Whether something beyond the script's own functions and the natives may answer the call."""
    if call.name in facts.tested_names or (call.chain is not None and call.name in facts.property_names):
        return True
    return facts.context.phase is not None and facts.context.table.helper(call.name) is not None


def _diagnostic(facts: Facts, call: CallSite, known: frozenset[str]) -> Diagnostic:
    span = name_span(call.node)
    what = "method" if isinstance(call.node, tree.MethodStep) else "function"
    message = f"No {what} `{call.name}`"
    if call.variable is not None and call.chain is None:
        text = f"{call.name}.call"
        fix = Fix(start=span[0], end=span[1], replacement=text, title=f"Change to `{text}(...)`")
        return found(CODE, "error", span, message, f"`{call.name}` is a variable; call the function in it with `{text}(...)`.", fix)
    suggestion = facts.speller.nearest(call.name, known)
    if suggestion is not None:
        return found(CODE, "error", span, message, f"Did you mean `{suggestion}`?", replaced(span, suggestion))
    return found(CODE, "error", span, message, f"Define it with `fn {call.name}(...) {{ ... }}`, or check what this phase offers.")


CHECK = Check(
    CODE,
    "error",
    "A function or method is called that neither the script nor the platform has. The script would stop there.",
    'prnt("hello");\n//^^ unknown-function: No function `prnt`',
    "Correct the name, or define the function. A function held by a variable is called with `name.call(...)`.",
    search,
)
