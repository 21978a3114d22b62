from __future__ import annotations

from pathlib import Path

import pytest

from app.engine.parser import ParseLimits, parse
from app.engine.source import Source
from app.host import HOST_TABLE, Helper, Phase
from app.ide.checks import CHECKS
from app.ide.context import Context
from app.ide.diagnose import diagnose
from app.ide.reference import PAGES

FOLDER = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_what_the_tables_say(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == PAGES[name](), "run `alloy docs`"


@pytest.mark.parametrize("helper", list(HOST_TABLE), ids=lambda helper: helper.name)
def test_every_helper_has_a_heading(helper: Helper) -> None:
    assert f"\n### `{helper.name}`\n" in PAGES["helpers.md"]()


def test_every_code_has_a_heading() -> None:
    page = PAGES["diagnostics.md"]()
    assert all(f"\n## `{check.code}`\n" in page for check in CHECKS)


@pytest.mark.parametrize("helper", list(HOST_TABLE), ids=lambda helper: helper.name)
def test_a_helpers_example_is_a_script_that_its_phases_accept(helper: Helper) -> None:
    _, problems = parse(Source(helper.example), ParseLimits())
    assert not problems
    for phase in helper.phases & {Phase.BEFORE, Phase.AFTER, Phase.MANUAL} if "entity" in helper.example else helper.phases:
        found = diagnose(helper.example, Context(phase=phase))
        assert not [one.message for one in found if one.code != "unused-variable"]
