"""``unknown-name``: a variable that nothing declares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from app.engine import tree
from app.engine.diagnostic import Diagnostic
from app.ide.checks.check import Check, found, name_span, replaced
from app.ide.facts import Facts, Frame, Unknown

CODE = "unknown-name"

_Declared: TypeAlias = dict[str, list[Frame | None]]


def search(facts: Facts) -> Iterator[Diagnostic]:
    if facts.has_eval:
        return
    declared: _Declared = {}
    for declaration in facts.declarations:
        declared.setdefault(declaration.name, []).append(declaration.frame)
    for unknown in facts.unknown:
        if not _may_exist(facts, unknown):
            yield _diagnostic(facts, unknown, declared)


def _may_exist(facts: Facts, unknown: Unknown) -> bool:
    function = unknown.frame.node
    frame = unknown.frame
    while frame.outer is not None:
        frame = frame.outer
        function = frame.node
    runs_in_caller = isinstance(function, tree.Function) and function.name in facts.runs_in_callers
    return runs_in_caller or unknown.node.name in facts.tested_names or _is_host_variable_elsewhere(facts, unknown)


def _is_host_variable_elsewhere(facts: Facts, unknown: Unknown) -> bool:
    """A host variable of another phase has a diagnostic of its own; inside a function it is unknown in any phase."""
    return facts.context.phase is not None and unknown.node.name in facts.context.table.variables and unknown.node.name not in _host(facts)


def _host(facts: Facts) -> dict[str, str]:
    return facts.context.variables()


def _diagnostic(facts: Facts, unknown: Unknown, declared: _Declared) -> Diagnostic:
    node = unknown.node
    span = name_span(node)
    if node.namespace:
        suggestion = facts.speller.nearest(node.name, unknown.visible)
        hint = f"Did you mean `{suggestion}`?" if suggestion else "Through `global::` a function sees the script's own constants only."
        return found(
            CODE, "error", span, f"No constant `{node.name}` at the top level", hint, replaced(span, suggestion) if suggestion else None
        )
    if node.name in facts.natives.names:
        hint = f'It is a function: call it as `{node.name}(...)`, or refer to it with `Fn("{node.name}")`.'
        return found(CODE, "error", span, f"No variable `{node.name}`", hint)
    suggestion = facts.speller.nearest(node.name, [*unknown.visible, *facts.functions])
    if suggestion is not None:
        return found(CODE, "error", span, f"No variable `{node.name}`", f"Did you mean `{suggestion}`?", replaced(span, suggestion))
    return found(CODE, "error", span, f"No variable `{node.name}`", _explanation(facts, unknown, declared))


def _explanation(facts: Facts, unknown: Unknown, declared: _Declared) -> str:
    name = unknown.node.name
    frames = declared.get(name, [])
    is_outside = any(frame is not unknown.frame for frame in frames)
    if unknown.frame.node is not None and (is_outside or name in _host(facts)):
        return f"A function does not see variables outside it: pass `{name}` as a parameter."
    if frames:
        return f"`{name}` is declared elsewhere, but is not visible here: declare it before, in an enclosing block."
    return f"Declare it first: `let {name} = ...;`"


CHECK = Check(
    CODE,
    "error",
    "A variable is read or set that nothing declares. The script would stop there.",
    "let total = 5;\nprint(totl);\n//    ^^^^ unknown-name: No variable `totl`",
    "Correct the name or declare the variable with `let` before it is used. Functions do not see the variables around them: pass them as "
    "parameters.",
    search,
)
