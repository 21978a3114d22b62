"""Arrays of records are measured by what their types tell: to the same end, at the same operation, as by walking all parts."""

import pytest

from app.engine import Limits, Outcome, Program, compile_script
from app.engine.errors import Stop
from tests.engine.differential import shown

RECORDS = {
    "numbers": "#{ n: a.len(), f: 1.5, b: true }",
    "texts": '#{ n: 1, t: "\u00e9" + a.len(), u: `${a.len()}` }',
    "maps": '#{ n: 1, m: #{ k: #{ t: "x" + a.len() }, o: 2 } }',
    "arrays": '#{ n: 1, l: [1, 2, a.len()], w: ["x", "y" + a.len()], m: #{ l: [0.5] } }',
    "rows": '#{ n: 1, r: [#{ k: a.len(), t: "\u00e9" }, #{ k: 2, t: "x" + a.len() }], m: #{ r: [#{ l: ["z", "y"], r: [#{ o: 1.5 }] }] } }',
    "tables": '[#{ k: a.len(), t: "\u00e9" }, #{ k: 2, t: "x" + a.len() }]',
}
SIZES = {
    "max_array_size": Limits(max_array_size=5_000),
    "max_map_size": Limits(max_map_size=5_000),
    "max_string_size": Limits(max_string_size=5_000),
}


def both(source: str, limits: Limits) -> list[Outcome]:
    """What comes of a program compiled with types and without."""
    programs = [compile_script(source, limits=limits, is_typed=is_typed) for is_typed in (True, False)]
    return [program.run() for program in programs if isinstance(program, Program)]


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_measuring_by_type_takes_the_operations_of_walking(record: str) -> None:
    typed, untyped = both(f"let a = []; for i in 0..3_000 {{ a.push({record}); }} a.len()", Limits(max_array_size=100_000))
    assert (shown(typed), typed.operations) == (shown(untyped), untyped.operations)
    assert typed.operations > 3_000 * 6


@pytest.mark.parametrize("limit", SIZES)
@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_measuring_by_type_stops_where_walking_does(record: str, limit: str) -> None:
    source = f"let a = []; for i in 0..6_000 {{ print(i); a.push({record}); }}"
    typed, untyped = both(source, SIZES[limit])
    assert (shown(typed), typed.operations) == (shown(untyped), untyped.operations)


def test_records_are_stopped_by_what_is_in_them() -> None:
    ends = [both(f"let a = []; loop {{ a.push({RECORDS['arrays']}); }}", limits)[0].error for limits in SIZES.values()]
    assert [end.limit for end in ends if isinstance(end, Stop)] == list(SIZES)


@pytest.mark.parametrize("limit", SIZES)
@pytest.mark.parametrize("length", [3, 300, 3_000])
def test_records_that_map_gives_are_measured_by_what_their_type_tells(length: int, limit: str) -> None:
    record = '#{ n: x, t: "\u00e9é" + x, l: ["x"] }'
    typed, untyped = both(f"let a = []; for i in 0..{length} {{ a.push(i); }} for i in 0..3 {{ a.map(|x| {record}); }} 1", SIZES[limit])
    assert (shown(typed), typed.operations) == (shown(untyped), untyped.operations)
