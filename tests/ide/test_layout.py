from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine import tree
from app.engine.parser import ParseLimits, parse
from app.engine.source import Source
from app.ide.layout import WIDTH, format_script
from app.ide.layout.pieces import split

FOLDER = Path(__file__).parent / "layouts"
_SECTION = re.compile(r"^//# (.*)\n((?:.*\n)*?)//=>\n((?:(?!//# ).*\n)*)", re.MULTILINE)
LAYOUTS = [
    (f"{path.stem}: {match[1]}", match[2], match[3])
    for path in sorted(FOLDER.glob("*.rhai"))
    for match in _SECTION.finditer(path.read_text())
]
layouts = pytest.mark.parametrize(
    ("before", "after"), [(before, after) for _, before, after in LAYOUTS], ids=[name for name, _, _ in LAYOUTS]
)

FRAGMENTS = (
    *(
        "let x = 1;",
        "x += 2;",
        "print(x);",
        "f(1, [2, 3], #{ a: 4 });",
        "fn f(a) { a }",
        "if x > 1 { x } else { -x }",
        "{ x; x }",
        ";",
        "\n",
        "\n\n",
    ),
    *(
        "// note\n",
        "/* note */",
        "/// doc\n",
        "x\n.f()\n.g();",
        "for (v, i) in 0..9 { v; i }",
        "while x < 5 { x += 1; break; }",
        '"a\\\n  b";',
    ),
    *("switch x { 1 | 2 => 3, 4..5 => { 6 } _ => 7 }", "let g = |a, b| { a + b };", "`a ${x + 1} b`;", "try { x } catch (e) { throw e; }"),
    *(
        "do { x } until x > 1;",
        "return x;",
        "x?.y?[0] ?? (1 + 2) * -3;",
        "loop { continue; }",
        "let long_variable_name = another_function_name(x, x);",
    ),
)


def shape(node: object) -> object:
    """A tree without places and without the closures' numbers."""
    if isinstance(node, tree.Node):
        fields = (field.name for field in dataclasses.fields(node) if field.name not in ("start", "end", "pos"))
        return type(node).__name__, *(shape(getattr(node, name)) for name in fields)
    if isinstance(node, (list, tuple)):
        return tuple(map(shape, node))
    return "closure" if isinstance(node, str) and node.startswith("anon$") else (type(node).__name__, repr(node))


def parsed(text: str) -> tree.Script | None:
    script, problems = parse(Source(text), ParseLimits())
    return None if problems else script


@layouts
def test_a_script_is_laid_out_as_shown(before: str, after: str) -> None:
    assert format_script(before) == after


@layouts
def test_a_script_laid_out_stays_as_it_is(before: str, after: str) -> None:
    assert format_script(after) == after


@layouts
def test_the_shown_scripts_are_programs(before: str, after: str) -> None:
    assert parsed(before) is not None


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map(" ".join))
def test_layout_keeps_the_tree_and_all_comments_and_is_stable(text: str) -> None:
    script = parsed(text)
    formatted = format_script(text)
    if script is None:
        assert formatted == text
        return
    assert shape(parsed(formatted)) == shape(script)
    assert format_script(formatted) == formatted
    before, after = split(text), split(formatted)
    assert before is not None
    assert after is not None
    assert [piece.text.strip() for piece in before if piece.is_comment] == [piece.text.strip() for piece in after if piece.is_comment]


@given(st.text(alphabet="ab1.;,(){}[]|#\"`'/*\n +-=!", max_size=40))
def test_any_text_that_is_no_program_comes_back_as_it_is(text: str) -> None:
    if parsed(text) is None:
        assert format_script(text) == text


def test_no_line_is_wider_than_the_limit_if_it_can_be_broken() -> None:
    deep = "some_function(" * 15 + "some_argument, another_argument" + ")" * 15 + ";"
    assert max(map(len, format_script(f"let x = {deep}").splitlines())) <= WIDTH


def test_a_line_that_cannot_be_broken_stays() -> None:
    text = f'let x = "{"a" * 120}";\n'
    assert format_script(text) == text


def test_line_ends_become_plain() -> None:
    assert format_script("let x = 1;\r\n// note\r\nprint(x);\r\n") == "let x = 1;\n// note\nprint(x);\n"


def test_an_empty_script_stays_empty() -> None:
    assert format_script("") == ""
    assert format_script("\n\n") == ""
