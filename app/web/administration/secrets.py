"""Secrets: their names, who reads them, and a form that sets a value which no page ever shows."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app import runs, scripts
from app.access import Actor, needs
from app.base.db import Work
from app.base.errors import AlloyError
from app.runs import SecretInfo
from app.web.administration.contexts import SecretLine, SecretsPage
from app.web.forms import REFUSALS, FormModel, Posted, Sent
from app.web.guards import PageVisit, Visit
from app.web.times import when

router = APIRouter(prefix="/secrets", include_in_schema=False)

# The input's name says that what is typed into it is shown to nobody and kept nowhere, as the forms see to.
_VALUE: Final = "secret_value"


class SecretForm(FormModel):
    """A secret to set. What may be its name and its value, the domain says."""

    name: str = ""
    secret_value: str = ""


@router.get("")
@needs("runs.secret.list")
async def show_secrets(visit: PageVisit) -> Response:
    """Names, never values."""
    return await _list(visit, await visit.kept("/secrets"))


@router.post("")
@needs("runs.secret.update")
async def set_secret(visit: PageVisit) -> Response:
    """Keep a secret; one of that name gets the new value."""
    posted, sealer = await visit.posted(), visit.services.runner.sealer
    try:
        form = posted.parse(SecretForm)
        await visit.act(lambda work, actor: runs.set_secret(work, actor, sealer, form.name.strip(), form.secret_value))
    except REFUSALS as error:
        return await _list(visit, _refused(posted, error), 422)
    return visit.done("/secrets", "secret-set")


@router.post("/{secret_name}/delete")
@needs("runs.secret.delete")
async def delete(visit: PageVisit, secret_name: str) -> Response:
    """Delete a secret; scripts that ask for it get an error."""
    posted = await visit.posted()
    try:
        await visit.act(lambda work, actor: runs.delete_secret(work, actor, secret_name))
    except REFUSALS as error:
        return await _list(visit, posted.refused(error), 422)
    return visit.done("/secrets", "secret-deleted")


async def _list(visit: Visit, form: Sent, status: int = 200) -> Response:
    def find(work: Work, actor: Actor) -> tuple[tuple[SecretInfo, ...], Mapping[str, tuple[tuple[UUID, str], ...]]]:
        readers = scripts.list_secret_readers(work, actor) if actor.may("scripts.script.list") else {}
        return (runs.list_secrets(work, actor) if actor.may("runs.secret.list") else ()), readers

    viewer, (secrets, readers) = await visit.look_at_length(find)
    lines = tuple(_line(visit, each, readers.get(each.name, ())) for each in secrets)
    view = SecretsPage(lines, form, viewer.actor.may("runs.secret.update"), viewer.actor.may("runs.secret.delete"))
    return visit.page(viewer, "secrets/page.html", "Secrets", view, status)


def _line(visit: Visit, secret: SecretInfo, readers: tuple[tuple[UUID, str], ...]) -> SecretLine:
    return SecretLine(secret, when(secret.updated_at, visit.now), tuple((str(script_id), name) for script_id, name in readers))


def _refused(posted: Posted, error: AlloyError) -> Sent:
    if error.field == "value":
        return posted.sent({_VALUE: error.sentence})
    return posted.refused(error)
