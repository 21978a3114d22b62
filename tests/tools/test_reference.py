"""The page of commands names every command there is."""

import re
from pathlib import Path

import typer

from app.cli import cli

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "commands.md").read_text("utf-8")


def test_every_make_target_is_described() -> None:
    targets = re.findall(r"^([a-z0-9]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert [name for name in targets if name != "help" and f"`make {name}`" not in PAGE] == []


def test_every_alloy_command_is_described() -> None:
    command = typer.main.get_command(cli)
    names = list(getattr(command, "commands"))  # noqa: B009  # typer doesn't tell that this is a group
    assert [name for name in names if f"`alloy {name}" not in PAGE] == []


def test_every_link_of_the_readme_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / "README.md").read_text("utf-8"))
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_lock_files_name_no_registry() -> None:
    locks = [*(ROOT / "requirements").glob("*.lock"), ROOT / "static" / "package-lock.json"]
    assert [path.name for path in locks if re.search(r"https?://|--index-url", path.read_text("utf-8"))] == []
