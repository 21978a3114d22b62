"""What a changed type means for the records that are there: they are looked at, one by one, before it holds."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from app.access import Actor
from app.base.db import Work
from app.base.errors import Conflict
from app.entities import queries
from app.entities.memory import KnownType
from app.entities.rules import Rules, compile_rules
from app.entities.service.links import claim_references, enter_unique, unique_key
from app.entities.types import Document, EntityType, FieldSpec, Misfit, TypeChange, TypeSettings

EXAMPLES: Final = 5
MOST_REWRITTEN: Final = 10_000
"""More records than this aren't changed in one transaction: everybody else's saves would wait for it."""
_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class _Look:
    """One record under the new rules."""

    row: Any
    normal: Document
    misfits: tuple[Misfit, ...]


def examine(work: Work, actor: Actor, before: EntityType, settings: TypeSettings) -> TypeChange:
    """How many of a type's records a change would break, and the first few of them."""
    if not _needs_look(before.settings, settings):
        return TypeChange(0, 0, ())
    records = broken = 0
    examples: list[Misfit] = []
    for look in _looks(work, actor, before, settings, adapt=False):
        records += 1
        broken += bool(look.misfits)
        if len(examples) < EXAMPLES:
            examples += look.misfits[:1]
    return TypeChange(records, broken, tuple(examples))


def adopt(work: Work, actor: Actor, before: EntityType, settings: TypeSettings, *, adapt: bool) -> None:
    """Bring a type's records under its new rules.

    Raises:
        Conflict: some of them can't be; the error counts them and shows some.
    """
    if settings.attached_to != before.settings.attached_to and queries.records_after(work.scope(actor.tenant_id), before.id, None, 1):
        raise Conflict(
            f"The entity type {before.name} has records, so what it is attached to can't change.",
            "Define a new type and move the records there.",
            field="attached_to",
        )
    if not _needs_look(before.settings, settings):
        return
    broken = 0
    examples: list[Misfit] = []
    rewritten: list[_Look] = []
    for look in _looks(work, actor, before, settings, adapt=adapt):
        if look.misfits:
            broken += 1
            examples += look.misfits[: EXAMPLES - len(examples)][:1]
        elif look.normal != look.row.data:
            rewritten.append(look)
            _check_count(len(rewritten))
    if broken:
        raise _refusal(before, broken, examples)
    _rewrite(work, actor, rewritten)
    _link(work, actor, before, settings)


def _needs_look(before: TypeSettings, after: TypeSettings) -> bool:
    """Whether any record could break: not when fields are only relabelled, or added as optional ones."""
    old = {spec.name: _bare(spec) for spec in before.fields}
    new = {spec.name: _bare(spec) for spec in after.fields}
    if any(new.get(name) != spec for name, spec in old.items()):
        return True
    return any(spec.required or spec.unique for name, spec in new.items() if name not in old)


def _bare(spec: FieldSpec) -> FieldSpec:
    item = None if spec.item is None else _bare(spec.item)
    return replace(spec, label="", description="", default=None, item=item, fields=tuple(_bare(each) for each in spec.fields))


def _looks(work: Work, actor: Actor, before: EntityType, settings: TypeSettings, *, adapt: bool) -> Iterator[_Look]:
    rules = compile_rules(settings.fields)
    fresh = {name for name in rules.unique if name not in {spec.name for spec in before.settings.fields if spec.unique}}
    seen: dict[tuple[str, str], UUID] = {}
    for row in _rows(work, actor, before):
        data = _adapted(row.data, rules) if adapt else row.data
        checked = rules.check(data)
        faults = [Misfit(row.id, fault.path, fault.message) for fault in (*checked.faults, *checked.missing)]
        for name in fresh:
            if name in checked.data:
                other = seen.setdefault((name, unique_key(checked.data[name])), row.id)
                if other != row.id:
                    faults.append(Misfit(row.id, name, f"The record {other} has the same value: change one of them."))
        yield _Look(row, checked.data, tuple(faults))


def _rows(work: Work, actor: Actor, before: EntityType) -> Iterator[Any]:
    after: UUID | None = None
    while True:
        batch = queries.records_after(work.scope(actor.tenant_id), before.id, after, _BATCH)
        yield from batch
        if len(batch) < _BATCH:
            return
        after = batch[-1].id


def _adapted(data: Document, rules: Rules) -> Document:
    """A record without the fields that are gone, and with the defaults of those that are required now."""
    kept = {name: value for name, value in data.items() if name in rules.fields}
    required = {name for name, spec in rules.fields.items() if spec.required}
    return {**{name: value for name, value in rules.with_defaults(kept).items() if name in required}, **kept}


def _check_count(count: int) -> None:
    if count > MOST_REWRITTEN:
        raise Conflict(
            f"More than {MOST_REWRITTEN} records would have to be rewritten for this change.",
            "Add the new fields as optional ones, fill them in with a data migration, then make this change.",
        )


def _refusal(before: EntityType, broken: int, examples: list[Misfit]) -> Conflict:
    shown = [{"record_id": str(each.record_id), "field": each.field, "message": each.message} for each in examples]
    first = examples[0]
    return Conflict(
        f"{broken} records of {before.name} break the changed type. The first is {first.record_id}, {first.field}: {first.message}",
        "Correct these records first, loosen the change, or let the records be adapted where values are only missing or left over.",
        field="fields",
        details={"broken": broken, "examples": shown},
    )


def _rewrite(work: Work, actor: Actor, looks: list[_Look]) -> None:
    scope, now = work.scope(actor.tenant_id), work.clock.now()
    for look in looks:
        values = {"data": look.normal, "updated_at": now, "updated_by": actor.name}
        queries.replace_record(scope, look.row.id, look.row.version, values)


def _link(work: Work, actor: Actor, before: EntityType, settings: TypeSettings) -> None:
    """Enter the values of fields that are unique now, and the references that are new; forget those that are no longer.

    Raises:
        Conflict: a reference leads nowhere.
    """
    scope = work.scope(actor.tenant_id)
    old, new = compile_rules(before.settings.fields), compile_rules(settings.fields)
    for name in sorted(set(old.unique) - set(new.unique)):
        queries.forget_unique_field(scope, before.id, name)
    fresh = tuple(name for name in new.unique if name not in old.unique)
    has_new_references = new.references != old.references
    if not fresh and not has_new_references:
        return
    lost: list[Misfit] = []
    for row in _rows(work, actor, before):
        enter_unique(work, actor.tenant_id, before.id, row.id, {name: row.data.get(name) for name in fresh})
        if has_new_references:
            queries.forget_references(scope, row.id)
            faults = claim_references(work, actor.tenant_id, KnownType(before, new, 0, before.id, before.name), row.id, None, row.data)
            lost += [Misfit(row.id, fault.path, fault.message) for fault in faults[:1]]
    if lost:
        raise _refusal(before, len(lost), lost[:EXAMPLES])
