"""Shapes: checked whenever a variable is bound, and relied on by nothing but the types of what is there."""

from typing import Any

import pytest

from app.engine import Limits, Program, Record, Unfit, compile_script
from app.engine.values import Value

ORDER = Record({"number": str, "lines": int, "amount": float, "is_paid": bool, "more": object})
LIMITS = Limits(max_operations=100_000, max_string_size=1_000, max_array_size=1_000, max_map_size=1_000)


def _order(**changes: Any) -> dict[str, Any]:
    return {"number": "A-1", "lines": 3, "amount": 2.5, "is_paid": False, "more": [1, {"deep": [2]}], **changes}


def _program(source: str) -> Program:
    program = compile_script(source, limits=LIMITS, globals={"order": ORDER})
    assert isinstance(program, Program)
    return program


@pytest.mark.parametrize(
    "source",
    [
        "order.lines + 1",
        "order.amount = order.lines * order.amount; order",
        "order.lines = 9223372036854775807; order.lines + 1",
        "order.is_paid = !order.is_paid; order.lines = order.number; order",
        "order.lines += 0.5; order",
        "order.missing",
        "order.more.push(order.number); order",
        'order.remove("lines"); order.lines',
        "order = 5; order + 1",
        "fn hook(order) { order.total = order.amount + order.lines; order } let made = hook(order); [made, order]",
        "let f = |x| order.lines + x; order.lines = 4; f.call(1)",
        "for i in 0..3 { order.lines += i; } let keys = order.keys(); keys.sort(); [order.lines, keys]",
        "order.number.foo()",
        "order.is_paid.x = 1",
        "order + 1",
        'eval("order.lines * 2")',
        "let copy = order; copy.more[1].deep[0] = 9; [copy, order]",
    ],
)
def test_a_program_made_for_a_record_does_what_it_does_for_any_value(source: str) -> None:
    shaped = _program(source).run(bindings={"order": _order()})
    for is_typed in (True, False):
        free = compile_script(source, limits=LIMITS, globals=["order"], is_typed=is_typed)
        assert isinstance(free, Program)
        outcome = free.run(bindings={"order": _order()})
        assert (shaped.value, str(shaped.error)) == (outcome.value, str(outcome.error))
        assert shaped.operations == outcome.operations


def test_the_record_given_stays_as_it_was() -> None:
    given = _order()
    made = _program("order.lines = 7; order.more[1].deep.push(3); order").run(bindings={"order": given})
    assert given == _order()
    assert made.value == _order(lines=7, more=[1, {"deep": [2, 3]}])


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (None, "order: a dict is needed, not NoneType."),
        ([1], "order: a dict is needed, not list."),
        ({"number": "A-1"}, "order: amount is missing."),
        (_order(colour="red"), "order: there is no field colour."),
        ({**{key: value for key, value in _order().items() if key != "lines"}, "line": 1}, "order: there is no field line."),
        (_order(lines=True), "order.lines: int is needed, not bool."),
        (_order(lines=3.0), "order.lines: int is needed, not float."),
        (_order(lines=2**63), "order: an integer has more than 64 bits."),
        (_order(lines=-(2**63) - 1), "order: an integer has more than 64 bits."),
        (_order(amount=1), "order.amount: float is needed, not int."),
        (_order(number=None), "order.number: str is needed, not NoneType."),
        (_order(is_paid=0), "order.is_paid: bool is needed, not int."),
    ],
)
def test_a_value_of_another_shape_is_refused_with_what_is_wrong(value: Value, fault: str) -> None:
    program = _program("order.lines")
    with pytest.raises(Unfit) as refused:
        program.run(bindings={"order": value})
    assert str(refused.value) == fault
    assert program.run(bindings={"order": _order()}).value == 3


def test_the_smallest_and_the_largest_integer_fit() -> None:
    program = _program("order.lines")
    assert [program.run(bindings={"order": _order(lines=n)}).value for n in (-(2**63), 2**63 - 1)] == [-(2**63), 2**63 - 1]


def test_names_that_mean_something_in_python_are_names_like_others() -> None:
    record = Record({"it's": int, 'a"b\\n': str, "record": bool, "__import__('os')": float})
    program = compile_script("order.record", limits=LIMITS, globals={"order": record})
    assert isinstance(program, Program)
    assert program.run(bindings={"order": {"it's": 1, 'a"b\\n': "", "record": True, "__import__('os')": 0.5}}).value is True


def test_a_record_without_fields_takes_an_empty_map_only() -> None:
    program = compile_script("order.x = 1; order", limits=LIMITS, globals={"order": Record({})})
    assert isinstance(program, Program)
    assert program.run(bindings={"order": {}}).value == {"x": 1}
    with pytest.raises(Unfit, match="no field x"):
        program.run(bindings={"order": {"x": 1}})


def test_a_trace_of_a_program_for_records_ends_like_its_run() -> None:
    program = _program("order.lines += 1; order")
    plain, (traced, trace) = program.run(bindings={"order": _order()}), program.trace(bindings={"order": _order()})
    assert traced.value == plain.value
    assert len(trace.steps) > 1
