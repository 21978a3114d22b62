"""A way is only looked at again if something that it read has changed. So nothing may come out of one that is looked at once more."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given

from app.engine import compile_script
from app.engine.infer import program, ways
from app.engine.infer.expressions import Expressions
from tests.engine.infer.test_methods import SOURCES as METHODS
from tests.engine.infer.test_pointers import SOURCES as POINTERS
from tests.engine.programs import programs

ORDERS = [
    # Each is told something in the second round or later that is only known in the first after it was asked for.
    "fn first() { second() } fn second() { third() } fn third() { 1 } fn shown() { let x = first(); x } shown() + 1",
    "fn down(x) { up(x) } fn up(y) { if y > 9 { 0.5 } else { down(y + 1) } } let t = down(1); let s = [t]; s[0]",
    "let a = []; let f = || a[0]; let g = || f.call(); let b = g.call(); a.push(1); b",
    "let f = |x| x; let g = |y| f.call(y); let a = g.call(1); let b = f.call('c'); [a, b]",
    "let x = 1; let y = x; let z = y; for i in 0..3 { y = z; z = x; x = 0.5; } [x, y, z]",
    "let o = #{ n: 0, get: || this.n, put: |v| this.n = v }; let r = o.get(); o.put('c'); r",
    "fn get() { this.n } fn put(v) { this.n = v; } let o = #{ n: 0 }; let r = o.get(); o.put('c'); r",
    "let total = [1, 2].reduce(|all, v| all * v + 1, 2); let t = total; t * t",
]


def assert_settled(source: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Looks at all ways once more when inference is done with a program; gives how many there were."""
    looked = 0

    def follow(every: Sequence[ways.Way], found: Expressions, **rounds: Any) -> bool:
        nonlocal looked
        is_done = ways.follow(every, found, **rounds)
        for way in every if is_done else ():
            looked += 1
            way()
            assert not found.changes, way
        return is_done

    with monkeypatch.context() as patch:
        patch.setattr(program, "follow", follow)
        compile_script(source)
    return looked


@pytest.mark.parametrize("source", [*ORDERS, *POINTERS, *METHODS])
def test_nothing_comes_out_of_a_way_that_is_looked_at_again(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = assert_settled(source, monkeypatch)
    assert looked or source not in ORDERS


@given(source=programs())
def test_nor_does_it_in_random_programs(source: str) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        assert_settled(source, monkeypatch)


def test_most_ways_are_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    counts: dict[int, int] = {}

    def follow(every: Sequence[ways.Way], found: Expressions, **rounds: Any) -> bool:
        def counted(at: int, way: ways.Way) -> ways.Way:
            def look() -> None:
                counts[at] = counts.get(at, 0) + 1
                way()

            return look

        return ways.follow([counted(at, way) for at, way in enumerate(every)], found, **rounds)

    monkeypatch.setattr(program, "follow", follow)
    compile_script("".join([f"let a{n} = {n}; let b{n} = a{n} * 2; " for n in range(50)]) + "let sum = 1; while sum < 9 { sum = sum * 3; }")
    assert list(counts.values()).count(1) == 101
    assert len(counts) == 102
