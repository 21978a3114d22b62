"""Dry runs as the editor's page asks for them: over the socket, or as a form where there is no script. Both come here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from app import entities, runs, scripts
from app.access import Actor, require
from app.base.db import Work
from app.base.errors import NotFound
from app.base.paging import PageRequest
from app.entities import Query
from app.runs import Document, DryRun, OnLine, ReadyTrial, RunFilter, Runner, Trial
from app.scripts import EventTrigger, LimitsProfile, Phase, Script, Template
from app.web.runs.words import ending
from app.web.scripts.trials.forms import InputForm, RecentRun, show_again, show_form
from app.web.scripts.trials.inputs import About, read_form, starting_inputs
from app.web.times import when

PERMISSION: Final = "runs.run.create"
_RECENT_RUNS: Final = 10


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to try. `texts` are the fields of the input's form, without their prefix."""

    source: str
    phase: Phase
    entity_type: str | None
    limits_profile: LimitsProfile = LimitsProfile.DEFAULT
    script_id: UUID | None = None
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prepared:
    """Who tries what: `ready` is None when the form has to be filled in first, which then says what is wrong."""

    actor: Actor
    form: InputForm
    inputs: Document
    ready: ReadyTrial | None


def first_form(
    work: Work,
    actor: Actor,
    now: datetime,
    script: Script | None,
    template: Template | None,
    run_id: UUID | None,
) -> InputForm:
    """The form that a page begins with: filled from a run, from the template's sample, or from the newest record.

    Raises:
        NotFound: no such run in this tenant.
    """
    about = _about(work, actor, *_subject(script or template))
    recent = recent_runs(work, actor, now, script.id if script else None)
    if run_id is not None:
        return show_form(about, runs.get_run(work, actor, run_id).input, recent=recent, run=str(run_id))
    if template is not None:
        return show_form(about, dict(template.sample), recent=recent)
    return show_form(about, starting_inputs(about, _newest(work, actor, about)), recent=recent)


def other_form(work: Work, actor: Actor, now: datetime, wish: Wish) -> InputForm:
    """The form for what is chosen now: as typed if it is for the same, and filled anew if another run, or another kind of input, is.

    Raises:
        NotFound: no such run in this tenant.
    """
    require(actor, PERMISSION)
    about, texts = _about(work, actor, wish.phase, wish.entity_type), wish.texts
    recent = recent_runs(work, actor, now, wish.script_id)
    run_id = _run_of(texts)
    is_json = texts.get("as") == "json"
    if run_id is not None and texts.get("run") != texts.get("from"):
        return show_form(about, runs.get_run(work, actor, run_id).input, is_json=is_json, recent=recent, run=str(run_id))
    if texts.get("about") != about.word:
        return show_form(about, starting_inputs(about, _newest(work, actor, about)), is_json=is_json, recent=recent)
    # What is typed stands in the fields that were shown, whichever are wanted now.
    given = read_form(about, {**texts, "as": texts.get("shown", "form")})
    if given.errors:
        return show_again(about, {**texts, "as": texts.get("shown", "form")}, given.errors, recent, str(run_id or ""))
    return show_form(about, given.inputs, is_json=is_json, recent=recent, run=str(run_id or ""))


def prepare(work: Work, actor: Actor, now: datetime, runner: Runner, wish: Wish) -> Prepared:
    """Read what a trial needs; a form that doesn't fit comes back with what is wrong.

    Raises:
        NotFound: no such script or run in this tenant.
        Invalid: the source can't be run.
    """
    require(actor, PERMISSION)
    about, texts = _about(work, actor, wish.phase, wish.entity_type), wish.texts
    if texts.get("about") != about.word or texts.get("as") != texts.get("shown") or texts.get("run", "") != texts.get("from", ""):
        return Prepared(actor, other_form(work, actor, now, wish), {}, None)
    given = read_form(about, texts)
    recent = recent_runs(work, actor, now, wish.script_id)
    run_id = _run_of(texts)
    form = show_again(about, texts, given.errors, recent, str(run_id or ""))
    if given.errors:
        return Prepared(actor, form, {}, None)
    allowed = scripts.get_script(work, actor, wish.script_id).settings.allowed_secrets if wish.script_id else ()
    trial = Trial(wish.source, wish.phase, given.inputs, wish.script_id, run_id, wish.limits_profile, allowed)
    return Prepared(actor, form, given.inputs, runs.ready_trial(work, actor, runner, trial))


async def run(runner: Runner, prepared: Prepared, ready: ReadyTrial, *, run_id: UUID, told: OnLine | None = None) -> DryRun:
    """Run it.

    Raises:
        Invalid: the input is too large or nested too deep.
    """
    return await runs.dry_run(runner, prepared.actor, ready, run_id=run_id, told=told)


def recent_runs(work: Work, actor: Actor, now: datetime, script_id: UUID | None) -> tuple[RecentRun, ...]:
    """The latest runs of a script, to take an input from."""
    if script_id is None or not actor.may("runs.run.list") or not actor.may("runs.run.read"):
        return ()
    page = runs.list_runs(work, actor, RunFilter(script_id=script_id), PageRequest(limit=_RECENT_RUNS))
    return tuple(RecentRun(str(each.id), f"{ending(each)}, {when(each.started_at, now).relative}") for each in page.items)


def _subject(chosen: Script | Template | None) -> tuple[Phase, str | None]:
    if chosen is None:
        return Phase.MANUAL, None
    return chosen.phase, chosen.trigger.entity_type if isinstance(chosen.trigger, EventTrigger) else None


def _about(work: Work, actor: Actor, phase: Phase, entity_type: str | None) -> About:
    if not entity_type or not actor.may("entities.type.read"):
        return About(phase, entity_type, None)
    try:
        return About(phase, entity_type, entities.get_type(work, actor, entity_type).fields)
    except NotFound:
        return About(phase, entity_type, None)


def _newest(work: Work, actor: Actor, about: About) -> Document | None:
    """The latest record of the type that the input is about, if there is one that may be seen."""
    if not about.is_around_saves or about.fields is None or about.entity_type is None or not actor.may("entities.record.list"):
        return None
    found = entities.find_records(work, actor, about.entity_type, Query(order_by="-id", limit=1)).items
    return found[0].data if found else None


def _run_of(texts: Mapping[str, str]) -> UUID | None:
    try:
        return UUID(texts.get("run", ""))
    except ValueError:
        return None
