"""What holds for every native and operator, whatever it is given."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine import ops, sizes
from app.engine.display import debug, display, thrown_text, to_json
from app.engine.errors import Exit, ScriptError, Stop, rendered
from app.engine.limits import Limits
from app.engine.natives import Overload
from app.engine.stdlib import STANDARD
from app.engine.values import Value, type_name
from tests.engine.bench import Bench
from tests.engine.values_strategy import BY_TYPE, is_valid, values

LIMITS = Limits(max_operations=10_000, max_string_size=2_000, max_array_size=200, max_map_size=100, max_memory=1_000_000)
OVERLOADS = sorted(STANDARD.overloads(), key=lambda overload: (overload.name, overload.params))
EXAMPLES = settings(max_examples=300, deadline=None)


def attempt(call: Callable[[], Value]) -> tuple[Value, ScriptError | Stop | None]:
    """The call's value, or the author's error it ended with; an ``exit`` counts as a value. Anything else is a bug and passes through."""
    try:
        return call(), None
    except (ScriptError, Stop) as error:
        return None, error
    except Exit as ending:
        return ending.value, None


@st.composite
def calls(draw: st.DrawFn) -> tuple[Overload, list[Value]]:
    """An overload with arguments that mostly fit it."""
    overload = draw(st.sampled_from(OVERLOADS))
    return overload, [draw(BY_TYPE[kind] if draw(st.integers(0, 9)) else values) for kind in overload.params]


@EXAMPLES
@given(calls())
def test_a_native_gives_valid_values_or_an_authors_error(call: tuple[Overload, list[Value]]) -> None:
    overload, args = call
    outcome, error = attempt(lambda: list(Bench(LIMITS).change(overload.name, *args)))
    assert is_valid(outcome)
    assert error is None or isinstance(rendered(error)["message"], str)
    elements, entries, text_bytes, _ = sizes.measure(outcome)
    assert max(elements, text_bytes) <= 8_000
    assert entries <= 400


@EXAMPLES
@given(calls())
def test_a_native_leaves_everything_but_its_receiver_alone(call: tuple[Overload, list[Value]]) -> None:
    overload, args = call
    before = [debug(arg) for arg in args]
    dispatcher = STANDARD.lookup(overload.name, len(args))
    assert dispatcher is not None
    attempt(lambda: Bench(LIMITS).run(overload.name, *args))
    first = 1 if dispatcher.mutates else 0
    callbacks = any(type_name(arg) == "Fn" for arg in args) or type_name(args[1] if len(args) > 1 else None) == "string"
    if not callbacks:
        assert [debug(arg) for arg in args[first:]] == before[first:]


@EXAMPLES
@given(st.sampled_from(sorted(ops.BINARY)), values, values)
def test_a_binary_operator_gives_a_valid_value_or_an_authors_error(op: str, a: Value, b: Value) -> None:
    operator = ops.BINARY[op]
    before = debug(a), debug(b)
    result, _ = attempt(lambda: operator.function(Bench(LIMITS), a, b) if operator.context else operator.function(a, b))
    assert is_valid(result)
    assert (debug(a), debug(b)) == before


@EXAMPLES
@given(st.sampled_from(["+", "-", "*", "/", "%", "**", "<<", ">>", "&", "|", "^"]), values, values)
def test_an_assignment_operator_gives_a_valid_value_or_an_authors_error(op: str, a: Value, b: Value) -> None:
    result, error = attempt(lambda: ops.assign(Bench(LIMITS), op, a, ops.copied(b)))
    assert is_valid(result)
    assert error is None or error.has_place


@EXAMPLES
@given(values, values, values)
def test_access_by_index_gives_valid_values_or_an_authors_error(container: Value, index: Value, value: Value) -> None:
    bench = Bench(LIMITS)
    assert is_valid(attempt(lambda: ops.get_index(bench, container, index))[0])
    changed, error = attempt(lambda: ops.set_index(bench, container, index, ops.copied(value)))
    assert is_valid(changed)
    assert error is not None or type_name(changed) == type_name(container)


@EXAMPLES
@given(values)
def test_copies_are_equal_and_independent(value: Value) -> None:
    copy = ops.copied(value)
    assert debug(copy) == debug(value)
    shown = debug(value)
    pending = [copy]
    while pending:
        part = pending.pop()
        if type(part) is list:
            pending += part
            part.append(1)
        elif type(part) is dict:
            pending += part.values()
            part["new"] = 1
        elif type(part) is bytearray:
            part.append(1)
    assert debug(value) == shown


@EXAMPLES
@given(values)
def test_every_value_can_be_shown(value: Value) -> None:
    for show in (display, debug, thrown_text, to_json):
        assert is_valid(show(value))


@EXAMPLES
@given(values)
def test_json_that_is_read_back_is_the_same(value: Value) -> None:
    bench = Bench()
    text = bench.run("to_json", {"value": value})
    again, error = attempt(lambda: bench.run("parse_json", text))
    assert is_valid(again)
    if error is None and type_name(value) in ("i64", "bool", "()", "string"):
        assert again == {"value": value}


@EXAMPLES
@given(st.text(max_size=40) | st.text(alphabet="{}[]():,\"'\\-+*/.0123456789abcdefxNul #!", max_size=40))
def test_any_text_read_as_json_gives_a_map_or_an_authors_error(text: str) -> None:
    result, error = attempt(lambda: Bench(LIMITS).run("parse_json", text))
    assert is_valid(result)
    assert error is not None or type_name(result) == "map"


@EXAMPLES
@given(values, values)
def test_order_and_equality_never_contradict(a: Value, b: Value) -> None:
    verdicts, _ = attempt(lambda: [ops.equal(Bench(), a, b), ops.less(a, b), ops.greater(a, b)])
    assert verdicts is None or [True] * 2 not in (verdicts[:2], verdicts[1:], verdicts[::2])  # type: ignore[index]  # a list
