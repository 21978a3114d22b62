"""Text becomes tokens; what is no token becomes an ERROR that says why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.lexer import scan
from app.engine.lexer.tokens import LexFault


def shown(text: str, limit: int = 0) -> list[object]:
    """Kinds of symbols and values of the rest; the message of faults; without the end."""
    tokens = scan(text, limit)
    pairs = list(zip(tokens.kinds, tokens.values, strict=True))[:-1]
    return [value.message if isinstance(value, LexFault) else kind if value is None else value for kind, value in pairs]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("1_000 0xFF 0b1_01 0o17 007", [1000, 255, 5, 15, 7]),
        ("0xFFFFFFFFFFFFFFFF", [-1]),
        ("9223372036854775808 -9223372036854775808", [9.223372036854775808e18, "-", 9.223372036854775808e18]),
        ("x = -9223372036854775808", ["x", "=", -9223372036854775808]),
        ("1.5 1e3 1.5e-7 1. ", [1.5, 1000.0, 1.5e-7, 1.0]),
        ("1..2 1.foo 1.", [1, "..", 2, 1, ".", "foo", 1, "."]),
        ("a-1 a - -1 (-1)", ["a", "-", 1, "a", "-", -1, "(", -1, ")"]),
        ("-x +x", ["UNARY -", "x", "+", "x"]),
        ("a!in b a!inx", ["a", "!in", "b", "a", "!", "inx"]),
        ("() ( ) #{} # x", ["()", "(", ")", "#{", "}", "#", "x"]),
        ("a /* b /* c */ d */ e // f\ng", ["a", "e", "g"]),
        ('"a\\n\\t\\x41\\u00e9\\U0001F600\\"" "a""b"', ['a\n\tAé😀"', 'a"b']),
        ("'a' '\\n' '\\''", ["a", "\n", "'"]),
        ('"a\\\n     b"', ["a    b"]),
        ("`a``b` `\nx\ny` `\\n`", ["a`b", "x\ny", "\\n"]),
        ("`a${b}c${`d${e}`}`", ["a", "{", "b", "}", "c", "{", "d", "{", "e", "}", "", "}", ""]),
        (
            "`${a.b.if}${this}${a..b}${a.}`",
            [
                *["", "{", "a", ".", "b", ".", "if", "}"],
                *["", "{", "this", "}"],
                *["", "{", "a", "..", "b", "}"],
                *["", "{", "a", ".", "}"],
                "",
            ],
        ),
        ("`${ #{a: {1}} }x`", ["", "{", "#{", "a", ":", "{", 1, "}", "}", "}", "x"]),
        ('#"a\\n"b"# ##"x"#y"##', ['a\\n"b', 'x"#y']),
    ],
)
def test_text_becomes_tokens(text: str, tokens: list[object]) -> None:
    assert shown(text) == tokens


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0x", "Invalid number: ''"),
        ("0x10000000000000000", "Invalid number: '10000000000000000'"),
        ("-0xFF", "Invalid number: 'xFF'"),
        ("1e+", "Invalid number: '1e+'"),
        ('"abc', "Open string is not terminated"),
        ('"a\nb"', "Open string is not terminated"),
        ("`abc", "Open string is not terminated"),
        ('#"abc"', "Open string is not terminated"),
        ('"\\q"', "Invalid escape sequence: '\\q'"),
        ('"\\u12"', "Invalid escape sequence: '\\u12\"'"),
        ('"\\uD800"', "Invalid escape sequence: '\\uD800'"),
        ("''", "Invalid character: ''"),
        ("'ab'", "Invalid character: 'ab'"),
        ("_x", "Variable name is not proper: '_x'"),
        ("é", "Unexpected 'é'"),
        ("===", "'===' is not a valid operator. This is not JavaScript! Should it be '=='?"),
        ("# {", "'#' is not a valid symbol. Should it be '#{'?"),
    ],
)
def test_what_is_no_token_says_why(text: str, message: str) -> None:
    assert shown(text)[0] == message


def test_a_string_is_measured_in_bytes() -> None:
    assert shown('"éé"', 5) == ["éé"]
    assert shown('"ééé"', 5) == ["Length of string exceeds the maximum limit (5)"]
    assert shown("`ééé`", 5) == ["Length of string exceeds the maximum limit (5)"]


@given(st.text(max_size=200))
def test_any_text_can_be_scanned_and_tokens_stand_in_order(text: str) -> None:
    tokens = scan(text)
    assert tokens.kinds[-1] == "END"
    assert tokens.starts == sorted(tokens.starts)
    assert len(tokens.kinds) == len(tokens.values) == len(tokens.starts) == len(tokens.ends)


@given(
    st.lists(
        st.sampled_from(["`", "${", "}", "{", "#{", '"', "'", "\\", "#", "/*", "*/", "//", "\n", "a", "1", ".", "-", "é"]), max_size=60
    )
)
def test_any_soup_of_delimiters_can_be_scanned(parts: list[str]) -> None:
    assert scan("".join(parts)).kinds[-1] == "END"


MANY_KINDS = """!in a.b ... 1..2 1.5..x -1 a - 1 -x "s" "a""b" `t` `a${-b}c` => == === :: ::< // note
/* x */ _ _x async 0x1f 1_000 123456789012345678901 'c' !inner ?? ?. .. ..= () (* *) """


@pytest.mark.parametrize("padding", range(1_024 - len(MANY_KINDS), 1_025))
def test_tokens_are_the_same_wherever_in_a_source_they_stand(padding: int) -> None:
    alone, behind = scan(MANY_KINDS), scan(" " * padding + MANY_KINDS)
    assert (behind.kinds, behind.values) == (alone.kinds, alone.values)
    assert behind.starts == [start + padding for start in alone.starts]
    assert behind.ends == [end + padding for end in alone.ends]


def test_a_limit_of_strings_that_looks_at_each_token_changes_nothing_else() -> None:
    assert scan(MANY_KINDS * 40, 100) == scan(MANY_KINDS * 40)


@pytest.mark.parametrize("inside", ["a", "let", "this", "a.b", "a.type_of.c"])
def test_an_interpolated_name_is_scanned_as_any_other(inside: str) -> None:
    short, long = scan(f"`x${{{inside}}}y`"), scan(f"`x${{{inside} }}y`")
    assert (short.kinds, short.values) == (long.kinds, long.values)
    before = len("`x${") + len(inside)  # the blank stands behind that
    assert short.starts == [at - (at > before) for at in long.starts]
    assert short.ends == [at - (at > before) for at in long.ends]
