"""The console command, in process and on a database of its own."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import cli
from app.web import assets

run = CliRunner()


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place for a database, with cheap hashes."""
    monkeypatch.setenv("ALLOY_DATABASE_URL", f"sqlite:///{tmp_path}/sub/alloy.db")
    monkeypatch.setenv("ALLOY_PASSWORD_MEMORY_KIB", "8")
    monkeypatch.setenv("ALLOY_PASSWORD_PASSES", "1")
    return tmp_path / "sub" / "alloy.db"


def test_migrating_twice_changes_nothing_the_second_time(database: Path) -> None:
    first = run.invoke(cli, ["migrate"])
    assert (first.exit_code, "Applied" in first.output) == (0, True)
    assert "up to date" in run.invoke(cli, ["migrate"]).output
    assert database.is_file()


def test_seeding_twice_makes_the_demo_people_and_their_days_once(database: Path) -> None:
    first, second = run.invoke(cli, ["seed"]), run.invoke(cli, ["seed"])
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "scripts saw" in first.output
    assert "scripts saw" not in second.output
    connection = sqlite3.connect(database)
    assert connection.execute("SELECT count(*) FROM access_user").fetchone() == (6,)
    connection.close()


def test_a_first_owner_is_created_with_the_tenant(database: Path) -> None:
    made = run.invoke(cli, ["user", "create", "Root@corp.example", "--tenant", "corp", "--password", "a long enough phrase"])
    assert (made.exit_code, "root@corp.example can sign in as owner of corp" in made.output) == (0, True)
    again = run.invoke(cli, ["user", "create", "root@corp.example", "--tenant", "corp", "--password", "a long enough phrase"])
    assert (again.exit_code, "already" in again.output) == (1, True)


def test_a_password_that_is_left_out_is_asked_for_twice(database: Path) -> None:
    asked = ["user", "create", "root@corp.example", "--tenant", "corp"]
    mistyped = run.invoke(cli, asked, input="a long enough phrase\na long enough praise\n")
    assert (mistyped.exit_code, "do not match" in mistyped.output) == (1, True)
    made = run.invoke(cli, asked, input="a long enough phrase\na long enough phrase\n")
    assert (made.exit_code, "Password:" in made.output, "phrase" in made.output) == (0, True, False)


def test_a_short_password_is_refused(database: Path) -> None:
    refused = run.invoke(cli, ["user", "create", "root@corp.example", "--tenant", "corp", "--password", "short"])
    assert (refused.exit_code, "at least 10" in refused.output) == (1, True)


def test_pages_are_written_and_then_found_current(tmp_path: Path) -> None:
    assert run.invoke(cli, ["docs", "--folder", str(tmp_path), "--check"]).exit_code == 1
    assert run.invoke(cli, ["docs", "--folder", str(tmp_path)]).exit_code == 0
    assert run.invoke(cli, ["docs", "--folder", str(tmp_path), "--check"]).exit_code == 0


def test_a_stale_front_end_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(assets, "_PACKAGE", tmp_path / "app")
    monkeypatch.setattr(assets, "_CHECKOUT", tmp_path)
    refused = run.invoke(cli, ["serve", "--port", "0"])
    assert refused.exit_code == 1
    assert refused.stderr == "The front end is not built. Run `make assets`, then start again.\n"


@pytest.mark.parametrize(
    "command", ["migrate", "seed", "serve --port 0", "user create a@b.example --tenant corp --password long-enough-phrase"]
)
def test_a_file_that_is_no_database_is_told_in_one_line(database: Path, command: str) -> None:
    database.parent.mkdir()
    database.write_text("Dear database,\n" * 100)
    refused = run.invoke(cli, command.split())
    assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
    assert refused.stderr.startswith(
        f"The database sqlite:///{database} can't be used: file is not a database. Let ALLOY_DATABASE_URL name"
    )


def test_settings_that_cannot_be_are_told_without_their_values(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in [("PORT", "eighty"), ("SECRETS_KEY", "very-secret"), ("EGRESS_PERMITTED", "10.1.0.0/16, intranet")]:
        monkeypatch.setenv(f"ALLOY_{name}", value)
    refused = run.invoke(cli, ["migrate"])
    assert (refused.exit_code, "very-secret" in refused.stderr) == (1, False)
    assert [line.split(": ")[0] for line in refused.stderr.splitlines()] == ["ALLOY_PORT", "ALLOY_SECRETS_KEY", "ALLOY_EGRESS_PERMITTED"]
    assert "it has 11 characters; use at least 32 random ones" in refused.stderr


def test_a_process_that_serves_has_no_engine() -> None:
    look = "import sys, app.cli; print([name for name in sys.modules if name.startswith(('app.engine', 'app.host'))])"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
