"""Blobs: arrays of bytes. Values are cut to their lowest eight bits. Source: Rhai 1.26 ``packages/blob_basic.rs``."""

from __future__ import annotations

from app.engine import sizes
from app.engine.natives import Package
from app.engine.running import Runtime
from app.engine.stdlib.spans import clamped, over_spans
from app.engine.values import INT_MAX, Value

PACKAGE = Package("blobs")
native = PACKAGE.native
getter = PACKAGE.getter


@native("blob", returns="blob")
def empty() -> bytearray:
    """A blob without bytes."""
    return bytearray()


@native("blob", "i64", returns="blob", context=True)
def zeros(rt: Runtime, len: int) -> bytearray:
    """A blob of so many zeros."""
    return filled(rt, len, 0)


@native("blob", "i64", "i64", returns="blob", context=True)
def filled(rt: Runtime, len: int, value: int) -> bytearray:
    """A blob of so many equal bytes."""
    if len <= 0:
        return bytearray()
    sizes.allow_bytes(rt, len, len)
    return bytearray((value & 0xFF,)) * len


@native("to_array", "blob", returns="array", context=True)
def to_array(rt: Runtime, blob: bytearray) -> list[Value]:
    """An array of the bytes as integers."""
    sizes.allow_elements(rt, len(blob), len(blob))
    sizes.walk(rt, len(blob))
    return list(blob)


@native("as_string", "blob", returns="string", context=True)
def as_string(rt: Runtime, blob: bytearray) -> str:
    """The text that the bytes spell in UTF-8; what isn't UTF-8 becomes replacement characters."""
    sizes.walk_text(rt, len(blob))
    text = blob.decode(errors="replace")
    sizes.allow_text(rt, sizes.byte_length(text))
    return text


@native("len", "blob", returns="i64")
@getter("len", "blob", returns="i64")
def length(blob: bytearray) -> int:
    """The number of bytes."""
    return len(blob)


@native("is_empty", "blob", returns="bool")
@getter("is_empty", "blob", returns="bool")
def is_empty(blob: bytearray) -> bool:
    """Whether there is no byte."""
    return not blob


@native("contains", "blob", "i64", returns="bool", context=True)
def contains(rt: Runtime, blob: bytearray, value: int) -> bool:
    """Whether a byte has that value."""
    sizes.walk_text(rt, len(blob))
    return value & 0xFF in blob


@native("get", "blob", "i64", returns="i64")
def get(blob: bytearray, index: int) -> int:
    """The byte at a position, or 0 after the end; negative positions count from the end."""
    at, _ = clamped(len(blob), index, 0)
    return blob[at] if at < len(blob) else 0


@native("set", "blob", "i64", "i64", returns="()", mutates=True)
def put(blob: bytearray, index: int, value: int) -> None:
    """Replaces the byte at a position; does nothing after the end."""
    at, _ = clamped(len(blob), index, 0)
    if at < len(blob):
        blob[at] = value & 0xFF


@native("push", "blob", "i64", returns="()", mutates=True, context=True)
@native("append", "blob", "i64", returns="()", mutates=True, context=True)
def push(rt: Runtime, blob: bytearray, value: int) -> None:
    """Adds a byte at the end."""
    sizes.allow_bytes(rt, len(blob) + 1, 1)
    blob.append(value & 0xFF)


@native("append", "blob", "blob", returns="()", mutates=True, context=True)
def append(rt: Runtime, blob: bytearray, other: bytearray) -> None:
    """Adds the bytes of another blob at the end."""
    sizes.allow_bytes(rt, len(blob) + len(other), len(other))
    blob += other


@native("append", "blob", "string", returns="()", mutates=True, context=True)
@native("append", "blob", "char", returns="()", mutates=True, context=True)
def append_text(rt: Runtime, blob: bytearray, text: str) -> None:
    """Adds the UTF-8 bytes of a text at the end."""
    append(rt, blob, bytearray(str(text).encode()))


@native("insert", "blob", "i64", "i64", returns="()", mutates=True, context=True)
def insert(rt: Runtime, blob: bytearray, index: int, value: int) -> None:
    """Inserts a byte before a position; after the end it is added there."""
    at, _ = clamped(len(blob), index, 0)
    sizes.allow_bytes(rt, len(blob) + 1, 1)
    sizes.walk_text(rt, len(blob))
    blob.insert(at, value & 0xFF)


@native("pad", "blob", "i64", "i64", returns="()", mutates=True, context=True)
def pad(rt: Runtime, blob: bytearray, len_: int, value: int) -> None:
    """Lengthens the blob to so many bytes."""
    missing = len_ - len(blob)
    if missing > 0:
        sizes.allow_bytes(rt, len_, missing)
        blob += bytes((value & 0xFF,)) * missing


@native("pop", "blob", returns="i64", mutates=True)
def pop(blob: bytearray) -> int:
    """Removes the last byte and returns it, or 0."""
    return blob.pop() if blob else 0


@native("shift", "blob", returns="i64", mutates=True)
def shift(blob: bytearray) -> int:
    """Removes the first byte and returns it, or 0."""
    return blob.pop(0) if blob else 0


@native("remove", "blob", "i64", returns="i64", mutates=True, context=True)
def remove(rt: Runtime, blob: bytearray, index: int) -> int:
    """Removes the byte at a position and returns it, or 0 outside."""
    if not -len(blob) <= index < len(blob):
        return 0
    sizes.walk_text(rt, len(blob))
    return blob.pop(index)


@native("clear", "blob", returns="()", mutates=True)
def clear(blob: bytearray) -> None:
    """Removes all bytes."""
    blob.clear()


@native("truncate", "blob", "i64", returns="()", mutates=True)
def truncate(blob: bytearray, len: int) -> None:
    """Cuts off everything after so many bytes."""
    del blob[max(len, 0) :]


@native("chop", "blob", "i64", returns="()", mutates=True)
def chop(blob: bytearray, len_: int) -> None:
    """Cuts off everything before the last so many bytes."""
    if len_ < len(blob):
        del blob[: len(blob) - max(len_, 0)]


@native("reverse", "blob", returns="()", mutates=True, context=True)
def reverse(rt: Runtime, blob: bytearray) -> None:
    """Turns the order of the bytes around."""
    sizes.walk_text(rt, len(blob))
    blob.reverse()


# --- parts -----------------------------------------------------------------------------------------------------


@over_spans(PACKAGE, "splice", "blob", "blob", returns="()", mutates=True, context=True)
def splice(rt: Runtime, blob: bytearray, start: int, len_: int, replace: bytearray) -> None:
    """Replaces so many bytes from a position on by those of another blob; replacing none adds at the end."""
    at, count = clamped(len(blob), start, len_)
    if count <= 0:
        at = len(blob)
    sizes.allow_bytes(rt, len(blob) - count + len(replace), len(replace))
    sizes.walk_text(rt, len(blob))
    blob[at : at + count] = replace


@over_spans(PACKAGE, "extract", "blob", returns="blob", context=True, pure=False)
def extract(rt: Runtime, blob: bytearray, start: int, len_: int) -> bytearray:
    """A copy of so many bytes from a position on."""
    at, count = clamped(len(blob), start, len_)
    sizes.allow_bytes(rt, count, count)
    return blob[at : at + count]


@native("extract", "blob", "i64", returns="blob", context=True, pure=False)
def extract_from(rt: Runtime, blob: bytearray, start: int) -> bytearray:
    """A copy of the bytes from a position to the end."""
    return extract(rt, blob, start, INT_MAX)


@native("split", "blob", "i64", returns="blob", mutates=True, context=True)
def split(rt: Runtime, blob: bytearray, index: int) -> bytearray:
    """Cuts the blob at a position and returns the second part."""
    at, count = clamped(len(blob), index, INT_MAX)
    return drain(rt, blob, at, count)


@over_spans(PACKAGE, "drain", "blob", returns="blob", mutates=True, context=True)
def drain(rt: Runtime, blob: bytearray, start: int, len_: int) -> bytearray:
    """Removes so many bytes from a position on and returns them."""
    at, count = clamped(len(blob), start, len_)
    sizes.walk_text(rt, len(blob))
    taken = blob[at : at + count]
    del blob[at : at + count]
    return taken


@over_spans(PACKAGE, "retain", "blob", returns="blob", mutates=True, context=True)
def retain(rt: Runtime, blob: bytearray, start: int, len_: int) -> bytearray:
    """Keeps only so many bytes from a position on and returns the others."""
    if len_ <= 0:
        return bytearray()
    at, count = clamped(len(blob), start, len_)
    sizes.walk_text(rt, len(blob))
    others = blob[:at] + blob[at + count :]
    blob[:] = blob[at : at + count]
    return others
