"""The outline and the helpers beside the editor."""

import re

import pytest

from app.scripts import Phase
from tests.web.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

SOURCE = "const LIMIT = 3;\r\nfn double(value) {\r\n    value * 2\r\n}\r\nlet halve = |value| value / 2;\r\n"


async def test_an_outline_leads_to_the_place_of_each_name(ann: Visitor) -> None:
    answer = await ann.post("/scripts/outline", {"source": SOURCE, "kind": "manual"}, **{"hx-request": "true"})
    places = re.findall(r'data-line="(\d+)" data-column="(\d+)"><code>([^<]+)', answer.text)
    assert places == [("1", "7", "LIMIT"), ("2", "4", "double(value)"), ("5", "5", "halve(value)")]
    assert answer.text.startswith('<section id="outline"')


async def test_a_source_without_names_and_one_that_is_broken_have_an_outline_too(ann: Visitor) -> None:
    assert "It has none." in (await ann.post("/scripts/outline", {"source": "1 + 1", "kind": "manual"})).text
    assert "double" in (await ann.post("/scripts/outline", {"source": "fn double(a) { a * 2 }\nlet = ;", "kind": "manual"})).text


async def test_a_source_that_is_too_long_is_refused(ann: Visitor) -> None:
    assert (await ann.post("/scripts/outline", {"source": "x" * 70_000, "kind": "manual"})).status_code == 422


@pytest.mark.parametrize("phase", Phase)
async def test_the_reference_has_what_the_phase_has(ann: Visitor, phase: Phase) -> None:
    page = (await ann.get(f"/scripts/reference?phase={phase}")).text
    assert 'data-insert="abort(${reason})"' in page
    assert ('data-insert="save(' in page) == (phase is not Phase.BEFORE)
    assert f'href="/scripts/reference?phase={phase}" aria-current="page"' in page


async def test_the_page_s_script_gets_the_list_alone(ann: Visitor) -> None:
    answer = await ann.get("/scripts/reference?phase=manual", **{"hx-request": "true"})
    assert answer.text.startswith('<section id="reference"')
    assert "<html" not in answer.text


async def test_who_only_looks_gets_neither(viewer: Visitor) -> None:
    assert (await viewer.get("/scripts/reference")).status_code == 403
    assert (await viewer.post("/scripts/outline", {"source": "1", "kind": "manual"})).status_code == 403
