from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from app.cli import cli

RUNNER = CliRunner()


def test_fmt_rewrites_a_file(tmp_path: Path) -> None:
    path = tmp_path / "deal.rhai"
    path.write_text("let   x=1;print( x );", "utf-8")
    assert RUNNER.invoke(cli, ["fmt", str(path)]).exit_code == 0
    assert path.read_text("utf-8") == "let x = 1;\nprint(x);\n"


def test_fmt_writes_standard_input_to_standard_output() -> None:
    assert RUNNER.invoke(cli, ["fmt", "-"], input="print( 1 )").output == "print(1)\n"


def test_fmt_check_changes_nothing_and_fails_if_it_would(tmp_path: Path) -> None:
    path = tmp_path / "deal.rhai"
    path.write_text("print( 1 )", "utf-8")
    result = RUNNER.invoke(cli, ["fmt", str(path), "--check"])
    assert result.exit_code == 1
    assert "would be laid out differently" in result.output
    assert path.read_text("utf-8") == "print( 1 )"


def test_fmt_check_passes_on_the_common_layout() -> None:
    assert RUNNER.invoke(cli, ["fmt", "-", "--check"], input="print(1)\n").exit_code == 0


def test_fmt_refuses_a_script_with_a_syntax_error() -> None:
    result = RUNNER.invoke(cli, ["fmt", "-"], input="let = 1;")
    assert result.exit_code == 2
    assert "error[syntax]" in result.output
