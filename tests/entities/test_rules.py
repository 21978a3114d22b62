"""Every kind of field: what it takes, in which form it keeps it, and what it says about the rest."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.entities import FieldKind, FieldSpec
from app.entities.rules import compile_rules

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
LINE = FieldSpec(
    "lines",
    FieldKind.LIST,
    item=FieldSpec(
        "line",
        FieldKind.OBJECT,
        fields=(FieldSpec("sku", FieldKind.TEXT, required=True), FieldSpec("price", FieldKind.DECIMAL, scale=2, minimum=0)),
    ),
)
ONE_OF_EACH = (
    FieldSpec("text", FieldKind.TEXT, max_length=5, pattern="[a-z]*"),
    FieldSpec("integer", FieldKind.INTEGER, minimum=-5, maximum=5),
    FieldSpec("decimal", FieldKind.DECIMAL, scale=2),
    FieldSpec("boolean", FieldKind.BOOLEAN),
    FieldSpec("date", FieldKind.DATE, minimum="2020-01-01"),
    FieldSpec("datetime", FieldKind.DATETIME),
    FieldSpec("choice", FieldKind.CHOICE, choices=("red", "green")),
    FieldSpec("email", FieldKind.EMAIL),
    FieldSpec("url", FieldKind.URL),
    FieldSpec("reference", FieldKind.REFERENCE, references="customer"),
    LINE,
)
RULES = compile_rules(ONE_OF_EACH)


@pytest.mark.parametrize(
    ("field", "given_value", "kept"),
    [
        ("text", "abc", "abc"),
        ("text", "", ""),
        ("integer", 5, 5),
        ("integer", 4.0, 4),
        ("decimal", 1, 1.0),
        ("decimal", 0.1 + 0.2, 0.3),
        ("decimal", -12.34, -12.34),
        ("boolean", False, False),
        ("date", "2024-02-29", "2024-02-29"),
        ("datetime", "2026-03-09T14:05:06.789Z", "2026-03-09T14:05:06.789Z"),
        ("datetime", "2026-03-09T14:05:06+02:00", "2026-03-09T12:05:06.000Z"),
        ("datetime", "2026-03-09 14:05:06.123456789z", "2026-03-09T14:05:06.123Z"),
        ("choice", "red", "red"),
        ("email", "o'brien+tag@mail.example.org", "o'brien+tag@mail.example.org"),
        ("url", "https://example.org:8443/a?b=c#d", "https://example.org:8443/a?b=c#d"),
        ("reference", "0189000000007000A000000000000000", "01890000-0000-7000-a000-000000000000"),
        ("lines", [{"sku": "a", "price": 2}], [{"sku": "a", "price": 2.0}]),
        ("lines", [], []),
    ],
)
def test_a_value_that_fits_is_kept_in_its_normal_form(field: str, given_value: Any, kept: Any) -> None:
    checked = RULES.check({field: given_value})
    assert (checked.faults, checked.data) == ((), {field: kept})
    assert type(checked.data[field]) is type(kept)


@pytest.mark.parametrize(
    ("field", "given_value", "advice"),
    [
        ("text", 7, "This is a number: send text."),
        ("text", "abcdef", "The text has 6 characters: use at most 5."),
        ("text", "ABC", "'ABC' doesn't match the pattern [a-z]*: correct it."),
        ("text", "\0", "take that out"),
        ("text", "\ud800", "take that out"),
        ("integer", 6, "6 is too large: use at most 5."),
        ("integer", 1.5, "1.5 isn't whole: send a whole number."),
        ("integer", True, "This is true or false: send a whole number."),
        ("integer", float("nan"), "send a whole number"),
        ("decimal", 0.125, "0.125 has more than 2 digits behind the point: round it."),
        ("decimal", 1e15, "too large"),
        ("decimal", float("inf"), "too large"),
        ("decimal", float("nan"), "too small"),
        ("decimal", 10**400, "too large"),
        ("decimal", "1", "This is text: send a number."),
        ("boolean", 1, "This is a number: send true or false."),
        ("date", "2023-02-29", "write it as 2027-01-31"),
        ("date", "2019-12-31", "2019-12-31 is too early: use 2020-01-01 or later."),
        ("date", "\uff12024-01-01", "write it as 2027-01-31"),
        ("datetime", "2026-03-09T14:05:06", "with a zone"),
        ("datetime", "0001-01-01T00:00:00+10:00", "with a zone"),
        ("choice", "gren", "send one of red, green. Did you mean 'green'?"),
        ("email", "nobody@", "write it as name@example.org"),
        ("email", "a" * 65 + "@example.org", "write it as name@example.org"),
        ("url", "javascript:alert(1)", "write it as https://host/path"),
        ("url", "https://", "write it as https://host/path"),
        ("url", "https://[", "write it as https://host/path"),
        ("reference", "42", "send the id of a record of type customer"),
        ("reference", 42, "send the id of a record of type customer"),
        ("lines", {}, "This is an object: send a list."),
        ("lines", [{}] * 10_001, "The list has 10001 items: use at most 10000."),
    ],
)
def test_a_value_that_does_not_fit_is_told_what_to_do(field: str, given_value: Any, advice: str) -> None:
    faults = RULES.check({field: given_value}).faults
    assert [fault.path for fault in faults] == [field]
    assert advice in faults[0].message


def test_faults_inside_a_record_name_their_path() -> None:
    checked = RULES.check({"lines": [{"sku": "a", "price": -1}, {"price": 1, "colour": "red"}, 5]})
    assert [fault.path for fault in checked.faults] == ["lines.0.price", "lines.1.colour", "lines.2"]
    assert [fault.path for fault in checked.missing] == ["lines.1.sku"]


def test_an_unknown_field_is_refused_with_the_nearest_known_one() -> None:
    (fault,) = RULES.check({"emial": "a@b.example"}).faults
    assert "Did you mean 'email'?" in fault.message


def test_null_means_that_there_is_no_value() -> None:
    rules = compile_rules((FieldSpec("name", FieldKind.TEXT, required=True), FieldSpec("note", FieldKind.TEXT)))
    checked = rules.check({"name": None, "note": None})
    assert (checked.data, [fault.path for fault in checked.missing]) == ({}, ["name"])


def test_defaults_complete_what_is_left_out_and_are_shared_by_nobody() -> None:
    rules = compile_rules((FieldSpec("tags", FieldKind.LIST, item=FieldSpec("tag", FieldKind.TEXT), default=["new"]),))
    first, second = rules.with_defaults({}), rules.with_defaults({"tags": None})
    first["tags"].append("changed")
    assert (rules.with_defaults({}), second) == ({"tags": ["new"]}, {"tags": None})


@given(st.dictionaries(st.sampled_from([spec.name for spec in ONE_OF_EACH]) | st.text(max_size=8), ANY_JSON, max_size=6))
def test_whatever_is_sent_is_kept_or_faulted_and_its_normal_form_is_stable(data: dict[str, Any]) -> None:
    checked = RULES.check(data)
    if not checked.faults and not checked.missing:
        again = RULES.check(checked.data)
        assert (again.data, again.faults) == (checked.data, ())
