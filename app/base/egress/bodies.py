"""Reading a response's body within bounds, before and after decompression."""

import zlib
from collections.abc import AsyncIterable
from typing import Final

from app.base.egress.refusals import EgressRefused, Reason

ACCEPTED_ENCODINGS: Final = "gzip, deflate"
_WINDOW: Final = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}


async def read_bounded(chunks: AsyncIterable[bytes], encoding: str, limit: int) -> bytes:
    """The decoded body; `limit` in bytes holds for what arrives and for what comes out of it.

    Raises:
        EgressRefused: it is larger, or its encoding is unknown or broken.
    """
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return await _gather(chunks, limit)
    if name not in _WINDOW:
        raise EgressRefused(Reason.PROTOCOL, f"The answer is encoded as {encoding[:40]!r}.", "Ask the service for gzip or no encoding.")
    raw = await _gather(chunks, limit)
    decoder = zlib.decompressobj(_WINDOW[name])
    try:
        body = decoder.decompress(raw, limit + 1)
        if not decoder.eof and len(body) <= limit:
            body += decoder.flush()
    except zlib.error:
        raise EgressRefused(Reason.PROTOCOL, f"The answer's {name} encoding is broken.", "Ask the service to fix it.") from None
    if len(body) > limit:
        raise _too_large(limit)
    if not decoder.eof:
        raise EgressRefused(Reason.PROTOCOL, f"The answer's {name} encoding is cut short.", "Ask the service to fix it.")
    return body


async def _gather(chunks: AsyncIterable[bytes], limit: int) -> bytes:
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > limit:
            raise _too_large(limit)
    return bytes(body)


def _too_large(limit: int) -> EgressRefused:
    return EgressRefused(Reason.TOO_LARGE, f"The answer is larger than {limit} bytes.", "Ask the service for less, page by page.")
