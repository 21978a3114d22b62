from __future__ import annotations

import pytest

from app.ide.context import Context
from app.ide.navigate import definition, references
from app.ide.rename import changed, rename
from tests.ide.caret import BEFORE, split

SHADOWED = "let x = 1;\n{ let x = x + 1; print(x¦); }\nprint(x);"


def defined(marked: str, context: Context | None = None) -> int | None:
    span = definition(*split(marked), context)
    return None if span is None else span.start


def renamed(marked: str, name: str, context: Context | None = None) -> str:
    text, offset = split(marked)
    renaming = rename(text, offset, name, context)
    return renaming.problem or changed(text, renaming.spans, name)


def places(marked: str, context: Context | None = None) -> list[int]:
    return [span.start for span in references(*split(marked), context)]


def test_a_variable_leads_to_its_declaration() -> None:
    assert defined("let total = 1;\nprint(tot¦al);") == 4
    assert defined("let total = 1;\nprint(`sum ${tot¦al}`);") == 4


def test_a_name_that_hides_another_leads_to_the_nearer_one() -> None:
    assert defined(SHADOWED) == 17
    assert places(SHADOWED) == [17, 34]


def test_parameters_loop_variables_and_caught_errors_are_found() -> None:
    assert defined("fn f(a) { ¦a }") == 5
    assert defined("for item in [1] { it¦em }") == 4
    assert defined("try { } catch (e) { ¦e }") == 15
    assert defined("[1].map(|it| i¦t + 1)") == 9


def test_a_function_is_found_by_its_number_of_arguments() -> None:
    text = "fn f(a) { }\nfn f(a, b) { }\n"
    assert defined(f"{text}f¦(1)") == 3
    assert defined(f"{text}¦f(1, 2)") == 15
    assert places(f"{text}¦f(1, 2); f(1);") == [15, 27]


def test_a_pointer_refers_to_its_function() -> None:
    assert places('fn twice(x) { x * 2 }\n[1].map(twice); [2].map(Fn("twi¦ce"));') == [3, 30, 50]


def test_global_constants_are_found_through_their_namespace() -> None:
    assert places("const RATE = 2;\nfn f() { global::RA¦TE }\nRATE") == [6, 33, 40]


def test_an_export_names_its_variable() -> None:
    assert places("let gi¦ven = 1;\nexport given as other;") == [4, 22]


@pytest.mark.parametrize("marked", ["¦", "nobo¦dy", "entity.amo¦unt", "prin¦t(1)", "1¦"])
def test_what_nothing_introduces_has_no_definition(marked: str) -> None:
    assert definition(*split(marked)) is None
    assert references(*split(marked)) == ()


def test_what_the_host_gives_has_uses_and_no_definition() -> None:
    assert defined("print(enti¦ty); entity.amount = 1.0;", BEFORE) is None
    assert places("print(enti¦ty); entity.amount = 1.0;", BEFORE) == [6, 15]


def test_renaming_changes_every_place_and_no_other() -> None:
    assert renamed(SHADOWED, "y") == "let x = 1;\n{ let y = x + 1; print(y); }\nprint(x);"
    assert renamed('fn a(x) { x }\na(1); [1].map(a); Fn("¦a")', "b") == 'fn b(x) { x }\nb(1); [1].map(b); Fn("b")'
    assert renamed("let a¦ = 1; a += 2; let f = |x| x + a; `${a}`", "b") == "let b = 1; b += 2; let f = |x| x + b; `${b}`"


def test_renaming_to_the_same_name_changes_nothing() -> None:
    assert renamed("let a¦ = 1;", "a") == "let a = 1;"


@pytest.mark.parametrize(
    ("marked", "name", "told"),
    [
        ("let a¦ = 1; let b = 2; a + b", "b", "means something else"),
        ("let b = 1; { let a¦ = 2; a + b }", "b", "means something else"),
        ("let b = 1; { let b¦ = 2; print(c); }", "c", "means something else"),
        ("let a¦ = 1;", "let", "can't be a name"),
        ("let a¦ = 1;", "1a", "can't be a name"),
        ("let a¦ = 1;", "spawn", "can't be a name"),
        ("let a¦ = 1; let = ;", "b", "syntax errors"),
        ('let a¦ = 1; eval("a")', "b", "where nobody can see it"),
        ("fn f() { }\nfn g() { }\n¦f()", "g", "function `g` already"),
        ("fn f() { }\n¦f()", "abs", "of the platform"),
        ("12¦", "b", "no variable or function"),
    ],
)
def test_a_renaming_that_would_change_the_meaning_is_refused(marked: str, name: str, told: str) -> None:
    assert told in renamed(marked, name)


def test_the_hosts_variables_keep_their_names() -> None:
    assert "given by the host" in renamed("enti¦ty.amount", "record", BEFORE)
