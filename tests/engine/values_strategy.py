"""Hypothesis strategies for run-time values, and what makes one valid."""

from __future__ import annotations

import math

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from app.engine.stdlib.functions import pointer
from app.engine.values import INT_MAX, INT_MIN, Char, ExclusiveRange, FnPtr, InclusiveRange, Iterator, Timestamp, Value
from tests.engine.bench import Bench, fn, method

integers = st.one_of(
    st.integers(-5, 70),
    st.sampled_from([INT_MIN, INT_MIN + 1, -(2**32), -64, 2**31, 2**32, INT_MAX - 1, INT_MAX]),
    st.integers(INT_MIN, INT_MAX),
)
floats = st.floats(allow_nan=True, allow_infinity=True)
texts = st.one_of(st.text(max_size=8), st.sampled_from(["", "abs", "a,b", " x ", "-12", "1e5", '{"a": [1, 2.5]}', "ÀßİΣ", "if"]))
chars = st.characters(exclude_categories=["Cs"]).map(Char)
blobs = st.binary(max_size=12).map(bytearray)
exclusive_ranges = st.builds(ExclusiveRange, integers, integers)
inclusive_ranges = st.builds(InclusiveRange, integers, integers)
pointers: SearchStrategy[FnPtr] = st.one_of(
    st.sampled_from(["abs", "max", "to_string", "len", "push", "nope", "is_even"]).map(pointer),
    st.sampled_from([0, 1, 2, 3]).map(lambda arity: fn(arity, lambda *args: args[0] if args else None)),
    st.sampled_from([True, False, -1, "x", 1.5]).map(lambda answer: fn(2, lambda *_args: answer)),
    st.just(method(0, lambda this: this)),
)
moments = st.floats(-1e6, 1e6).map(Timestamp)
iterators = st.sampled_from([Bench().run("bits", 5), Bench().run("chars", "aé"), Bench().run("range", 0, 9, 2)])
scalars: SearchStrategy[Value] = st.one_of(
    st.none(), st.booleans(), integers, floats, texts, chars, blobs, exclusive_ranges, inclusive_ranges, pointers, moments, iterators
)
values: SearchStrategy[Value] = st.recursive(
    scalars, lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(texts, inner, max_size=4)), max_leaves=8
)

BY_TYPE: dict[str, SearchStrategy[Value]] = {
    "()": st.none(),
    "bool": st.booleans(),
    "i64": integers,
    "f64": floats,
    "string": texts,
    "char": chars,
    "array": st.one_of(st.lists(values, max_size=5), st.lists(integers, max_size=6), st.lists(texts, max_size=6)),
    "map": st.dictionaries(texts, values, max_size=4),
    "blob": blobs,
    "range": exclusive_ranges,
    "range=": inclusive_ranges,
    "Fn": pointers,
    "timestamp": moments,
    "?": values,
}

_SIMPLE = (bytearray, ExclusiveRange, InclusiveRange, FnPtr, Timestamp, Iterator)


def is_valid(value: Value) -> bool:
    """Whether it is a run-time value through and through: i64 integers, text without surrogates, nothing foreign."""
    if value is None or type(value) is bool or type(value) in _SIMPLE:
        return not isinstance(value, Timestamp) or math.isfinite(value.seconds)
    if type(value) is int:
        return INT_MIN <= value <= INT_MAX
    if type(value) is float:
        return True
    if isinstance(value, str):
        return type(value) in (str, Char) and not any("\ud800" <= character <= "\udfff" for character in value)
    if type(value) is list:
        return all(map(is_valid, value))
    return type(value) is dict and all(type(key) is str and is_valid(key) and is_valid(item) for key, item in value.items())
