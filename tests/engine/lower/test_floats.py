"""Floats compared in line: at the epsilon, at both ends of what is moderate, at infinity, and beside integers, as Rhai compares them."""

from __future__ import annotations

import pytest

from tests.engine.differential import agree

FLOATS = [
    *("0.0", "-0.0", "1.0", "1.0000000000000002", "0.9999999999999999", "0.1 + 0.2", "0.3", "1e-16", "3e-16", "5e-324", "1e-300"),
    *("1e-4", "0.00010000001", "1e11", "100000000000.00002", "-1e11", "1e15", "1e200", "1e201", "1e300", "-1e300", "1e308"),
    *("9007199254740992.0", "1.0 / 0.0", "-1.0 / 0.0", "0.0 / 0.0", "2.5", "-3.25"),
]
INTEGERS = ["3", "-7", "0", "9007199254740993", "9223372036854775807", "-9223372036854775808"]
LITERALS = [*(text for text in FLOATS if "+" not in text and "/" not in text), *INTEGERS]
OPERATORS = ["<", "<=", ">", ">=", "==", "!="]


def shown(*comparisons: str) -> str:
    """Statements that write down what comparisons say, as conditions and as values."""
    return " ".join(f"s += if {each} {{ 't' }} else {{ 'f' }}; let q = {each}; s += q;" for each in comparisons)


@pytest.mark.parametrize("op", OPERATORS)
def test_floats_beside_floats_and_integers(op: str) -> None:
    beside = shown(f"x {op} y", f"x - 1.5 {op} y * 2.0")
    agree(f'let a = [{", ".join(FLOATS)}]; let s = ""; for x in a {{ for y in a {{ {beside} }} }} s')
    mixed = shown(f"x {op} y", f"y {op} x", f"x + y {op} x", f"y + 1 {op} x") if op in ("==", "!=") else shown(f"x {op} y", f"y {op} x")
    agree(f'let a = [{", ".join(FLOATS)}]; let b = [3, -7, 0, 9007199254740993]; let s = ""; for x in a {{ for y in b {{ {mixed} }} }} s')


@pytest.mark.parametrize("op", OPERATORS)
@pytest.mark.parametrize("literal", LITERALS)
def test_floats_beside_what_is_written_down(literal: str, op: str) -> None:
    beside = shown(f"x {op} {literal}", f"{literal} {op} x", f"x + 1.5 {op} {literal}")
    agree(f'let a = [{", ".join(FLOATS)}]; let s = ""; for x in a {{ {beside} }} s')
    # Of unknown type, and certainly no float.
    unknown = shown(f"x {op} {literal}", f"x - 2 {op} {literal}")
    agree(f'fn f(x) {{ let s = ""; {unknown} s }} let s = ""; for x in [1, 2.5, 3, 0.0, {literal}] {{ s += f(x); }} s')
    counted = shown(f"l.len() + 1 {op} {literal}")
    agree(f'let s = ""; for l in [[1], [2.5, 3], []] {{ {counted} }} s')


@pytest.mark.parametrize("op", OPERATORS)
def test_floats_that_may_not_be_there(op: str) -> None:
    tried = " ".join(f"try {{ {shown(f'm[k] {op} {other}')} }} catch (e) {{ print(e); }}" for other in ("m[j]", "m[j] + 1.0"))
    agree(f'let m = #{{ a: 1.5, b: 2.5 }}; let s = ""; for k in ["a", "b", "c"] {{ for j in ["a", "b", "c"] {{ {tried} }} }} s')
