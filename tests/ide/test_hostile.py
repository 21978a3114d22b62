"""Sources made to hurt: every question an editor asks is answered, with data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.host import Phase
from app.ide.complete import complete
from app.ide.context import Context, Field
from app.ide.diagnose import diagnose
from app.ide.fold import fold
from app.ide.hover import hover
from app.ide.layout import format_script
from app.ide.navigate import definition, references
from app.ide.outline import outline
from app.ide.rename import rename
from app.ide.signature import signature
from tests.ide.test_layout import FRAGMENTS

HOSTILE = {
    "open brackets": "(" * 10_000,
    "open braces": "{" * 10_000,
    "a long sum": "1" + " + a" * 3_000,
    "a long comparison": "1" + " == a" * 3_000,
    "many operators": "!" * 5_000 + "x",
    "a long chain": "a" + ".b" * 3_000,
    "many steps": "a" + ".f(1)" * 3_000,
    "long else if": "if a { 1 }" + " else if a { 1 }" * 2_000,
    "nested closures": "|x| " * 2_000 + "x",
    "nested arrays": "[" * 2_000 + "]" * 2_000,
    "nested interpolation": "`${" * 500 + "}`" * 500,
    "many unknown names": " ".join(f"name{number};" for number in range(3_000)),
    "many variables that depend on each other": "let a0 = 1; "
    + " ".join(f"let a{n + 1} = a{n} + a{n};" for n in range(1_000))
    + " a1000 == 'x'",
    "an open string after an interpolation": "`${ }",
    "a thousand misspelt calls of a thousand functions": "".join(f"fn helper_number_{n}(a) {{ a }}\n" for n in range(700))
    + "".join(f"helpr_numbr_{n}(1);\n" for n in range(700)),
    "many comments": "// x\n" * 5_000,
    "one wide line": "f(" + "a, " * 3_000 + "b);",
    "surrogates and controls": "\x00\x1b\u2028\ufeff let \ud800",
}
CONTEXT = Context(phase=Phase.BEFORE, entity={"amount": Field("f64")})
hostile = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())


@hostile
def test_a_hostile_source_gets_diagnostics_within_its_text(text: str) -> None:
    assert all(0 <= one.start <= one.end <= len(text) for one in diagnose(text, CONTEXT))


@hostile
def test_a_hostile_source_can_be_laid_out_and_that_is_stable(text: str) -> None:
    formatted = format_script(text)
    assert format_script(formatted) == formatted


@hostile
def test_a_hostile_source_has_an_outline(text: str) -> None:
    assert all(symbol.span.end <= len(text) for symbol in outline(text).symbols)


PIECES = st.lists(
    st.sampled_from(
        [*FRAGMENTS, "entity.amount", "entity.", 'entity["', "(", ")", "()", "{", "}", "let", "fn f(a)", "=", "|", "|x|", "`${", "f(", ","]
    ),
    max_size=15,
)


def ask_everything(text: str, offset: int) -> None:
    """Every question about one place; answers lie within the text."""
    assert 0 <= complete(text, offset, CONTEXT).start <= len(text)
    told = hover(text, offset, CONTEXT)
    assert told is None or 0 <= told.span.start <= told.span.end <= len(text)
    call = signature(text, offset, CONTEXT)
    assert call is None or call.ways
    place = definition(text, offset, CONTEXT)
    assert place is None or place in references(text, offset, CONTEXT)
    renaming = rename(text, offset, "renamed", CONTEXT)
    assert bool(renaming.problem) or set(renaming.spans) == set(references(text, offset, CONTEXT))
    assert all(span.end <= len(text) for span in fold(text, CONTEXT))


@hostile
def test_every_question_about_a_hostile_source_has_an_answer(text: str) -> None:
    for offset in (0, len(text) // 2, len(text)):
        ask_everything(text, offset)


@given(PIECES, st.integers(0, 200))
def test_every_question_about_any_mixture_of_fragments_has_an_answer(parts: list[str], offset: int) -> None:
    ask_everything(" ".join(parts), offset)


@given(st.text(max_size=60), st.integers(-5, 70))
def test_every_question_about_any_text_has_an_answer(text: str, offset: int) -> None:
    ask_everything(text, offset)


@given(
    st.lists(
        st.sampled_from([*FRAGMENTS, "entity.amount", "(", ")", "{", "}", "let", "=", "|", "`${", "const C = [1]; C.push(x);"]), max_size=15
    )
)
def test_any_mixture_of_fragments_gets_diagnostics_never_an_exception(parts: list[str]) -> None:
    text = " ".join(parts)
    assert all(0 <= one.start <= one.end <= len(text) for one in diagnose(text, CONTEXT))
    assert outline(text).symbols is not None
