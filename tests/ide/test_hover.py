from __future__ import annotations

import pytest

from app.engine.source import Span
from app.host import Phase
from app.ide.context import Context
from app.ide.hover import hover
from tests.ide.caret import BEFORE, split


def code(marked: str, context: Context = BEFORE) -> tuple[str, ...]:
    found = hover(*split(marked), context)
    return () if found is None else found.code


def test_a_variable_tells_what_it_is_and_its_type() -> None:
    assert code("let to¦tal = 1; print(total);") == ("variable total: i64",)
    assert code("const A = 1.5; print(¦A);") == ("constant A: f64",)
    assert code("fn f(a) { a¦ }") == ("parameter a: any",)


def test_a_host_variable_tells_what_it_is_for() -> None:
    found = hover(*split("print(enti¦ty);"), BEFORE)
    assert found is not None
    assert found.code == ("host variable entity: entity",)
    assert "being saved" in found.doc


def test_a_field_tells_its_type_and_description() -> None:
    found = hover(*split("entity.amo¦unt"), BEFORE)
    assert found is not None
    assert (found.code, found.doc) == (("field amount: f64",), "What it costs.")


def test_a_field_of_a_field_is_told() -> None:
    assert code("entity.address.ci¦ty") == ("field city: string",)


def test_a_method_is_told_for_the_type_it_is_called_on() -> None:
    assert code('"a b".spl¦it(" ")')[0].startswith("string.split(")


def test_a_helper_shows_its_signature_and_doc() -> None:
    found = hover(*split("ab¦ort(1)"), BEFORE)
    assert found is not None
    assert found.code[0].startswith("abort(")
    assert found.doc


def test_a_function_of_the_script_shows_its_parameters_and_doc_comment() -> None:
    found = hover(*split("/// Adds tax.\nfn tax(amount, rate) { amount * rate }\nt¦ax(1, 2)"), Context())
    assert found is not None
    assert (found.code, found.doc) == (("tax(amount, rate)",), "Adds tax.")


def test_a_function_of_the_language_is_told() -> None:
    assert code("type¦_of(1)") == ("type_of(value) -> string",) or code("type¦_of(1)")[0].startswith("type_of(")
    assert code("is_def_v¦ar(1)") == ("is_def_var(name: string) -> bool",)


def test_a_property_of_a_value_is_told() -> None:
    assert code('"abc".le¦n') == ("property len: i64",)


@pytest.mark.parametrize("marked", ["¦", "1 ¦+ 2", "// to¦tal", "nobody¦", "entity.unkn¦own", "", "/* a¦ */"])
def test_where_there_is_nothing_to_say_nothing_is_said(marked: str) -> None:
    assert code(marked) == ()


def test_the_span_is_that_of_the_name() -> None:
    found = hover("print(entity);", 8, BEFORE)
    assert found is not None
    assert found.span == Span(6, 12)


def test_a_variable_of_another_phase_is_not_known() -> None:
    assert code("para¦ms", BEFORE) == ()
    assert code("para¦ms", Context(phase=Phase.MANUAL)) == ("host variable params: map",)
