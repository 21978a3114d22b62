from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.token import STANDARD_TYPES

from app.ide.highlight import RhaiLexer, export_tokens
from tests.ide.simple_mode import tokenize

TRICKY = {
    "nested comment": "a /* one /* two */ still */ b",
    "comment over lines": "/* a\n\n /* b\n */ c */ d",
    "doc comments": "/// doc\n//! module\n//// plain\n// plain",
    "string escapes": r'"a\n\x41\u0042\U00000043\"" + "b""c"',
    "bad escape": r'"a\q" + 1',
    "unterminated string": '"abc\nlet x = 1;',
    "continued string": '"abc\\\n  def" + x',
    "continued string left open": '"abc\\\n  def\nlet x = 1;',
    "comment signs in a string": '"// no" + "/* no" // yes',
    "raw strings": '#"a\\n"b"# + ##"x"#y"##',
    "raw string over lines": '#"one\ntwo"# + ##"a"#\nb"## + 1',
    "interpolation": "`a ${b + `c ${#{d: {1}}}` } e`",
    "escaped interpolation": r"`\${a} ${b}`",
    "doubled back-tick": "`a``b`; ``; 1",
    "back-tick over lines": "`a\n ${\n b\n}\n c` + d",
    "chars": r"'a' '\n' '\'' '\u00e9' '😀' 1",
    "not a char": "let a = 'ab; let b = 1;\nlet c = 2;",
    "empty char": "'' + 1",
    "range of integers": "1..2 1..=2",
    "floats": "1.5 1.5e-7 1e3 1. + 2",
    "number with a property": "1.abs() 5.foo 1.e3",
    "other bases": "0xFF_ff 0b1_01 0o17 0X1f 0x",
    "number and letters": "123abc",
    "shebang": "#!/usr/bin/rhai\n1",
    "not in": "a !in b; !input; !in",
    "calls": "foo(1); foo (2); foo!(3); a.bar(4); print(5); let print2 = 1;",
    "namespaces": "global::X + m::f(1)",
    "map keys": '#{a: 1, "b c": 2, if_: 3}',
    "safe navigation": "a?.b?[0] ?? c",
    "reserved": "a === b; goto x; a++; ~1 @ $ # ?",
    "braces": "if a { b } else { #{} } }",
    "other scripts": "let наме = 1; é",
    "unfinished": "let x = `abc ${ 1 +",
}


def kinds(text: str) -> list[tuple[str, str]]:
    """The tokens but for white space, by their CSS class; neighbours of one class joined."""
    joined: list[tuple[str, str]] = []
    for _, kind, value in RhaiLexer().get_tokens_unprocessed(text):
        css = STANDARD_TYPES[kind]
        if joined and joined[-1][0] == css and css not in {"o", "p"}:
            joined[-1] = (css, joined[-1][1] + value)
        else:
            joined.append((css, value))
    return [(css, value) for css, value in joined if css != "w"]


def test_a_nested_comment_ends_with_its_outermost_end() -> None:
    assert kinds("a /* one /* two */ still */ b") == [("n", "a"), ("cm", "/* one /* two */ still */"), ("n", "b")]


def test_interpolation_is_code_that_may_hold_braces_and_strings() -> None:
    assert kinds("`a${#{b: `c`}}d`") == [
        ("sb", "`a"),
        ("si", "${"),
        ("p", "#{"),
        ("na", "b"),
        ("p", ":"),
        ("sb", "`c`"),
        ("p", "}"),
        ("si", "}"),
        ("sb", "d`"),
    ]


def test_an_escaped_interpolation_is_text() -> None:
    assert kinds(r"`\${a}`") == [("sb", "`"), ("se", r"\$"), ("sb", "{a}`")]


def test_an_unterminated_string_is_an_error_up_to_the_end_of_its_line() -> None:
    assert kinds('x = "abc; y\nz') == [("n", "x"), ("o", "="), ("err", '"abc; y'), ("n", "z")]


def test_a_string_continues_over_lines_after_a_backslash() -> None:
    assert kinds('"abc\\\n  def" + x') == [("s2", '"abc'), ("se", "\\"), ("s2", '\n  def"'), ("o", "+"), ("n", "x")]


def test_a_continued_string_that_is_never_closed_ends_with_its_line() -> None:
    assert kinds('"abc\\\n  def\nx')[-2:] == [("err", "  def"), ("n", "x")]


def test_a_quote_with_more_than_one_character_is_an_error_not_a_char() -> None:
    assert kinds("'ab' + 'a'") == [("err", "'ab'"), ("o", "+"), ("sc", "'a'")]


def test_a_lone_quote_spoils_only_its_line() -> None:
    assert kinds("'a; b\nc") == [("err", "'a; b"), ("n", "c")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1..2", [("mi", "1"), ("o", ".."), ("mi", "2")]),
        ("1..=2", [("mi", "1"), ("o", "..="), ("mi", "2")]),
        ("1.5e-7", [("mf", "1.5e-7")]),
        ("1e3", [("mf", "1e3")]),
        ("1.e3", [("mi", "1"), ("o", "."), ("n", "e3")]),
        ("1. ", [("mf", "1.")]),
        ("1.abs()", [("mi", "1"), ("o", "."), ("nf", "abs"), ("p", "("), ("p", ")")]),
        ("0xF_f", [("mh", "0xF_f")]),
        ("0b1_01", [("mb", "0b1_01")]),
        ("0o17", [("mo", "0o17")]),
    ],
)
def test_numbers_end_where_the_language_ends_them(text: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(text) == expected


def test_a_raw_string_ends_only_at_as_many_hashes_as_it_began_with() -> None:
    assert kinds('##"x"#\ny"## + 1') == [("s", '##"x"#\ny"##'), ("o", "+"), ("mi", "1")]


def test_a_shebang_is_an_error_as_it_is_in_the_language() -> None:
    assert kinds("#!x")[0] == ("err", "#")


def test_called_names_differ_from_plain_ones() -> None:
    assert kinds("foo(bar, print)") == [("nf", "foo"), ("p", "("), ("n", "bar"), ("p", ","), ("n", "print"), ("p", ")")]


def test_a_word_that_starts_like_a_keyword_is_a_name() -> None:
    assert kinds("iffy lettuce in_ x") == [("n", "iffy"), ("n", "lettuce"), ("n", "in_"), ("n", "x")]


@pytest.mark.parametrize("text", TRICKY.values(), ids=TRICKY.keys())
def test_no_character_is_lost(text: str) -> None:
    assert "".join(value for _, _, value in RhaiLexer().get_tokens_unprocessed(text)) == text


def browser_and_server(text: str) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """The class of each visible character, as CodeMirror and as Pygments see it."""
    browser = [(at + i, css) for at, css, value in tokenize(export_tokens(), text) for i in range(len(value))]
    server = [
        (at + i, STANDARD_TYPES[kind])
        for at, kind, value in RhaiLexer().get_tokens_unprocessed(text)
        for i, char in enumerate(value)
        if char != "\n"
    ]
    return browser, server


@pytest.mark.parametrize("text", TRICKY.values(), ids=TRICKY.keys())
def test_the_exported_table_colours_like_the_lexer(text: str) -> None:
    browser, server = browser_and_server(text)
    assert browser == server


@given(st.text(alphabet="`\"'#${}\\/*! \nanx0.1_:(é", max_size=60))
def test_the_exported_table_colours_any_text_like_the_lexer(text: str) -> None:
    browser, server = browser_and_server(text)
    assert browser == server


def test_the_exported_table_is_json() -> None:
    assert json.loads(json.dumps(export_tokens())) == export_tokens()


def test_every_exported_state_is_entered_and_every_class_is_listed() -> None:
    mode = export_tokens()
    rules = [rule for state in mode["states"].values() for rule in state]
    assert {"start"} | {rule["push"] for rule in rules if "push" in rule} == set(mode["states"])
    assert {rule["token"] for rule in rules} == set(mode["tokens"])


def test_no_pattern_uses_syntax_that_javascript_reads_differently() -> None:
    patterns = [rule["regex"] for state in export_tokens()["states"].values() for rule in state]
    assert not [pattern for pattern in patterns if re.search(r"\\b|\(\?<|\(\?P|\\A|\\Z|\(\?[aiLmsux]", pattern)]


@pytest.mark.parametrize("piece", ["#", "\\'", '\\"', "'\\", '"\\n', "`${", "/*", '""', "1_"])
def test_a_long_hostile_line_is_read_in_few_steps(piece: str) -> None:
    text = piece * 4000
    tokens = list(RhaiLexer().get_tokens_unprocessed(text))
    assert sum(len(value) for _, _, value in tokens) == len(text)


def test_blank_lines_at_the_start_are_kept() -> None:
    assert highlight("\n\nx", RhaiLexer(), HtmlFormatter(nowrap=True)).startswith("\n\n")
