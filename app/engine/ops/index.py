"""Reading and writing ``container[index]``.

Arrays, blobs, text and maps hold elements; an integer's bits are a field. Nothing here copies: what is read may be part of
its container, what is written must be the caller's own. Source: Rhai 1.26 ``eval/chaining.rs``, ``eval/target.rs``.
"""

from __future__ import annotations

from app.engine import errors, sizes
from app.engine.display import thrown_text
from app.engine.ops.properties import check_map_value
from app.engine.running import Runtime
from app.engine.values import INT_MAX, Char, ExclusiveRange, HostObject, InclusiveRange, Value, rust_type_name, type_name


def wrong_index(expected: str, index: Value) -> errors.ScriptError:
    """The error for an index of the wrong type; ranges show their Rust type, as in Rhai."""
    return errors.mismatched_data(expected, rust_type_name(index))


# --- reading ---------------------------------------------------------------------------------------------------


def get_index(rt: Runtime, container: Value, index: Value) -> Value:
    """``container[index]``; part of the container, not a copy.

    Raises:
        ScriptError: out of bounds, or types that don't fit.
    """
    if type(container) is list:
        return container[_element(index, len(container))]
    if type(container) is dict:
        if type(index) is str:
            return container.get(index)
        raise wrong_index("string", index)
    if type(container) is str:
        return _get_text(rt, container, index)
    if type(container) is int:
        return _get_bits(container, index)
    if type(container) is bytearray:
        return container[_element(index, len(container))]
    if isinstance(container, HostObject):
        return container.get_index(index)
    raise errors.not_indexable(type_name(container), type_name(index))


def _element(index: Value, length: int) -> int:
    if type(index) is not int:
        raise wrong_index("i64", index)
    if -length <= index < length:
        return index
    raise errors.array_bounds(length, index)


def _get_text(rt: Runtime, text: str, index: Value) -> Value:
    if type(index) is int:
        if -len(text) <= index < len(text):
            return Char(text[index])
        raise errors.string_bounds(len(text), index)
    if isinstance(index, ExclusiveRange | InclusiveRange):
        if not text:
            return ""
        start, end = _text_bounds(text, index)
        sizes.walk_text(rt, end - start)
        return text[start:end]
    raise wrong_index("i64", index)


def _text_bounds(text: str, index: ExclusiveRange | InclusiveRange) -> tuple[int, int]:
    """A range on text as a Python slice; only a negative start can be out of bounds."""
    length = len(text)
    start = index.start
    if start < 0:
        if start < -length:
            raise errors.string_bounds(length, start)
        start += length
    end = index.end if index.end >= 0 else max(index.end + length, 0)
    if type(index) is InclusiveRange:
        # A whole text is recognised before an empty span: "a"[0..=-5] still gives everything of one character.
        if start == 0 and end >= length - 1:
            return 0, length
        end = end + 1 if end > start else start
    return start, max(start, min(end, length))


def bit_span(index: ExclusiveRange | InclusiveRange) -> tuple[int, int]:
    """A range of bits as (first bit, number of bits).

    Raises:
        ScriptError: beyond the 64 bits.
    """
    start, end = index.start, index.end
    if type(index) is ExclusiveRange:
        end = 64 if end == INT_MAX else end
        last_allowed = 64
    else:
        end = 63 if end == INT_MAX else end
        last_allowed = 63
    if not 0 <= start < 64:
        raise errors.bit_field_bounds(start)
    if not 0 <= end <= last_allowed:
        raise errors.bit_field_bounds(end)
    return start, max(end - start + (last_allowed == 63), 0)


def bit_number(index: Value) -> int:
    """A bit's number from 0; negative ones count from the top.

    Raises:
        ScriptError: not an integer, or beyond the 64 bits.
    """
    if type(index) is not int:
        raise wrong_index("i64", index)
    if not -64 <= index < 64:
        raise errors.bit_field_bounds(index)
    return index & 63


def _get_bits(number: int, index: Value) -> Value:
    if isinstance(index, ExclusiveRange | InclusiveRange):
        start, count = bit_span(index)
        if count == 0:
            return 0
        if start == 0 and count == 64:
            return number
        return signed(number & field_mask(start, count)) >> start
    return bool(number >> bit_number(index) & 1)


def field_mask(start: int, count: int) -> int:
    """So many ones from that bit, cut to 64 bits."""
    return ((1 << count) - 1) << start & (2**64 - 1)


def signed(bits: int) -> int:
    """64 bits as an i64."""
    bits &= 2**64 - 1
    return bits - 2**64 if bits > INT_MAX else bits


# --- writing ---------------------------------------------------------------------------------------------------


def set_index(rt: Runtime, container: Value, index: Value, value: Value) -> Value:
    """``container[index] = value``; returns the container's new value (text and integers can't change in place).

    The caller owns ``value``.

    Raises:
        ScriptError: out of bounds, or types that don't fit.
        Stop: the container became too large.
    """
    if type(container) is list:
        container[_element(index, len(container))] = value
    elif type(container) is dict:
        if type(index) is not str:
            raise wrong_index("string", index)
        is_new = index not in container
        container[index] = value
        if is_new:
            check_map_value(rt, container)
    elif type(container) is bytearray:
        at = _element(index, len(container))
        if type(value) is not int:
            raise errors.mismatched_data("INT", type_name(value))
        container[at] = value & 0xFF
    elif isinstance(container, HostObject):
        container.set_index(index, value)
    elif type(container) is str:
        return _set_text(rt, container, index, value)
    elif type(container) is int:
        return _set_bits(container, index, value)
    else:
        raise errors.not_index_assignable(type_name(container), type_name(index), type_name(value))
    return container


def _set_text(rt: Runtime, text: str, index: Value, value: Value) -> str:
    if type(index) is int:
        if not -len(text) <= index < len(text):
            raise errors.string_bounds(len(text), index)
        if type(value) is not Char:
            raise errors.mismatched_data("char", type_name(value))
        sizes.walk_text(rt, len(text))
        # Rhai takes the distance from the end for one from the start here: s[-1] = c changes s[1].
        at = abs(index)
        return text[:at] + value + text[at + 1 :] if at < len(text) else text
    if isinstance(index, ExclusiveRange | InclusiveRange):
        return _set_slice(rt, text, index, value)
    raise wrong_index("i64", index)


def _set_slice(rt: Runtime, text: str, index: ExclusiveRange | InclusiveRange, value: Value) -> str:
    new = thrown_text(value)
    if not text:
        return new
    length = len(text)
    start = index.start
    if start < 0:
        if start < -length:
            raise errors.string_bounds(length, start)
        start += length
    end = index.end if index.end >= 0 else max(index.end + length, 0)
    rest = min(end, length) if type(index) is ExclusiveRange else min(end, length - 1) + 1
    sizes.allow_text(rt, sizes.byte_length(text) + sizes.byte_length(new))
    sizes.walk_text(rt, length + len(new))
    return text[:start] + new + text[rest:]


def _set_bits(number: int, index: Value, value: Value) -> int:
    if isinstance(index, ExclusiveRange | InclusiveRange):
        start, count = bit_span(index)
        if type(value) is not int:
            raise errors.mismatched_data("integer", type_name(value))
        mask = field_mask(start, count)
        return signed((number & ~mask) | (value << start & mask))
    bit = bit_number(index)
    if type(value) is not bool:
        raise errors.mismatched_data("bool", type_name(value))
    return signed(number | 1 << bit) if value else signed(number & ~(1 << bit))
