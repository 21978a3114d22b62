from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.engine.source import Source
from app.ide.checks import CHECKS
from app.ide.checks.check import Check
from app.ide.context import Context, schema_from_plain
from app.ide.diagnose import MAX_DIAGNOSTICS, diagnose
from tests.ide.marked import Section, rendered, rewrite_all, sections

FOLDER = Path(__file__).parent / "cases"

if "ALLOY_UPDATE_CASES" in os.environ:
    rewrite_all(FOLDER)

CASES = [(path, section) for path in sorted(FOLDER.glob("*.rhai")) for section in sections(path.read_text("utf-8"))]


@pytest.mark.parametrize(("path", "section"), CASES, ids=[f"{path.stem}: {section.title}" for path, section in CASES])
def test_a_script_gets_the_diagnostics_marked_in_it(path: Path, section: Section) -> None:
    assert rendered(section.body, section.context) == section.body


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_every_code_has_a_case(check: Check) -> None:
    assert any(f" {check.code}: " in section.body for _, section in CASES)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_the_example_of_a_code_shows_just_what_it_says(check: Check) -> None:
    fields = schema_from_plain(dict.fromkeys(check.example_fields, "?")) if check.example_fields else None
    context = Context(phase=check.example_phase, entity=fields)
    shown = rendered(check.example + "\n", context, with_fixes=False)
    assert shown == check.example + "\n"
    assert f"{check.code}: " in shown


@pytest.mark.parametrize(("path", "section"), CASES, ids=[f"{path.stem}: {section.title}" for path, section in CASES])
def test_applying_a_fix_removes_its_diagnostic(path: Path, section: Section) -> None:
    text = "".join(line for line in section.body.splitlines(keepends=True) if "^ " not in line)
    before = diagnose(text, section.context)
    for diagnostic in before:
        if diagnostic.fix is not None:
            fixed = text[: diagnostic.fix.start] + diagnostic.fix.replacement + text[diagnostic.fix.end :]
            after = diagnose(fixed, section.context)
            assert sum(one.code == diagnostic.code for one in after) < sum(one.code == diagnostic.code for one in before)
            assert not any(one.parse_kind for one in after if not any(was.parse_kind for was in before))


def test_the_number_of_diagnostics_is_bounded() -> None:
    assert len(diagnose("a;\n" * 1000)) == MAX_DIAGNOSTICS


def test_diagnostics_come_in_order_of_place() -> None:
    starts = [diagnostic.start for diagnostic in diagnose("let a = 1; print(b); let c = 2; print(d);")]
    assert starts == sorted(starts)
    assert len(starts) == 4


def test_every_diagnostic_lies_within_the_text() -> None:
    for _, section in CASES:
        source = Source(section.body)
        for diagnostic in diagnose(section.body, section.context):
            assert 0 <= diagnostic.start <= diagnostic.end <= len(source.text)
