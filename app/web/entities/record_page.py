"""The page of one record: what it shows of what is there, of what was typed, and of what is wrong with that."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from starlette.responses import Response

from app import entities, runs
from app.access import Actor
from app.base.db import Work
from app.base.paging import PageRequest
from app.entities import EntityType, Record, RecordInvalid
from app.hooks import Failed, Rejected
from app.runs import RunFilter, RunSummary
from app.web.entities import contexts, inputs
from app.web.entities.references import Offer, of_fields, offered
from app.web.entities.shown import label_of, named_field, title_of
from app.web.guards import Viewer, Visit
from app.web.runs.listing import line_of
from app.web.times import when

PARENT: Final = "parent_id"
SHOWN_RUNS: Final = 10
WARNED: Final = "record-saved-warned"


@dataclass(frozen=True, slots=True)
class Typed:
    """What the form holds: texts by path, the parent of a new record, and what is wrong."""

    texts: dict[str, str]
    parent_id: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    problem: str | None = None
    refusal: contexts.Refusal | None = None
    conflict: contexts.Conflict | None = None
    now: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Looked:
    """What the page shows of what is there, read in one transaction."""

    type: EntityType
    record: Record | None
    references: dict[str, inputs.References]
    parent: inputs.References | None
    runs: tuple[RunSummary, ...] | None


async def show(visit: Visit, name: str, record_id: UUID | None, typed: Typed, status: int = 200) -> Response:
    """The page of a record, or of a new one, with what was typed."""

    def find(work: Work, actor: Actor) -> _Looked:
        found, record = entities.get_type(work, actor, name), None
        if record_id is not None:
            record = entities.get_record(work, actor, name, record_id)
        parent = None
        if found.attached_to is not None:
            parent = offered(work, actor, Offer(found.attached_to, str(record.parent_id) if record else typed.parent_id))
        return _Looked(found, record, of_fields(work, actor, found, typed.texts), parent, _runs(work, actor, name, record_id))

    viewer, looked = await visit.look_at_length(find)
    view = _view(visit, viewer, looked, typed)
    return visit.page(viewer, "entities/record.html", view.title, view, status)


def _view(visit: Visit, viewer: Viewer, looked: _Looked, typed: Typed) -> contexts.RecordPage:
    found, record, may = looked.type, looked.record, viewer.actor.may
    base = inputs.texts_of(found.fields, record.data) if record else {}
    lines = None if looked.runs is None else tuple(line_of(each, visit.now) for each in looked.runs)
    is_warned = visit.request.query_params.get("done") == WARNED
    return contexts.RecordPage(
        found,
        record,
        title_of(found, record) if record else f"New {found.label}",
        f"/records/{found.name}/{record.id if record else 'new'}",
        inputs.inputs_of(found.fields, typed.texts, typed.errors, looked.references, typed.now),
        json.dumps(base, ensure_ascii=False),
        typed.problem,
        typed.refusal,
        typed.conflict,
        looked.parent,
        typed.parent_id,
        typed.errors.get(PARENT),
        lines,
        tuple(each for each in lines or () if is_warned and each.tone == "bad"),
        when(record.created_at, visit.now) if record else None,
        when(record.updated_at, visit.now) if record else None,
        may("entities.record.update" if record else "entities.record.create"),
        record is not None and may("entities.record.delete"),
        may("runs.run.read"),
    )


def _runs(work: Work, actor: Actor, name: str, record_id: UUID | None) -> tuple[RunSummary, ...] | None:
    if record_id is None or not actor.may("runs.run.list"):
        return None
    wanted = RunFilter(entity_type=name, entity_id=str(record_id))
    return tuple(runs.list_runs(work, actor, wanted, PageRequest(limit=SHOWN_RUNS)).items)


def with_faults(found: EntityType, typed: Typed, error: RecordInvalid) -> Typed:
    """Each fault beside the input that holds its part of the record; the others above the form."""
    paths = {path for path, _ in inputs.leaves(found.fields)} | {PARENT}
    groups = {spec.name for spec in found.fields}
    errors: dict[str, str] = {}
    above: list[str] = []
    for fault in error.faults:
        parts = fault.path.split(".")
        owner = next((here for end in range(len(parts), 0, -1) if (here := ".".join(parts[:end])) in paths | groups), None)
        if owner is None:
            above.append(f"{fault.path}: {fault.message}")
        else:
            rest = fault.path.removeprefix(owner).lstrip(".")
            sentence = f"{rest}: {fault.message}" if rest else fault.message
            errors[owner] = f"{errors[owner]} {sentence}" if owner in errors else sentence
    count = len(error.faults)
    summary = f"{'1 field needs' if count == 1 else f'{count} fields need'} a correction. {error.hint}"
    return replace(typed, errors=errors, problem=" ".join((summary, *above)))


def refusal_of(found: EntityType, outcome: Rejected | Failed) -> contexts.Refusal:
    run = str(outcome.run_id) if outcome.run_id else None
    if isinstance(outcome, Failed):
        return contexts.Refusal(outcome.script, outcome.error, run, None, is_rejection=False)
    sentence = outcome.reason or "It gave no reason."
    labels = {path: label_of(spec) for path, spec in inputs.leaves(found.fields)}
    where = named_field(sentence, labels)
    if where is not None:
        sentence = sentence.partition(":")[2].strip() or sentence
    return contexts.Refusal(outcome.script, sentence, run, where, is_rejection=True)
