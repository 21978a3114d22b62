from __future__ import annotations

from app.engine.source import Source
from app.ide.diagnose import diagnose
from app.ide.report import as_plain, as_text

TEXT = "let total = 5;\n\tprint(totl);\n"


def test_a_terminal_shows_place_message_line_and_hint() -> None:
    assert as_text(Source(TEXT), diagnose(TEXT), "deal.rhai") == (
        "deal.rhai:2:8: error[unknown-name]: No variable `totl`\n    \tprint(totl);\n    \t      ^^^^\n    Did you mean `total`?\n"
    )


def test_plain_data_has_lines_columns_and_the_fix() -> None:
    (diagnostic,) = diagnose(TEXT)
    assert as_plain(Source(TEXT), diagnostic) == {
        "code": "unknown-name",
        "severity": "error",
        "message": "No variable `totl`",
        "hint": "Did you mean `total`?",
        "line": 2,
        "column": 8,
        "end_line": 2,
        "end_column": 12,
        "start": 22,
        "end": 26,
        "fix": {"start": 22, "end": 26, "replacement": "total", "title": "Change to `total`"},
    }


def test_a_span_over_several_lines_is_marked_to_the_end_of_its_first() -> None:
    text = "return 1;\nif true {\n    2\n}"
    assert as_text(Source(text), diagnose(text), "x").splitlines()[2] == "    ^^^^^^^^^"
