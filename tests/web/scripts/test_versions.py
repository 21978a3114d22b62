"""Versions: how each did, any two compared in two ways, and a conflict in three columns."""

import re

import pytest

from tests.web.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

MANUAL = {"kind": "manual"}
FIRST = "// Shares out.\nlet share = 10 / params.by;\nshare\n"
SECOND = "// Shares out.\nlet share = 20 / params.by;\nlog(share);\nshare\n"


async def divider(ann: Visitor) -> str:
    """The id of a script whose first version ran three times and failed once, and whose second is a draft."""
    made = await ann.client.post("/api/v1/scripts", json={"name": "divider", "trigger": MANUAL, "source": FIRST, "activate": True})
    script_id = str(made.json()["id"])
    for by in (1, 2, 0):
        await ann.client.post(f"/api/v1/scripts/{script_id}/run", json={"params": {"by": by}})
    seen = (await ann.client.get(f"/api/v1/scripts/{script_id}")).json()
    change = {"name": "divider", "trigger": MANUAL, "source": SECOND, "message": "Twice as much.", "revision": seen["revision"]}
    assert (await ann.client.put(f"/api/v1/scripts/{script_id}", json=change)).status_code == 200
    return script_id


def row(page: str, version: int) -> str:
    found = re.search(rf'<th scope="row">{version}\b.*?</tr>', page, re.DOTALL)
    assert found is not None
    return found[0]


async def test_each_version_tells_how_often_it_ran_and_failed(ann: Visitor) -> None:
    script_id = await divider(ann)
    page = (await ann.get(f"/scripts/{script_id}/versions")).text
    assert f'<a href="/runs?script_id={script_id}&amp;version=1" aria-label="Runs of version 1">3</a>' in row(page, 1)
    assert "33 % failed" in row(page, 1)
    assert ("Twice as much." in row(page, 2), "failed" in row(page, 2)) == (True, False)
    assert ('<span class="badge badge-good">runs</span>' in row(page, 1), 'badge-good">runs' in row(page, 2)) == (True, False)


async def test_a_comparison_marks_the_words_that_changed(ann: Visitor) -> None:
    page = (await ann.get(f"/scripts/{await divider(ann)}/compare?before=1&after=2")).text
    assert re.findall("<mark>([^<]*)</mark>", page) == ["10", "20"]
    assert (page.count('class="line-added"'), page.count('class="line-removed"')) == (2, 1)
    assert "side-added" not in page


async def test_the_address_says_how_to_compare_and_the_form_and_links_keep_it(ann: Visitor) -> None:
    path = f"/scripts/{await divider(ann)}/compare"
    page = (await ann.get(f"{path}?before=1&after=2&view=side")).text
    beside = page[page.index("code-beside") : page.index("only-narrow")]
    assert re.findall('class="code side-([a-z]+)"', beside) == ["same", "same", "removed", "added", "none", "added", "same", "same"]
    assert '<input type="hidden" name="view" value="side">' in page
    assert f'href="{path}?before=2&amp;after=1&amp;view=side"' in page
    assert 'aria-current="true">Side by side</a>' in page


async def test_what_is_to_run_is_compared_side_by_side_too(ann: Visitor) -> None:
    script_id = await divider(ann)
    page = (await ann.get(f"/scripts/{script_id}/activate?view=side")).text
    assert "Version 2 takes the place of version 1." in page
    assert "code-beside" in page
    assert f'href="/scripts/{script_id}/activate?version=2&amp;view=unified"' in page


async def test_the_versions_shown_are_chosen_in_the_form_and_the_active_one_is_named(ann: Visitor) -> None:
    script_id = await divider(ann)
    page = (await ann.get(f"/scripts/{script_id}/compare?before=2&after=1")).text
    assert '<option value="2" selected>2</option>' in page
    assert '<option value="1" selected>1 (active)</option>' in page


async def test_who_only_looks_sees_the_figures_and_lets_nothing_run(ann: Visitor, viewer: Visitor) -> None:
    script_id = await divider(ann)
    assert "33 % failed" in (await viewer.get(f"/scripts/{script_id}/versions")).text
    assert (await viewer.get(f"/scripts/{script_id}/activate")).status_code == 403


async def test_a_conflict_shows_three_sources_in_colour_with_the_changed_words_marked(ann: Visitor) -> None:
    form = {"name": "greet", "kind": "manual", "priority": "100"}
    path = await ann.create("/scripts/new", {**form, "source": 'log("one");\nlog("two");\n'})
    await ann.post(path, {**form, "source": 'log("theirs");\nlog("two");\n', "revision": "1"})
    page = (await ann.post(path, {**form, "source": 'log("mine");\nlog("two");\n', "revision": "1"})).text
    three = page[page.index("three-way") : page.index("</table>")]
    assert re.findall("<mark>([^<]*)</mark>", three) == ["mine", "theirs"]
    assert three.count("tok-") > 3
    assert "From line 1" in three
