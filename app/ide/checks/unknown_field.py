"""``unknown-field``: a field that the entity's type has not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.engine import tree
from app.engine.diagnostic import Diagnostic
from app.host import Phase
from app.ide.checks.check import Check, found, replaced
from app.ide.context import Field
from app.ide.facts import CallSite, Facts
from app.ide.spelling import nearest
from app.ide.types import OWN_FIELDS, field_key, field_of, is_entity

CODE = "unknown-field"
_METHODS_WITH_FIELD = frozenset({"is_changed", "original", "remove"})


def search(facts: Facts) -> Iterator[Diagnostic]:
    schema = facts.context.entity
    if schema is None:
        return
    own = {**OWN_FIELDS, **schema}
    for chain, _, _ in facts.chains:
        if is_entity(facts, chain.root):
            yield from _in_chain(facts, chain, own)
    for call in facts.calls:
        yield from _in_call(facts, call, own)


def _in_chain(facts: Facts, chain: tree.Chain, own: Mapping[str, Field]) -> Iterator[Diagnostic]:
    """The first step that names a field which is not there; what comes after it can't be judged."""
    for index, step in enumerate(chain.steps):
        parent = field_of(facts, chain, index) if index else None
        if index and parent is None:
            return
        fields = own if parent is None else parent.fields
        key = field_key(step)
        if key is None:
            continue
        if not fields or _is_built_in(facts, parent, key):
            return
        if key not in fields:
            path = ".".join(filter(None, map(field_key, chain.steps[:index])))
            yield _diagnostic(step, key, path, fields)
            return


def _is_built_in(facts: Facts, parent: Field | None, key: str) -> bool:
    """Properties that the language gives to values, such as ``len``."""
    return parent is not None and parent.type != "map" and facts.natives.getter(key) is not None


def _in_call(facts: Facts, call: CallSite, own: Mapping[str, Field]) -> Iterator[Diagnostic]:
    args = call.node.args
    if call.name in _METHODS_WITH_FIELD and call.step == 0 and len(args) == 1 and isinstance(args[0], tree.String):
        receiver = call.receiver
        if receiver is not None and is_entity(facts, receiver) and args[0].value not in own:
            yield _named(args[0], args[0].value, "", own, quote='"')


def _diagnostic(step: tree.Step, key: str, path: str, fields: Mapping[str, Field]) -> Diagnostic:
    if isinstance(step, tree.IndexStep):
        return _named(step.index, key, path, fields, quote='"')
    return _named((step.pos, step.pos + len(key)), key, path, fields, quote="")


def _named(node: tree.Expr | tuple[int, int], key: str, path: str, fields: Mapping[str, Field], quote: str) -> Diagnostic:
    span = node if isinstance(node, tuple) else (node.start, node.end)
    where = f"`{path}`" if path else "This entity"
    suggestion = nearest(key, fields)
    if suggestion is not None:
        hint, fix = f"Did you mean `{suggestion}`?", replaced(span, f"{quote}{suggestion}{quote}")
        return found(CODE, "warning", span, f"{where} has no field `{key}`", hint, fix)
    return found(CODE, "warning", span, f"{where} has no field `{key}`", f"Its fields are: {', '.join(sorted(fields)[:12])}.")


CHECK = Check(
    CODE,
    "warning",
    "The script reads or sets a field that the entity's type does not have. Reading gives `()`; setting it may be refused on save.",
    'if entity.amuont > 5 { log("much"); }\n//        ^^^^^^ unknown-field: This entity has no field `amuont`',
    "Correct the name, or add the field to the entity type.",
    search,
    example_phase=Phase.BEFORE,
    example_fields=("amount", "status"),
)
