"""The editor's page: a script, or a new one, with its settings, its problems and the pane that tries it."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from starlette.responses import Response

from app import scripts
from app.access import Actor
from app.base.db import Work
from app.scripts import SOURCE_LIMIT, EventTrigger, LanguageQuestion, Script, ScriptVersion, Status, Template
from app.web.entities.names import type_names
from app.web.forms import Sent
from app.web.guards import Viewer, Visit, id_of
from app.web.scripts.contexts import EditorPage, Problems, TrialPane, problems_of
from app.web.scripts.forms import NEW_VALUES, events_of, trial_texts, trigger_values, values_of, wish_of
from app.web.scripts.language import answer
from app.web.scripts.trials import wishes
from app.web.scripts.trials.forms import InputForm
from app.web.scripts.trials.results import Tried
from app.web.times import when

TRIAL_PATH: Final = "/scripts/try"
_STARTER: Final = 'log("Hello from a new script.");\n'


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the editor shows of a script, read in one transaction. `inputs` is None for those who may not try it."""

    script: Script | None
    version: ScriptVersion | None
    entity_types: tuple[str, ...]
    template: Template | None
    inputs: InputForm | None


async def show_editor(
    visit: Visit, script_id: UUID | None, form: Sent, status: int = 200, *, inputs: InputForm | None = None, tried: Tried | None = None
) -> Response:
    """The page of a script, or of a new one, with what was typed into its form; `inputs` and `tried` are of a trial that was asked for."""
    query = visit.request.query_params
    wanted_template = query.get("template", "") if script_id is None else ""
    run_id = id_of("run", query["run"]) if query.get("run") else None

    def find(work: Work, actor: Actor) -> _Shown:
        types = type_names(work, actor)
        script = version = template = None
        if script_id is not None:
            script, version = scripts.get_script(work, actor, script_id), scripts.get_version(work, actor, script_id)
        elif wanted_template:
            template = scripts.get_template(work, actor, wanted_template)
        return _Shown(script, version, types, template, inputs or _inputs(work, actor, script, template))

    def _inputs(work: Work, actor: Actor, script: Script | None, template: Template | None) -> InputForm | None:
        if not actor.may(wishes.PERMISSION):
            return None
        if trial_texts(form.texts):
            return wishes.other_form(work, actor, visit.now, wish_of(form.texts, script_id))
        return wishes.first_form(work, actor, visit.now, script, template, run_id)

    viewer, shown = await visit.look(find)
    problems = Problems(None) if form.texts else await _problems(visit, viewer, shown)
    view = _view(visit, viewer, shown, form, problems, tried)
    return visit.page(viewer, "scripts/editor.html", shown.script.name if shown.script else "New script", view, status)


async def kept_editor(visit: Visit, script_id: UUID | None) -> Response:
    """The page with what was typed when the session ran out, if anything was: into a save, or into a trial."""
    saved = await visit.kept(f"/scripts/{script_id or 'new'}")
    return await show_editor(visit, script_id, saved if saved.texts else await visit.kept(TRIAL_PATH))


async def _problems(visit: Visit, viewer: Viewer, shown: _Shown) -> Problems:
    """What is wrong with the version shown. One that was found clean when it was saved is not looked at again."""
    if shown.script is None or shown.version is None or not viewer.actor.may("scripts.script.create"):
        return Problems(None)
    if not shown.version.info.errors and not shown.version.info.warnings:
        return Problems(())
    trigger = shown.script.trigger
    entity_type = trigger.entity_type if isinstance(trigger, EventTrigger) else None
    found = await answer(visit, shown.version.source, shown.script.phase, entity_type, LanguageQuestion("diagnose"))
    return Problems(None if found is None else problems_of(found))


def _view(visit: Visit, viewer: Viewer, shown: _Shown, form: Sent, problems: Problems, tried: Tried | None) -> EditorPage:
    script, version, template = shown.script, shown.version, shown.template
    values, source = dict(NEW_VALUES), _STARTER
    events: tuple[str, ...] = ("create", "update")
    if script is not None and version is not None:
        values, events, source = values_of(script.settings), events_of(script.trigger), version.source
    elif template is not None:
        values |= {"name": template.name, "description": template.description} | trigger_values(template.trigger)
        events, source = events_of(template.trigger), template.source
    if form.texts:
        values |= {name: text for name, text in form.texts.items() if name in values}
        events, source = form.chosen.get("events", ()), form.text("source", source).replace("\r\n", "\n")
    types = shown.entity_types
    if values["entity_type"] and values["entity_type"] not in types:
        types = (*types, values["entity_type"])
    may = viewer.actor.may
    return EditorPage(
        script,
        f"/scripts/{script.id}" if script else "/scripts/new",
        values,
        events,
        source,
        form,
        problems,
        types,
        version.info if version else None,
        when(version.info.created_at, visit.now) if version else None,
        may("scripts.script.update" if script else "scripts.script.create") and (script is None or script.status is not Status.ARCHIVED),
        script is not None and may("scripts.script.delete"),
        visit.request.state.csp_nonce,
        _draft_key(viewer, script),
        SOURCE_LIMIT,
        TrialPane(shown.inputs, tried or Tried("none"), str(script.id) if script else "") if shown.inputs else None,
        tried is not None or script is not None or template is not None,
        may("scripts.script.create"),
        may("runs.run.list"),
    )


def _draft_key(viewer: Viewer, script: Script | None) -> str:
    """Under which the browser keeps what isn't saved: one person's, of one tenant."""
    return f"alloy-draft:{viewer.me.tenant.id}:{viewer.actor.user_id}:{script.id if script else 'new'}"
