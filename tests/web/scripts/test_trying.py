"""Trying a script with nothing but forms."""

import re
from html import unescape

import pytest

from app import entities
from app.entities import FieldKind, FieldSpec, TypeSettings
from app.testing import World
from tests.browser import Clients
from tests.web.scripts.kit import FORM, new_script
from tests.web.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

ORDER = TypeSettings("Order", (FieldSpec("amount", FieldKind.INTEGER, "Amount"), FieldSpec("note", FieldKind.TEXT, "Note")))
EVENT = {**FORM, "kind": "event", "entity_type": "order", "events": "create", "phase": "before"}
INPUT = {"try.about": "before:order", "try.as": "form", "try.shown": "form", "try.from": "", "try.run": ""}


@pytest.fixture
def olga(memory_world: World, visit: Clients) -> Visitor:
    """The owner's browser, with orders to write scripts about."""
    memory_world.write(memory_world.owner, lambda work, actor: entities.create_type(work, actor, "order", ORDER))
    return Visitor(visit(memory_world.owner), memory_world.owner)


async def test_a_trial_shows_what_would_change_and_keeps_what_was_typed(olga: Visitor) -> None:
    source = 'entity.amount += 1;\nlog("seen");'
    page = await olga.post("/scripts/try", {**EVENT, **INPUT, "source": source, "try.field.amount": "41"})
    assert page.status_code == 200
    assert "Finished" in page.text
    assert re.search(r'<del class="was">41</del>.*<ins class="is">42</ins>', page.text)
    assert "seen" in page.text
    assert unescape(page.text).count(source) == 1
    assert 'name="try.field.amount" autocomplete="off" value="41"' in page.text
    assert 'name="name" type="text" value="greet"' in page.text


async def test_nothing_is_written(olga: Visitor, memory_world: World) -> None:
    await olga.post("/scripts/try", {**EVENT, **INPUT, "source": "entity.amount = 1;"})
    query = entities.Query()
    found = memory_world.read(memory_world.owner, lambda work, actor: entities.find_records(work, actor, "order", query))
    assert found.items == ()


async def test_the_form_asks_for_the_fields_of_the_type(olga: Visitor) -> None:
    page = await olga.post("/scripts/try", {**EVENT, **INPUT, "try.about": "manual", "try.step": "inputs"})
    assert 'name="try.field.amount"' in page.text
    assert "Finished" not in page.text


async def test_another_type_asks_for_its_fields_before_it_runs(olga: Visitor) -> None:
    page = await olga.post("/scripts/try", {**EVENT, **INPUT, "try.about": "manual"})
    assert page.status_code == 422
    assert "Fill in the input" in page.text
    assert 'name="try.field.note"' in page.text


async def test_fields_become_json_and_back(olga: Visitor) -> None:
    typed = {**EVENT, **INPUT, "try.step": "inputs", "try.field.amount": "5"}
    as_json = await olga.post("/scripts/try", {**typed, "try.as": "json"})
    assert '"amount": 5' in unescape(as_json.text)
    text = '{"entity": {"type": "order", "id": "x", "fields": {"amount": 6}}}'
    back = await olga.post("/scripts/try", {**typed, "try.shown": "json", "try.json": text})
    assert 'name="try.field.amount" autocomplete="off" value="6"' in back.text


async def test_what_does_not_fit_is_told_beside_the_field(olga: Visitor) -> None:
    page = await olga.post("/scripts/try", {**EVENT, **INPUT, "try.field.amount": "many"})
    assert page.status_code == 422
    assert re.search(r'id="try-amount-error">Write a whole number.', page.text)
    assert 'value="many"' in page.text


async def test_a_failed_trial_leads_to_its_line(olga: Visitor) -> None:
    page = await olga.post("/scripts/try", {**EVENT, **INPUT, "source": '\nthrow "no";'})
    assert 'data-line="2"' in page.text
    assert "Failed" in page.text


async def test_a_source_that_cannot_be_run_is_refused_on_the_page(olga: Visitor) -> None:
    page = await olga.post("/scripts/try", {**EVENT, **INPUT, "source": "x" * 70_000})
    assert page.status_code == 422
    assert "Not run" in page.text


async def test_what_belongs_to_the_trial_is_no_part_of_what_is_saved(olga: Visitor) -> None:
    path = await new_script(olga, **INPUT)
    assert (await olga.get(path)).status_code == 200


async def test_a_saved_script_is_tried_from_the_input_of_a_run(olga: Visitor) -> None:
    path = await new_script(olga, source="params.a + 1")
    script_id = path.rpartition("/")[2]
    page = await olga.get(path)
    assert f'name="try.script" value="{script_id}"' in page.text
    assert (await olga.get(f"{path}?run=00000000-0000-7000-8000-000000000000")).status_code == 404


async def test_a_viewer_has_no_pane_and_may_not_try(viewer: Visitor) -> None:
    answer = await viewer.post("/scripts/try", {**FORM, **INPUT})
    assert answer.status_code == 403
