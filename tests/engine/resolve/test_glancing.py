"""Handlers that only glance at the error get no more of it than they look at, and nobody can tell."""

from __future__ import annotations

import pytest

from app.engine import errors
from app.engine.errors import ScriptError, faults
from app.engine.parser import parse
from app.engine.resolve import resolve
from app.engine.source import Place, Source
from app.engine.stdlib import STANDARD
from tests.engine.differential import agree

FAULTS = [
    'parse_int("x")',
    "1 / z",
    "[1][z + 4]",
    '"abc"[9]',
    "#{}.a.b",
    "nope(1)",
    "read(5)",
    'throw "text"',
    "throw #{ code: 4 }",
    "throw #{ message: 4, error: 7 }",
    "throw 5",
    "throw 2.5",
    "throw",
    "[3].map(|x| x / z)",
    "late(2)",
    "1 + true",
]
"""What fails within ``try``, in the function itself and in one that it calls."""

GLANCES = [
    'if type_of(e) == "map" { n += 1; }',
    'if e.type_of() == "map" { n += 1; }',
    'if e == "text" { n += 1; } else if 5 == e { n += 2; } else if e != () { n += 4; }',
    'if type_of(e) == "map" && e.code == 4 { n += 1; }',
    'if type_of(e) == "map" && "code" in e { n += e.code; }',
    "if e?.code == 4 { n += 1; }",
    'switch e { "text" => n += 1, 5 => n += 2, () => n += 3, _ => n += 4 }',
    'switch type_of(e) { "string" => n += 1, "map" => n += 2, _ => n += 3 }',
    'if type_of(e) == "string" { n += e.len(); said += e; } else if type_of(e) == "i64" { n += e; }',
    'if "code" !in e { n += 1; }',
]
LOOKS = [
    "said += e;",
    "said += `${e}`;",
    'if type_of(e) == "map" { said += e.message; }',
    'if type_of(e) == "map" { said += e["message"]; n += e.len(); }',
    'if "error" in e { n += 1; }',
    'let key = "error"; if key in e { n += 1; }',
    "if e == #{} { n += 1; }",
    "if e?.line == 1 { n += 1; }",
    "let all = [e]; said += all;",
    'if type_of(e) == "map" { e.code = 3; n += e.len(); }',
    'e = if type_of(e) == "map" { 4 } else { e }; said += e;',
    'let f = || type_of(e) == "map" && e.len() > 0; if f.call() { n += 1; }',
    'eval("said += e;");',
    "switch e { #{} => n += 1, _ => n += 2 }",
    'if type_of(e) == "map" { throw e; }',
]


def program(fault: str, handler: str) -> str:
    """A program that fails three times, and tells all that its handler has found out."""
    return (
        'let z = 0; fn read(x) { parse_int("r" + x) } fn late(x) { if x > 1 { throw "late"; } x } let n = 0; let said = "";'
        f"for i in 0..3 {{ try {{ n += 1; {fault}; }} catch (e) {{ {handler} }} }} [n, said]"
    )


@pytest.mark.parametrize("handler", GLANCES + LOOKS)
def test_a_handler_finds_the_same_in_each_error(handler: str) -> None:
    for fault in FAULTS:
        agree(program(fault, handler))


def _glancing(source: str) -> bool:
    script, found = parse(Source(source))
    assert found == []
    return bool(resolve(script, STANDARD).glancing)


@pytest.mark.parametrize("handler", GLANCES)
def test_a_glance_is_known(handler: str) -> None:
    assert _glancing(program("read(1)", handler))


@pytest.mark.parametrize("handler", LOOKS)
def test_whatever_may_show_more_is_no_glance(handler: str) -> None:
    found = _glancing(program("read(1)", handler))
    assert not found or "eval(" in handler or "throw e" in handler


def test_a_function_of_the_scripts_own_is_no_glance() -> None:
    own = 'fn contains(m, k) { m.len() > 0 } let n = 0; try { parse_int("x") } catch (e) { if "code" in e { n += 1; } } n'
    agree(own)
    assert not _glancing(own)


def test_descriptions_have_no_other_entries() -> None:
    made: list[ScriptError] = [
        faults.function_not_found("f", []), faults.variable_not_found("v"), faults.variable_exists("v"), faults.forbidden_variable("v"),
        faults.property_not_found("p"), faults.module_not_found("m"), faults.unbound_this(), faults.mismatched_data("a", "b"),
        faults.mismatched_output("a", "b"), faults.not_iterable(), faults.unknown_getter("p", "t"), faults.unknown_setter("p", "t", "v"),
        faults.not_indexable("t", "i"), faults.not_index_assignable("t", "i", "v"), faults.array_bounds(1, 2), faults.string_bounds(1, 2),
        faults.bit_field_bounds(70), faults.arithmetic("a"), faults.operator_arithmetic("a"), faults.constant_assigned("c"),
        faults.constant_method("m"), faults.data_race("v"), faults.eval_parsing("k", "t", None),
    ]  # fmt: skip
    makers = {name for name, value in vars(faults).items() if callable(value) and value.__module__ == faults.__name__ and name[0] != "_"}
    # Texts, what others are made by, what was thrown, and what wraps.
    assert len(made) == len(makers - {"signature", "unknown_function", "dot_expression", "runtime", "in_native_call"})
    for error in made:
        for calls in ((), (errors.CallLevel("f"),)):
            error.place, error.calls = Place(1, 2), calls
            described = errors.caught(error)
            assert isinstance(described, dict)
            assert described.keys() <= errors.DESCRIBED
