"""Numbers and text inside blobs. Source: Rhai 1.26 ``packages/blob_basic.rs``.

A part shorter than eight bytes is read as if zeros followed, and written with the number's first bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from app.engine.natives import Package
from app.engine.stdlib.spans import clamped, over_spans

PACKAGE = Package("blob numbers")


def _read(layout: str, blob: bytearray, start: int, count: int) -> int | float:
    at, size = clamped(len(blob), start, count)
    number: int | float = struct.unpack(layout, bytes(blob[at : at + min(size, 8)]).ljust(8, b"\0"))[0]
    return number


def _write(blob: bytearray, start: int, count: int, data: bytes) -> None:
    at, size = clamped(len(blob), start, count)
    part = data[:size]
    blob[at : at + len(part)] = part


def _reader(name: str, layout: str, returns: str, doc: str) -> Callable[..., int | float]:
    def read(blob: bytearray, start: int, len: int) -> int | float:
        return _read(layout, blob, start, len)

    read.__doc__ = doc
    return over_spans(PACKAGE, name, "blob", returns=returns)(read)


def _writer(name: str, layout: str, kind: str, doc: str) -> Callable[..., None]:
    def write(blob: bytearray, start: int, len: int, value: int | float) -> None:
        _write(blob, start, len, struct.pack(layout, value))

    write.__doc__ = doc
    return over_spans(PACKAGE, name, "blob", kind, returns="()", mutates=True)(write)


parse_le_int = _reader("parse_le_int", "<q", "i64", "The integer in a part of the blob, lowest byte first.")
parse_be_int = _reader("parse_be_int", ">q", "i64", "The integer in a part of the blob, highest byte first.")
parse_le_float = _reader("parse_le_float", "<d", "f64", "The float in a part of the blob, lowest byte first.")
parse_be_float = _reader("parse_be_float", ">d", "f64", "The float in a part of the blob, highest byte first.")

write_le_int = _writer("write_le", "<q", "i64", "Writes an integer into a part of the blob, lowest byte first.")
write_be_int = _writer("write_be", ">q", "i64", "Writes an integer into a part of the blob, highest byte first.")
write_le_float = _writer("write_le", "<d", "f64", "Writes a float into a part of the blob, lowest byte first.")
write_be_float = _writer("write_be", ">d", "f64", "Writes a float into a part of the blob, highest byte first.")


@over_spans(PACKAGE, "write_utf8", "blob", "string", returns="()", mutates=True)
def write_utf8(blob: bytearray, start: int, len: int, text: str) -> None:
    """Writes the UTF-8 bytes of a text into a part of the blob; what doesn't fit is left out."""
    _write(blob, start, len, text.encode())


@over_spans(PACKAGE, "write_ascii", "blob", "string", returns="()", mutates=True)
def write_ascii(blob: bytearray, start: int, len: int, text: str) -> None:
    """Writes the ASCII characters of a text into a part of the blob; what doesn't fit is left out."""
    _write(blob, start, len, text.encode("ascii", errors="ignore"))
