"""Settings: frozen, each described, and documented as they are."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from app.base.settings import Settings
from app.docs import pages, stale_pages, write_pages

DOCS = Path(__file__).parents[2] / "docs"


def test_every_setting_has_a_description_and_a_unit() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert isinstance(field.json_schema_extra, dict), name
        assert field.json_schema_extra["unit"], name


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().port = 1


def test_a_setting_is_read_from_its_environment_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOY_PORT", "8123")
    assert Settings().port == 8123


def test_generated_pages_say_what_the_code_says() -> None:
    assert stale_pages(DOCS) == [], "run `alloy docs`"


def test_a_page_that_lags_behind_is_found(tmp_path: Path) -> None:
    write_pages(tmp_path)
    (tmp_path / "reference/settings.md").write_text("old")
    assert stale_pages(tmp_path) == ["reference/settings.md"]
    assert "reference/settings.md" in pages()
