from __future__ import annotations

import pytest

from app.host import Phase
from app.ide.complete import Completion, CompletionKind, Completions, complete
from app.ide.context import Context
from tests.ide.caret import BEFORE, split


def offered(marked: str, context: Context = BEFORE) -> dict[str, Completion]:
    return {item.label: item for item in at(marked, context).items}


def at(marked: str, context: Context = BEFORE) -> Completions:
    return complete(*split(marked), context)


def fields(marked: str, context: Context = BEFORE) -> list[str]:
    return [item.label for item in at(marked, context).items if item.kind is CompletionKind.FIELD]


def locals_at(marked: str, context: Context | None = None) -> set[str]:
    kinds = (CompletionKind.VARIABLE, CompletionKind.CONSTANT)
    return {item.label for item in complete(*split(marked), context or Context()).items if item.kind in kinds}


def test_behind_the_entitys_dot_come_its_fields_first() -> None:
    assert at("entity.¦").items[:2] == (
        Completion("id", CompletionKind.FIELD, "string"),
        Completion("entity_type", CompletionKind.FIELD, "string"),
    )
    assert fields("entity.am¦") == ["id", "entity_type", "amount", "lines", "address"]


def test_a_field_tells_its_type_and_description() -> None:
    assert offered("entity.¦")["amount"] == Completion("amount", CompletionKind.FIELD, "f64", "What it costs.")


@pytest.mark.parametrize("marked", ["entity.address.¦", "entity?.address?.ci¦", 'entity["address"].¦', "if entity.address.¦ { 1 }"])
def test_fields_of_a_field_are_offered_behind_it(marked: str) -> None:
    assert fields(marked) == ["city", "zip"]


@pytest.mark.parametrize("marked", ['entity["¦"]', 'entity["am¦', 'entity.is_changed("¦")', 'entity.original("¦'])
def test_a_string_that_names_a_field_offers_fields(marked: str) -> None:
    assert "amount" in fields(marked)


@pytest.mark.parametrize("marked", ['let a = "entity.¦"', "// entity.¦", "/* entity.¦ */", "let ¦", "fn na¦", '"am¦', "12¦", "for it¦"])
def test_where_text_or_a_new_name_is_written_nothing_is_offered(marked: str) -> None:
    assert at(marked).items == ()


def test_inside_an_interpolation_there_is_code() -> None:
    assert "city" in fields("let s = `to ${entity.address.¦}`;")


def test_what_is_typed_already_is_to_be_replaced() -> None:
    assert at("let total = 1;\nprint(tot¦al)").start == len("let total = 1;\nprint(")


def test_a_method_is_offered_for_the_types_that_have_it() -> None:
    assert {"to_upper", "len"} <= offered('"text".¦').keys()
    assert "push" not in offered('"text".¦')
    assert "push" in offered("let items = [1, 2];\nitems.¦")
    assert "to_upper" not in offered("let items = [1, 2];\nitems.¦")
    assert "is_changed" in offered("entity.¦")
    assert "is_changed" not in offered("[1].¦")


def test_behind_a_call_come_the_methods_of_its_result() -> None:
    assert "push" in offered('"a,b".split(",").¦')
    assert "to_upper" not in offered('"a,b".split(",").¦')
    assert "push" in offered('"a b".split().¦')


def test_behind_a_value_of_unknown_type_every_method_is_offered() -> None:
    assert {"push", "to_upper"} <= offered("fn f(x) { x.¦ }").keys()


def test_a_methods_call_is_written_with_places_for_its_arguments() -> None:
    assert offered('"a".¦')["starts_with"].insert.startswith("starts_with(${")
    assert offered('"a".¦')["split"].insert == "split(${})"


def test_the_phases_helpers_are_offered_and_no_others() -> None:
    assert offered("¦")["abort"].kind is CompletionKind.HELPER
    manual = offered("¦", Context(phase=Phase.MANUAL))
    assert "abort" not in manual or manual["abort"].kind is CompletionKind.HELPER
    assert "http_get" not in offered("¦")
    assert any(name.startswith("http") for name in manual)


def test_host_variables_are_those_of_the_phase() -> None:
    assert "entity" in locals_at("¦", BEFORE)
    assert "params" not in locals_at("¦", BEFORE)
    assert "params" in locals_at("¦", Context(phase=Phase.MANUAL))


def test_names_are_offered_from_their_declaration_to_the_end_of_their_block() -> None:
    assert locals_at("let a = 1;\nif true { const B = 2; ¦ }\nlet c = 3;") == {"a", "B"}
    assert locals_at("if true { let b = 2; }\n¦") == set()


def test_a_function_sees_its_parameters_but_nothing_around_it() -> None:
    assert locals_at("let outer = 1;\nfn f(a, b) { let c = 1; ¦ }") == {"a", "b", "c"}
    assert "entity" not in locals_at("fn f(a) { ¦ }", BEFORE)
    assert "entity" not in locals_at("fn f() { ¦ }", BEFORE)


def test_a_closure_sees_what_surrounds_it() -> None:
    assert locals_at("let outer = 1;\nouter.map(|it, at| ¦)") == {"outer", "it", "at"}
    assert locals_at("[1].map(|it| it + 1, ¦)") == set()


def test_loops_and_catches_bring_their_variables() -> None:
    assert locals_at("for (item, index) in items { ¦ }") == {"item", "index"}
    assert locals_at("try { } catch (error) { ¦ }") == {"error"}
    assert locals_at("for item in ¦") == set()


@pytest.mark.parametrize(
    "marked",
    ["fn f(a) { let b = 2; a.¦", "fn f(a) {\n let b = 2;\n if a { b + ¦\n}\nlet c = 1;", "fn f(a) { let b = (a; ¦"],
)
def test_a_script_that_is_broken_behind_the_cursor_still_knows_its_names(marked: str) -> None:
    text, offset = split(marked)
    text, offset = text[:offset].rstrip(".") + " ", offset
    assert {"a", "b"} <= {item.label for item in complete(text, min(offset, len(text))).items}


def test_own_functions_hide_the_librarys() -> None:
    functions = [item for item in at("fn round(a) { a }\nrou¦").items if item.label == "round"]
    assert [(item.kind, item.detail) for item in functions] == [(CompletionKind.FUNCTION, "round(a)")]


def test_snippets_come_where_a_statement_may_begin() -> None:
    assert offered("let a = 1;\n¦")["for"].kind is CompletionKind.SNIPPET
    assert "for" not in offered("let a = ¦")


def test_an_offset_outside_the_text_is_taken_to_its_end() -> None:
    assert "city" in [item.label for item in complete("entity.address.", 99, BEFORE).items]
    assert complete("let", -5, BEFORE).start == 0
