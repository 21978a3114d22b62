"""Entries that a map gets before anybody could miss them; and that nobody can tell which these are."""

import pytest

from app.engine import Limits
from app.engine.fold import fold
from app.engine.parser import parse
from app.engine.resolve import resolve
from app.engine.source import Source
from app.engine.stdlib import STANDARD
from app.engine.translation import parse_limits
from tests.engine.differential import agree
from tests.engine.stopped import ran, stop_of


def completed(source: str, *, is_folded: bool) -> set[str]:
    """The keys of the entries that are taken for part of a literal."""
    script, found = parse(Source(source), parse_limits(Limits()))
    assert not found
    if is_folded:
        fold(script, Limits())
    resolution = resolve(script, STANDARD)
    keys = [key for entries in resolution.completed.values() for key in entries]
    assert len(keys) == len(resolution.completing)
    return set(keys)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("let o = #{ a: 1 }; o.b = 2; o.c = o.a + o.b; [o.b + 1, o.c, o]", {"b", "c"}),
        ("let o = #{ a: [] }; for i in 0..3 { o.a.push(i); } o.n = o.a.len(); o.t = #{ k: o.a[0] > 1 }; [o.n + 1, o.t.k, o]", {"n", "t"}),
        ("fn f(n) { let o = #{ n: n }; o.up = || { this.n += 1; this.n }; o } let p = f(1); for i in 0..3 { print(p.up()); } p.n", {"up"}),
        ("for i in 0..3 { let o = #{ a: i }; if i == 1 { continue; } o.b = i * 2; print(o.b - o.a); }", {"b"}),
        ("fn f(n) { let o = #{}; if n > 1 { return 7; } o.b = n; o } for i in 0..3 { print(f(i)); }", {"b"}),
        ("for i in 0..3 { try { let o = #{}; o.b = if i == 1 { throw 5 } else { i }; print(o.b + 1); } catch (e) { print(e); } }", {"b"}),
        (
            'let o = #{}; o.s = "x"; o.f = 1.5; o.u = (); o.l = [1]; o.c = \'c\'; for i in 0..2 { o.s += "y"; o.f += 1; o.l.push(i); } o',
            set("sfulc"),
        ),
        ("let o = #{}; o.a = 1; o.a = 'c'; for i in 0..2 { print(o.a); }", {"a"}),
        # Somebody sees the map before, or asks for the entry.
        ("let o = #{ a: 1 }; print(o); o.b = 2; o.b + 1", set()),
        ("let o = #{ a: 1 }; let p = o; o.b = 2; for i in 0..2 { print([o.b, p.b]); }", set()),
        ("let o = #{ a: 1 }; print(o.b); o.b = 2; for i in 0..2 { print(o.b + 1); }", set()),
        ("let o = #{ a: 1 }; o.b = o.b ?? 5; for i in 0..2 { print(o.b + 1); }", set()),
        ("let o = #{ a: 1 }; let n = o.len(); o.b = n; for i in 0..2 { print(o.b + 1); }", set()),
        ('let o = #{ a: 1 }; let k = "b"; print(o[k]); o.b = 1; for i in 0..2 { print(o[k]); }', set()),
        ("let o = #{ a: 1 }; let f = || o.b; print(f.call()); o.b = 5; for i in 0..2 { print(o.b); print(f.call()); }", set()),
        ("fn b() { this.b } let o = #{ a: 1 }; print(o.b()); o.b = 5; for i in 0..2 { print(o.b); }", set()),
        ("fn f(n) { let o = #{ a: n }; if n == 1 { return o; } o.b = 2; o } for i in 0..3 { let p = f(i); print(p.b); }", set()),
        ('let o = #{ a: 1 }; print(eval("o.b")); o.b = 5; o.b', set()),
        # Or the assignment doesn't come in any case.
        ("for i in 0..3 { let o = #{ a: i }; if i > 0 { o.b = 2; } print(o.b); }", set()),
        ("for i in 0..3 { let o = #{ a: i }; for j in 0..i { o.b = j; } print(o.b); }", set()),
        ("for i in 0..3 { let o = #{ a: i }; try { o.b = if i == 1 { throw 5 } else { i }; } catch { } print(o.b); }", set()),
        ("for i in 0..3 { let o = #{ a: i }; switch i { 0 => { o.b = 1; } _ => () } print(o.b); }", set()),
        # It isn't the literal's any more.
        ("for i in 0..3 { let o = #{ a: i }; o = #{}; o.b = 1; print(o.a); print(o); }", set()),
        ("let o = #{ a: #{} }; o.a.b = 2; o?.c = 3; for i in 0..2 { print(o.a.b); print(o.c); }", set()),
    ],
)
def test_entries_that_are_added_right_away_are_known(source: str, expected: set[str]) -> None:
    assert completed(source, is_folded=False) == completed(source, is_folded=True) == expected
    agree(source)


@pytest.mark.parametrize(
    ("limits", "limit"),
    [
        (Limits(max_map_size=30), "max_map_size"),
        (Limits(max_map_size=5_000, max_string_size=9_000), "max_string_size"),
        (Limits(max_memory=20_000), "max_memory"),
    ],
)
def test_a_map_that_is_completed_is_measured_all_the_same(limits: Limits, limit: str) -> None:
    entries = " ".join(f"o.k{n} = o.a;" for n in range(40))
    source = f'let a = ""; a.pad(300, "x"); for i in 0..300 {{ let o = #{{ a: a }}; {entries} print(o.len()); }}'
    typed, untyped = (stop_of(ran(source, limits=limits, is_typed=is_typed)) for is_typed in (True, False))
    assert (typed.limit, typed.place) == (limit, untyped.place)
