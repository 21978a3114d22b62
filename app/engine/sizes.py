"""How much a value holds, when that is too much, and what walking it costs.

The operation model for size-heavy natives, in one place: the real Rhai counts one operation for a native call and one
per call-back, however much the native walks. We count the same, and on top of it

- one operation per 64 elements walked beyond the first ``FREE_STEPS`` of a call (sort, search, copy, compare, ...); an
  element written as text counts as four,
- one operation per 4,096 characters walked beyond the first ``FREE_CHARACTERS`` (concatenate, replace, split, ...),

so that the time of an operation is bounded, and programs with arrays of ordinary size count as in Rhai.

Size limits count as Rhai does: all elements of nested arrays and bytes of blobs together, all map entries together, all
strings' UTF-8 bytes together. Natives check before they allocate. A container that grows one element at a time is
measured as a whole only once or twice in each doubling (Rhai measures it each time, which makes building it quadratic);
its own length is checked each time. A literal of containers, none of which is long, is measured as long as the run has
made more, small copies included, than was measured so, and nothing is charged for that; one that can't nest further, by its
type, isn't.

Memory is accounted for where data grows, by the estimates below; nothing is credited back. What is only rearranged or
short-lived (a small copy, a small joined text) isn't counted: size limits bound what can be kept of it.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any, Final

from app.engine import errors
from app.engine.limits import Limits
from app.engine.running import Runtime
from app.engine.values import UNBOUND, Char, Value

MOST_BYTES_OF_CHARACTER: Final = 4
"""In UTF-8."""

FREE_STEPS: Final = 1024
FREE_CHARACTERS: Final = 65_536

ELEMENT_BYTES: Final = 32
ENTRY_BYTES: Final = 128
TEXT_BYTES: Final = 32
"""Of a short text in a container, besides its place there and its characters."""

MOST_ELEMENTS: Final = 2**26
MOST_BYTES: Final = 2**30
"""What a single call may make at most, even where nothing is limited: the machine must survive ``blob(10 ** 18)``."""

SMALL_BYTES: Final = 4096
"""Copies up to this size aren't accounted for."""

_EXACT_LENGTH: Final = 64
_HALF_WAY: Final = frozenset({96, 192})
"""Lengths between doublings at which a growing container is measured too."""

FEW: Final = 4
"""So many small records together needn't be measured."""
FEW_TEXTS: Final = 64
FEW_CHARACTERS: Final = 1_024
"""So many texts, with so many characters together, are within all limits that aren't small, and cost nothing to walk."""
SHORT_TEXT: Final = 64
SHORT_SUM: Final = 256
"""A text up to this length that something is added to is usually a new one each time; a longer one is usually being built."""
_RECORD: Final = 16
SHORT_PART: Final = 64
"""A container that holds a longer one is measured whenever it is made."""


def walk(rt: Runtime, steps: int) -> None:
    """Charges for walking that many elements."""
    if steps > FREE_STEPS:
        rt.charge((steps - FREE_STEPS) >> 6)


def walk_text(rt: Runtime, characters: int) -> None:
    """Charges for walking that many characters."""
    if characters > FREE_CHARACTERS:
        rt.charge((characters - FREE_CHARACTERS) >> 12)


def byte_length(text: str) -> int:
    """The text's length in UTF-8."""
    return len(text) if text.isascii() else len(text.encode())


def text_exceeds(text: str, maximum: int) -> bool:
    """Whether the text is longer than so many bytes; looks at the text only where its length leaves a doubt."""
    length = len(text)
    if length > maximum:
        return True
    return length * 4 > maximum and not text.isascii() and len(text.encode()) > maximum


def measure(value: Value) -> tuple[int, int, int, int]:
    """Array elements and blob bytes, map entries, string bytes, and the steps it took to find out; nested values included."""
    if type(value) is str:
        return 0, 0, byte_length(value), 0
    if type(value) is bytearray:
        return len(value), 0, 0, 0
    return _contents(value) if type(value) is list or type(value) is dict else (0, 0, 0, 0)


def _contents(value: list[Value] | dict[str, Value]) -> tuple[int, int, int, int]:
    """The same for an array or a map."""
    elements = entries = text_bytes = blob_bytes = 0
    if type(value) is list and len(value) > _FLAT and set(map(type, value)) == {str}:
        return len(value), 0, bytes_of(value), len(value)  # type: ignore[arg-type]  # texts by the test
    pending: list[Any] = [value]
    # One loop over all parts: passes in C over each level of nesting take longer for what is small, and as long for what isn't.
    for container in pending:  # grows while it is walked
        if type(container) is dict:
            entries += len(container)
            container = container.values()
        else:
            elements += len(container)
        for part in container:
            kind = type(part)
            if kind is int:
                pass
            elif kind is str:
                text_bytes += len(part) if part.isascii() else len(part.encode())
            elif kind is dict or kind is list:
                pending.append(part)
            elif kind is bytearray:
                blob_bytes += len(part) + 1
    return elements + blob_bytes, entries, text_bytes, elements + entries


_FLAT: Final = 16
"""Longer arrays of texts are measured by passes in C."""


def bytes_of(texts: list[str]) -> int:
    """The lengths of all texts in UTF-8."""
    return sum(map(len, texts)) if all(map(str.isascii, texts)) else sum(map(byte_length, texts))


FLAT: Final = frozenset({int, float, bool, Char, type(None)})
"""What holds nothing that would have to be measured."""
MEASURED: Final = frozenset({list, dict, str, bytearray})
_HOLDING: Final = frozenset({list, dict, bytearray})


def check(rt: Runtime, value: Value) -> None:
    """Measures the value against the limits.

    Raises:
        Stop: it is too large.
    """
    limits = rt.limits
    if not limits.has_data_sizes:
        return
    kind = type(value)
    if kind is str:
        check_text(rt, value)  # type: ignore[arg-type]  # its type was just tested
    elif kind in MEASURED:
        elements, entries, text_bytes, steps = measure(value)
        walk(rt, steps)
        check_sizes(limits, elements, entries, text_bytes)


def check_unpaid(rt: Runtime, value: list[Value] | dict[str, Value]) -> int:
    """``check`` for a container, at no charge; gives the bytes that it holds besides texts.

    Raises:
        Stop: it is too large.
    """
    elements, entries, text_bytes, _ = _contents(value)
    check_sizes(rt.limits, elements, entries, text_bytes)
    return elements * ELEMENT_BYTES + entries * ENTRY_BYTES


def check_texts(rt: Runtime, array: list[Any]) -> None:
    """``check`` for an array of texts.

    Raises:
        Stop: it is too large, or they are together.
    """
    limits = rt.limits
    if limits.has_data_sizes:
        size_bytes = bytes_of(array) if limits.max_string_size else 0
        walk(rt, len(array))
        check_sizes(limits, len(array), 0, size_bytes)


def check_sizes(limits: Limits, elements: int, entries: int, text_bytes: int) -> None:
    """Compares measured sizes with the limits.

    Raises:
        Stop: one is too large.
    """
    if limits.max_string_size and text_bytes > limits.max_string_size:
        raise errors.string_too_large(limits.max_string_size)
    if limits.max_array_size and elements > limits.max_array_size:
        raise errors.array_too_large(limits.max_array_size)
    if limits.max_map_size and entries > limits.max_map_size:
        raise errors.map_too_large(limits.max_map_size)


def check_text(rt: Runtime, text: str) -> None:
    """Measures one string.

    Raises:
        Stop: it is too long.
    """
    maximum = rt.limits.max_string_size
    if maximum and len(text) * 4 > maximum and text_exceeds(text, maximum):
        raise errors.string_too_large(maximum)


def allow_text(rt: Runtime, size_bytes: int) -> None:
    """Called before a string of that size is made.

    Raises:
        Stop: it would be too long.
    """
    maximum = rt.limits.max_string_size or MOST_BYTES
    if size_bytes > maximum:
        raise errors.string_too_large(maximum)
    rt.grow(size_bytes)


def allow_joined(rt: Runtime, first: str, second: str) -> None:
    """Called before two texts are joined: checks the size, charges, and accounts for what the second adds to the first.

    Raises:
        Stop: the text would be too long.
    """
    length = len(first) + len(second)
    maximum = rt.limits.max_string_size or MOST_BYTES
    if length * 4 > maximum:
        size = byte_length(first) + byte_length(second)
        if size > maximum:
            raise errors.string_too_large(maximum)
    if length > SMALL_BYTES:
        rt.grow(len(second))
        walk_text(rt, length)


def allow_shown(rt: Runtime, value: Value) -> None:
    """Called before a value is written as text: charges and accounts for what that may take."""
    if type(value) in MEASURED:
        elements, entries, text_bytes, steps = measure(value)
        walk(rt, steps * 4 + (elements >> 2))
        walk_text(rt, text_bytes)
        grow_copy(rt, (elements + entries) * 4 + text_bytes)


def grow_copy(rt: Runtime, size_bytes: int) -> None:
    """Accounts for a copy, if it is large."""
    if size_bytes > SMALL_BYTES:
        rt.grow(size_bytes)


def allow_elements(rt: Runtime, length: int, added: int) -> None:
    """Called before an array grows to ``length`` elements by ``added``.

    Raises:
        Stop: it would be too large.
    """
    maximum = rt.limits.max_array_size or MOST_ELEMENTS
    if length > maximum:
        raise errors.array_too_large(maximum)
    rt.grow(added * ELEMENT_BYTES)


def allow_bytes(rt: Runtime, length: int, added: int) -> None:
    """Called before a blob grows to ``length`` bytes by ``added``.

    Raises:
        Stop: it would be too large.
    """
    maximum = rt.limits.max_array_size or MOST_BYTES
    if length > maximum:
        raise errors.array_too_large(maximum)
    rt.grow(added)
    walk_text(rt, added)


def is_flat(value: Value) -> bool:
    """Whether a value is an atom, a short text, or a small record or array of such."""
    if type(value) is str:
        return len(value) <= SHORT_TEXT
    if type(value) is not dict and type(value) is not list:
        return type(value) is not bytearray
    if len(value) > _RECORD:
        return False
    for inner in value if isinstance(value, list) else value.values():
        kind = type(inner)
        if kind in _HOLDING or (kind is str and len(inner) > SHORT_TEXT):
            return False
    return True


def grow_step(rt: Runtime, container: list[Value] | dict[str, Value]) -> None:
    """Accounts for the last 64 elements or entries.

    Short texts, and what is short-lived of them, cost nothing when they are made. Those that are kept are accounted for here, by every
    eighth; the same text kept many times is one.
    """
    if isinstance(container, dict):
        sample, each = list(islice(reversed(container.values()), 0, 64, 8)), ENTRY_BYTES
    else:
        sample, each = container[-1:-64:-8], ELEMENT_BYTES
    rt.grow(64 * each + 8 * _short_texts(sample))


def grow_array(rt: Runtime, array: list[Value]) -> None:
    """Accounts for a new array as ``grow_step`` does."""
    rt.grow(len(array) * ELEMENT_BYTES + 8 * _short_texts(array[::8]))


def _short_texts(sample: list[Value]) -> int:
    """The bytes of the different short texts among some values."""
    if str not in map(type, sample):
        return 0
    texts = {id(item): len(item) for item in sample if type(item) is str and len(item) <= SHORT_TEXT}
    return sum(texts.values()) + TEXT_BYTES * len(texts)


def grown(
    rt: Runtime,
    container: list[Value] | dict[str, Value],
    added: Value = UNBOUND,
    measured: Callable[[Runtime, Any], object] = check,
    looked_at: Callable[[Runtime, Any], object] | None = None,
) -> None:
    """Called after a container grew by one element: accounts in steps of 64, measures the whole ever more rarely.

    ``added`` is the element, if the caller knows it: some small ones needn't be measured. ``measured`` and ``looked_at`` are quicker ways
    for it, of ``check`` and, as long as it has few parts, of the runtime's ``look_at``.

    Raises:
        Stop: it is too large.
    """
    length = len(container)
    if not length & 63:
        grow_step(rt, container)
    limits = rt.limits
    if not limits.has_data_sizes:
        return
    _allow_parts(limits, container, length)
    if limits.has_small_sizes and length <= _EXACT_LENGTH:
        measured(rt, container)
    elif length > _EXACT_LENGTH:
        if not length & (length - 1) or length in _HALF_WAY:
            measured(rt, container)
    elif not length & (length - 1) and (length > FEW or added is UNBOUND or not is_flat(added)):
        if looked_at is None:
            rt.look_at(container)
        else:
            looked_at(rt, container)


def _allow_parts(limits: Limits, container: list[Value] | dict[str, Value], length: int) -> None:
    if type(container) is list:
        if limits.max_array_size and length > limits.max_array_size:
            raise errors.array_too_large(limits.max_array_size)
    elif limits.max_map_size and length > limits.max_map_size:
        raise errors.map_too_large(limits.max_map_size)


def appended(rt: Runtime, array: list[Value], value: Value) -> None:
    """``grown`` for an array that got this element; one that holds nothing needs no measuring.

    Raises:
        Stop: it is too large.
    """
    length = len(array)
    limits = rt.limits
    is_due = not length & 63 or length >= (limits.max_array_size or MOST_ELEMENTS)
    if not is_due and limits.has_data_sizes and type(value) in MEASURED:
        is_due = limits.has_small_sizes or (not length & (length - 1) and (length > FEW or not is_flat(value)))
    if is_due:
        grown(rt, array)


def grow_joined(rt: Runtime, before: int, added: int) -> None:
    """Called before an array of so many elements gets so many more at once: charges, and accounts in steps of 64."""
    walk(rt, added)
    steps = (before + added >> 6) - (before >> 6)
    if steps:
        rt.grow(steps * 64 * ELEMENT_BYTES)


def check_joined(rt: Runtime, container: list[Value] | dict[str, Value], before: int, after: int) -> None:
    """``check`` for a container that gets another's parts, with so many before and after: the whole only once in each doubling."""
    if rt.limits.has_small_sizes or before.bit_length() != after.bit_length():
        check(rt, container)
    else:
        check_sizes(rt.limits, *((len(container), 0) if type(container) is list else (0, len(container))), 0)
