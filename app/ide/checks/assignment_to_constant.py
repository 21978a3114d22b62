"""``assignment-to-constant``: a constant, or a part of it, is changed.

Assigning to the constant itself is a syntax error that the parser reports; here are its elements and properties, and methods
that would change it. A closure works on a copy of its own, so there it is allowed.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.engine import tree
from app.engine.diagnostic import Diagnostic, Fix
from app.ide.checks.check import Check, found, name_span
from app.ide.facts import CallSite, Declaration, Facts, Frame, Kind
from app.ide.types import kinds_of

CODE = "assignment-to-constant"


def search(facts: Facts) -> Iterator[Diagnostic]:
    for chain, frame, is_target in facts.chains:
        constant = _constant(facts, chain.root, frame)
        if constant is not None and is_target:
            yield _diagnostic(facts, constant, chain, f"Part of the constant `{constant.name}` is assigned to")
    for call in facts.calls:
        receiver = call.receiver
        constant = _constant(facts, receiver, call.frame) if receiver is not None else None
        if constant is not None and _changes_its_receiver(facts, call):
            yield _diagnostic(facts, constant, name_span(call.node), f"`{call.name}` would change the constant `{constant.name}`")


def _constant(facts: Facts, root: tree.Expr, frame: Frame) -> Declaration | None:
    declaration = facts.resolved.get(id(root))
    is_constant = declaration is not None and declaration.kind is Kind.CONST and declaration.frame is frame
    return declaration if is_constant else None


def _changes_its_receiver(facts: Facts, call: CallSite) -> bool:
    """Whether the native that this calls changes what it is called on, whatever the overload."""
    if call.name in facts.functions or call.name in facts.property_names:
        return False
    dispatcher = facts.natives.lookup(call.name, call.argc + 1)
    if dispatcher is None or call.receiver is None:
        return False
    kinds = kinds_of(facts, call.receiver)
    ways = [way for way in dispatcher.overloads if kinds is None or way.params[0] in (*kinds, "?")]
    return bool(ways) and all(way.mutates for way in ways)


def _diagnostic(facts: Facts, constant: Declaration, node: tree.Node | tuple[int, int], message: str) -> Diagnostic:
    return found(CODE, "error", node, message, "Declare it with `let` if it is to change.", _fix(facts, constant))


def _fix(facts: Facts, constant: Declaration) -> Fix | None:
    statement = constant.statement
    if statement is None or not facts.source.text.startswith("const", statement.start):
        return None
    return Fix(start=statement.start, end=statement.start + len("const"), replacement="let", title=f"Declare `{constant.name}` with `let`")


CHECK = Check(
    CODE,
    "error",
    "A constant, one of its elements or one of its properties is assigned to, or a method is called on it that would change it.",
    "const LIMITS = [1, 2];\nLIMITS.push(3);\n//     ^^^^ assignment-to-constant: `push` would change the constant `LIMITS`",
    "Declare it with `let`, or change a copy: `let limits = LIMITS;`.",
    search,
)
