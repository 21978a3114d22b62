"""The page of commands names every command there is."""

import re
from pathlib import Path

import typer

from app.base.http.problems import STATUS
from app.cli import cli
from app.docs import EDGE_PROBLEMS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "commands.md").read_text("utf-8")


def test_every_make_target_is_described() -> None:
    targets = re.findall(r"^([a-z0-9]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert [name for name in targets if name != "help" and f"`make {name}`" not in PAGE] == []


def test_every_alloy_command_is_described() -> None:
    command = typer.main.get_command(cli)
    names = list(getattr(command, "commands"))  # noqa: B009  # typer doesn't tell that this is a group
    assert [name for name in names if f"`alloy {name}" not in PAGE] == []


def test_lock_files_name_no_registry() -> None:
    locks = [*(ROOT / "requirements").glob("*.lock"), ROOT / "static" / "package-lock.json"]
    assert [path.name for path in locks if re.search(r"https?://|--index-url", path.read_text("utf-8"))] == []


def test_every_code_of_a_problem_is_described() -> None:
    sources = "\n".join(path.read_text("utf-8") for path in (ROOT / "app").rglob("*.py"))
    used = {*re.findall(r'Problem\(\s*\d+, "([a-z-]+)"', sources), *re.findall(r'\b4\d\d: "([a-z-]+)"', sources)}
    known = {*EDGE_PROBLEMS, *(kind.code for kind in STATUS)}
    assert used - known == set()
