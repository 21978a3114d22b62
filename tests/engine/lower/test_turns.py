"""Operands are evaluated in turn: what was read first is kept as it was, whatever those after it store in the same variable."""

from __future__ import annotations

import pytest

from tests.engine.differential import agree

READ = ["x", "{ x }", "(x)", "x + 1", "[x]", "x ?? 7", "if x > 0 { x } else { 9 }", "`${x}`", "#{ v: x }", "y.v", "y"]
"""What is read first, of an integer ``x`` and a map ``y``."""

CHANGE = [
    "x.next()",
    "{ x += 1; x }",
    "{ x = 2; y.v = 5; x }",
    "{ y = #{ v: 6 }; 1 }",
    "f.call()",
    "y.v.next()",
    "({ x -= 1; x })",
    "0",
    "x",
]
"""What comes after it."""

USE = {
    "an item": "a[{change}] = {read};",
    "an added item": "a[{change}] += {read};",
    "an item below": "b[{change}].c = {read};",
    "an item deep below": "b[{change}][`k${{{change}}}`] = {read};",
    "an item of this": "a.put(x, y, f);",
    "an array": "a = [{read}, {change}, {read}];",
    "a map": "a = #{{ p: {read}, q: {change}, r: {read} }};",
    "a text": "a = `${{{read}}} ${{{change}}} ${{{read}}}`;",
    "arguments": "a = three(0, {read}, {change});",
    "arguments of a method": "a.insert({change}, {read}); a.insert({change}, {read}); a.splice({change}, {change}, [{read}]);",
    "arguments of a closure": "let g = |p, q| [p, q]; a = g.call({read}, {change});",
    "a comparison": "a = [{read} == {change}, {change} != {read}];",
    "a deep read": "a = m[{change}][{change}];",
    "a deep store": "m[{change}][{change}] = {read}; m[{change}][{change}] += 1;",
}


@pytest.mark.parametrize("change", CHANGE)
@pytest.mark.parametrize("use", USE)
def test_what_was_read_before_stays_as_it_was(use: str, change: str) -> None:
    for read in READ:
        statement = USE[use].format(read=read, change=change)
        source = (
            "fn next() { this += 1; this } fn three(p, q, r) { [p, q, r] } "
            f"fn put(x, y, f) {{ this[{change}] = {read}; }} "
            "let x = 0; let y = #{ v: 1 }; let a = [1, 2, 3, 4, 5, 6, 7]; let b = [#{}, #{}, #{}, #{}, #{}, #{}, #{}]; "
            "let m = [[1, 2, 3, 4, 5, 6, 7], [2, 3, 4, 5, 6, 7, 8], [3, 4, 5, 6, 7, 8, 9], [4, 5, 6, 7, 8, 9, 10]]; "
            f"let f = || 1; {statement} [x, y, a, b, m]"
        )
        assert not agree(source).is_refused


@pytest.mark.parametrize("change", ["s.next()", '{ s += "b"; s }', 's.remove("a") ?? "q"', "{ s = `${s}c`; s }", "{ s.make_upper(); s }"])
@pytest.mark.parametrize("read", ["s", "{ s }", "s + 'x'", "[s]", "s.len", "s.to_upper()"])
def test_texts_are_kept_too(read: str, change: str) -> None:
    start = 'fn next() { this += "n"; this } let s = "ab"; let m = #{ ab: "old" }; '
    for statement in (
        f"m[{change}] = {read};",
        f"m[{change}] += {read};",
        f"m.p = #{{}}; m.p[{change}] = {read};",
        f"m.p = [{read}, {change}, {read}];",
        f"m.p = {read} + {change};",
        f"m.p = `${{{read}}}${{{change}}}${{{read}}}`;",
    ):
        agree(f"{start}{statement} [s, m]")


@pytest.mark.parametrize("start", ["{ i }", "i", "(i)", "if i == 0 { i } else { 9 }", "i ?? 3"])
def test_an_index_is_kept_until_the_last_one_is_there(start: str) -> None:
    for use in (
        "m[{0}][{1}]",
        "m[{0}][{1}] = i; m",
        "m[{0}][{1}] += i; m",
        "m[i].insert({0}, {1}); m",
        "m[i].splice({0}, {1}, [i]); m",
        "s.sub_string({0}, {1})",
        "m[{0}].extract({0}, {1})",
    ):
        assert not agree('let m = [[1, 2, 3], [4, 5, 6]]; let s = "abc"; let i = 0; ' + use.format(start, "{ i += 1; i }")).is_refused
