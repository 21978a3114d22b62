"""Sources in colour: their lines are the engine's, and nothing in them hides."""

from app.web.code import coloured_lines, marked_line


def test_lines_are_counted_as_the_engine_counts_them() -> None:
    assert len(coloured_lines("let a = 1;\rlet b = 2;\r\nlet c = 3;\n")) == 3
    assert "\N{SYMBOL FOR CARRIAGE RETURN}" in coloured_lines("a\rb")[0]
    assert coloured_lines("") == ("",)
    assert len(coloured_lines("\n\na")) == 3


def test_a_mark_goes_over_several_tokens_and_leaves_their_colours() -> None:
    line = marked_line("let a = b;", 1, ((4, 9),))
    marked = "".join(part.partition("</mark>")[0] for part in line.split("<mark>")[1:])
    assert marked == "a = b"
    assert line.replace("<mark>", "").replace("</mark>", "") == coloured_lines("let a = b;")[0]


def test_markup_is_text_marked_or_not() -> None:
    for spans in ((), ((3, 8),), ((0, 4), (6, 9))):
        line = marked_line("// <b>&amp;</b>", 1, spans)
        assert line.replace("<mark>", "").replace("</mark>", "") == coloured_lines("// <b>&amp;</b>")[0]
        assert "&lt;b&gt;&amp;amp;&lt;/b&gt;" in line.replace("<mark>", "").replace("</mark>", "")


def test_what_turns_the_direction_of_text_is_shown_as_a_sign() -> None:
    line = coloured_lines("if admin { /*\u202e } \u2066if*/ }")[0]
    assert ("\u202e" in line, "\u2066" in line) == (False, False)
    assert line.count("\N{REPLACEMENT CHARACTER}") == 2
