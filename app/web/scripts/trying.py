"""Trying a script without the page's script: the editor's form is sent here, and the page comes back with the result."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.access import needs
from app.base.errors import Invalid, LimitExceeded, NotFound
from app.web.guards import PageVisit, id_of
from app.web.scripts.editor import TRIAL_PATH, show_editor
from app.web.scripts.forms import wish_of
from app.web.scripts.trials import wishes
from app.web.scripts.trials.results import refused_trial, tried_view

router = APIRouter(include_in_schema=False)

_NO_INPUT = "Fill in the input, then run it."


@router.post(TRIAL_PATH)
@needs(wishes.PERMISSION)
async def try_script(visit: PageVisit) -> Response:
    """Try what the form holds; with `try.step`, or from the page's script, only make the form for another input."""
    posted = await visit.posted()
    form = posted.sent()
    script_id: UUID | None = id_of("script", form.text("try.script")) if form.text("try.script") else None
    wish = wish_of(form.texts, script_id)
    if visit.is_scripted:
        _, inputs = await visit.look(lambda work, actor: wishes.other_form(work, actor, visit.now, wish))
        return visit.render.fragments(visit.render.fragment("scripts/_inputs.html", inputs))
    if form.text("try.step"):
        return await show_editor(visit, script_id, form)
    runner = visit.services.runner
    try:
        _, prepared = await visit.look(lambda work, actor: wishes.prepare(work, actor, visit.now, runner, wish))
        if prepared.ready is None:
            return await show_editor(visit, script_id, form, 422, inputs=prepared.form, tried=refused_trial(_NO_INPUT))
        run_id = visit.access.ground.ids.new()
        tried = await wishes.run(runner, prepared, prepared.ready, run_id=run_id)
    except (Invalid, LimitExceeded, NotFound) as error:
        return await show_editor(visit, script_id, form, 422, tried=refused_trial(error.sentence))
    return await show_editor(visit, script_id, form, inputs=prepared.form, tried=tried_view(0, prepared.inputs, tried))
