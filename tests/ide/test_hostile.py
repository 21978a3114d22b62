"""Sources made to hurt: every question an editor asks is answered, with data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.host import Phase
from app.ide.context import Context, Field
from app.ide.diagnose import diagnose
from app.ide.layout import format_script
from app.ide.outline import outline
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


@given(
    st.lists(
        st.sampled_from([*FRAGMENTS, "entity.amount", "(", ")", "{", "}", "let", "=", "|", "`${", "const C = [1]; C.push(x);"]), max_size=15
    )
)
def test_any_mixture_of_fragments_gets_diagnostics_never_an_exception(parts: list[str]) -> None:
    text = " ".join(parts)
    assert all(0 <= one.start <= one.end <= len(text) for one in diagnose(text, CONTEXT))
    assert outline(text).symbols is not None
