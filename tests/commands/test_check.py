from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import cli

RUNNER = CliRunner()


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "deal.rhai"
    path.write_text("let total = 5;\nprint(totl);\n", "utf-8")
    return path


def test_check_shows_diagnostics_and_fails_on_errors(script: Path) -> None:
    result = RUNNER.invoke(cli, ["check", str(script)])
    assert result.exit_code == 1
    assert f"{script}:2:7: error[unknown-name]: No variable `totl`" in result.output


def test_check_prints_json(script: Path) -> None:
    result = RUNNER.invoke(cli, ["check", str(script), "--json"])
    (diagnostic,) = json.loads(result.output)["diagnostics"]
    assert (diagnostic["code"], diagnostic["line"], diagnostic["column"]) == ("unknown-name", 2, 7)


def test_check_passes_on_warnings_alone() -> None:
    result = RUNNER.invoke(cli, ["check", "-"], input="let unused = 5;\n")
    assert result.exit_code == 0
    assert "<stdin>:1:5: warning[unused-variable]" in result.output


def test_check_says_nothing_about_a_clean_script() -> None:
    result = RUNNER.invoke(cli, ["check", "-"], input="print(1);\n")
    assert (result.exit_code, result.output) == (0, "")


def test_check_knows_the_phase_and_the_entity(tmp_path: Path) -> None:
    schema = tmp_path / "deal.json"
    schema.write_text('{"amount": "f64"}', "utf-8")
    text = 'http_get("x"); log(entity.amuont);'
    result = RUNNER.invoke(cli, ["check", "-", "--phase", "before", "--schema", str(schema)], input=text)
    assert "outside-phase" in result.output
    assert "unknown-field" in result.output


def test_check_refuses_a_malformed_schema(tmp_path: Path) -> None:
    schema = tmp_path / "deal.json"
    schema.write_text("[]", "utf-8")
    assert RUNNER.invoke(cli, ["check", "-", "--schema", str(schema)], input="1").exit_code == 2


def test_check_names_a_file_that_is_not_there() -> None:
    result = RUNNER.invoke(cli, ["check", "missing.rhai"])
    assert result.exit_code == 2
    assert "missing.rhai: No such file or directory" in result.output


def test_check_names_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "latin.rhai"
    path.write_bytes(b'print("\xe6");')
    result = RUNNER.invoke(cli, ["check", str(path)])
    assert result.exit_code == 2
    assert "not UTF-8 at byte 7" in result.output
