"""The pure parts of the pages: times, addresses, the front end's state."""

import shutil
from pathlib import Path

import pytest

from app.web import assets
from app.web.guards import local_path, sign_in_path
from app.web.times import relative


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3, "just now"),
        (20, "in a moment"),
        (-60, "1 minute ago"),
        (-3599, "60 minutes ago"),
        (7200, "in 2 hours"),
        (-86_400 * 3, "3 days ago"),
        (86_400 * 60, "in 2 months"),
        (-86_400 * 800, "2 years ago"),
    ],
)
def test_distances_in_time_are_words(seconds: float, words: str) -> None:
    assert relative(seconds) == words


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("/audit?action=x", "/audit?action=x"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/\tevil", "/"),
        ("javascript:alert(1)", "/"),
        ("audit", "/"),
    ],
)
def test_only_paths_of_this_site_are_gone_on_to(wanted: str, path: str) -> None:
    assert local_path(wanted) == path


def test_the_dashboard_needs_no_way_back() -> None:
    assert sign_in_path("/") == "/sign-in"


def test_a_changed_source_makes_the_front_end_stale(tmp_path: Path) -> None:
    static = Path(assets.__file__).parents[2] / "static"
    copy = tmp_path / "static"
    shutil.copytree(static, copy, ignore=shutil.ignore_patterns("node_modules", "dist"))
    assert assets.source_digest(copy) == assets.source_digest(static)
    (copy / "src" / "css" / "tokens.css").write_text("")
    assert assets.source_digest(copy) != assets.source_digest(static)
