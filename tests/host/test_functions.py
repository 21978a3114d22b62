from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.engine.errors import InternalError, ScriptError, Stop
from app.engine.values import Value
from app.host import ABORTED, Abort, EntityProxy, EntitySnapshot, Phase, Plain, Refusal
from app.host.channel import MAX_LOG_LINE_CHARS, MAX_LOG_LINES
from tests.host.calls import Answers, call, run_with


@pytest.mark.parametrize(("name", "level"), [("log", "info"), ("log_warn", "warning"), ("log_error", "error")])
def test_a_log_line_carries_level_execution_and_script(name: str, level: str) -> None:
    run = run_with()
    call(name, "hello", run=run)
    (line,) = run.host.log_lines
    assert (line.level, line.message, line.execution_id, line.script_name) == (level, "hello", "run-7", "check deal")


def test_any_value_can_be_logged_as_print_shows_it() -> None:
    run = run_with()
    call("log", {"b": [1, 2.0], "a": None}, run=run)
    assert run.host.log_lines[0].message == '#{"a": (), "b": [1, 2.0]}'


def test_a_run_keeps_a_bounded_log_and_counts_the_rest() -> None:
    run = run_with()
    for _ in range(MAX_LOG_LINES + 5):
        call("log", "x" * (MAX_LOG_LINE_CHARS + 1), run=run)
    assert len(run.host.log_lines) == MAX_LOG_LINES
    assert run.host.dropped_log_lines == 5
    assert len(run.host.log_lines[0].message) == MAX_LOG_LINE_CHARS


def test_abort_ends_the_run_with_its_reason_and_is_no_error_that_catch_sees() -> None:
    with pytest.raises(Abort) as caught:
        call("abort", "too cheap")
    assert (caught.value.reason, caught.value.kind) == ("too cheap", ABORTED)
    assert isinstance(caught.value, Stop)
    assert not isinstance(caught.value, Exception)


@pytest.mark.parametrize(("value", "expected"), [("ann@example.com", True), ("ann", False), (None, False), (5, False)])
def test_validate_email_takes_any_value(value: Value, expected: bool) -> None:
    assert call("validate_email", value) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, False), ("", False), (" \t", False), ([], False), ({}, False), ("x", True), (0, True), (False, True), ([None], True)],
)
def test_validate_required_wants_a_value_that_is_not_blank(value: Value, expected: bool) -> None:
    assert call("validate_required", value) is expected


@pytest.mark.parametrize(
    ("name", "value", "bound", "expected"),
    [
        ("validate_min_length", "åb", 2, True),
        ("validate_min_length", "a", 2, False),
        ("validate_min_length", [1, 2], 2, True),
        ("validate_min_length", None, 0, False),
        ("validate_max_length", "åb", 2, True),
        ("validate_max_length", "abc", 2, False),
        ("validate_max_length", [1], 0, False),
        ("validate_max_length", None, 5, False),
    ],
)
def test_lengths_count_characters_or_items(name: str, value: Value, bound: int, expected: bool) -> None:
    assert call(name, value, bound) is expected


@pytest.mark.parametrize(
    ("value", "low", "high", "expected"),
    [
        (1, 1, 5, True),
        (5, 1, 5, True),
        (6, 1, 5, False),
        (0.5, 0, 1, True),
        (1, 0.5, 0.9, False),
        (float("nan"), 0, 1, False),
        (None, 0, 1, False),
    ],
)
def test_validate_range_includes_both_bounds_and_mixes_numbers(value: Value, low: Value, high: Value, expected: bool) -> None:
    assert call("validate_range", value, low, high) is expected


def test_validate_range_of_text_is_no_such_function() -> None:
    with pytest.raises(ScriptError, match="Function not found: validate_range"):
        call("validate_range", "5", 1, 9)


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ((1234,), "1,234.00"),
        ((1234.5,), "1,234.50"),
        ((2.675,), "2.68"),
        ((-0.001,), "0.00"),
        ((-1234567.895,), "-1,234,567.90"),
        ((1234.5, "EUR"), "1,234.50 EUR"),
        ((1234.5, "JPY"), "1,235 JPY"),
        ((1.2345, "KWD"), "1.235 KWD"),
        ((9223372036854775807,), "9,223,372,036,854,775,807.00"),
    ],
)
def test_money_has_thousands_separators_and_its_currencys_decimals(args: tuple[Value, ...], expected: str) -> None:
    assert call("format_money", *args) == expected


@pytest.mark.parametrize("amount", [float("nan"), float("inf"), -1e300])
def test_what_is_no_amount_is_refused(amount: float) -> None:
    with pytest.raises(ScriptError, match="is no amount of money"):
        call("format_money", amount)


def test_a_malformed_currency_is_refused() -> None:
    with pytest.raises(ScriptError, match="'eur' is no currency code"):
        call("format_money", 1, "eur")


@pytest.mark.parametrize(("value", "expected"), [(None, True), (0, False), (False, False)])
def test_is_empty_adds_unit_and_scalars_to_the_languages_own(value: Value, expected: bool) -> None:
    assert call("is_empty", value) is expected


@pytest.mark.parametrize(("values", "expected"), [((None, 0, 1), 0), ((None, None), None), (("a",), "a"), ((False, True), False)])
def test_coalesce_gives_the_first_value_that_is_not_unit(values: tuple[Value, ...], expected: Value) -> None:
    assert call("coalesce", *values) == expected


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(0, "1970-01-01T00:00:00.000Z"), (1_773_065_106_789, "2026-03-09T14:05:06.789Z"), (-1, "1969-12-31T23:59:59.999Z")],
)
def test_now_is_what_the_host_says_as_utc_text(milliseconds: int, text: str) -> None:
    assert call("now", run=run_with(Answers(now=milliseconds))) == text


def test_a_host_call_passes_its_arguments_as_plain_data() -> None:
    answers = Answers(find=[{"id": "1"}])
    assert call("find", "deal", {"open": True}, run=run_with(answers)) == [{"id": "1"}]
    assert answers.asked == [("find", ("deal", {"open": True}))]


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("http_get", ("https://x",)),
        ("http_get", ("https://x", {"a": "b"})),
        ("http_post", ("https://x", "body")),
        ("http_post", ("https://x", {"a": 1}, {"h": "v"})),
        ("http_request", ("PUT", "https://x", None, {})),
        ("get", ("deal", "1")),
        ("count", ("deal",)),
        ("save", ("deal", {"id": "1"})),
        ("secret", ("token",)),
    ],
)
def test_each_outward_helper_asks_the_host_under_its_own_name(name: str, args: tuple[Value, ...]) -> None:
    answers = Answers(**{name: "answer"})
    run = run_with(answers)
    assert call(name, *args, run=run) == "answer"
    assert answers.asked == [(name, args)]
    assert run.charged > 0


def test_a_refusal_is_an_error_the_script_can_catch_with_its_code() -> None:
    class Refusing:
        def call(self, name: str, args: Sequence[Plain]) -> Plain:
            raise Refusal("http.blocked", "10.0.0.1 is a private address")

    with pytest.raises(ScriptError, match=r"http_get: 10\.0\.0\.1 is a private address") as caught:
        call("http_get", "http://10.0.0.1", run=run_with(Refusing()))
    assert caught.value.value == {"error": "http.blocked", "message": "10.0.0.1 is a private address", "call": "http_get"}


def entity() -> EntityProxy:
    return EntityProxy("deal", "d-1", {"name": "x", "amount": 1, "gone": True})


def test_the_entitys_methods_tell_fields_and_changes() -> None:
    deal = entity()
    run = run_with(phase=Phase.BEFORE)
    deal.set_property("amount", 2)
    assert call("remove", deal, "gone", run=run) is True
    assert call("contains", deal, "gone", run=run) is False
    assert call("keys", deal, run=run) == ["amount", "name"]
    assert call("to_map", deal, run=run) == {"amount": 2, "name": "x"}
    assert call("changes", deal, run=run) == {"amount": 2, "gone": None}
    assert call("is_changed", deal, "amount", run=run) is True
    assert call("original", deal, "amount", run=run) == 1


def test_asking_for_changes_leaves_them_for_the_host() -> None:
    deal = entity()
    deal.set_property("amount", 2)
    call("changes", deal)
    assert deal.take_changes().fields == {"amount": 2}


def test_the_entity_before_has_the_same_methods_but_cannot_be_changed() -> None:
    before = EntitySnapshot("deal", "d-1", {"name": "x"})
    assert call("changes", before) == {}
    assert call("is_changed", before, "name") is False
    assert call("original", before, "name") == "x"
    with pytest.raises(ScriptError, match="as it was before the save"):
        call("remove", before, "name")


def test_a_clock_that_answers_nonsense_is_our_bug_not_the_authors() -> None:
    with pytest.raises(InternalError, match="not whole milliseconds"):
        call("now", run=run_with(Answers(now="soon")))
