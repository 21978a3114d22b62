"""The document of a run: everything that lists don't show, compressed unless it is small."""

import zlib
from typing import Final

import msgspec

from app.runs.types import CallLevel, Document, EntityChanges, FinishedRun, RunDetail, RunLog, RunSummary

_LEVEL: Final = 1
"""Measured on records of ten fields: level 6 takes three times as long and saves a twentieth."""
_SMALL: Final = 4_096
"""Up to here a window of as many bytes sees everything, and is set up in a third of the time that the usual one takes."""
_TINY: Final = 1_024
"""Up to here a document is kept as it is: compressing it takes longer than writing the half that it saves."""
_BRACE: Final = ord("{")
_json = msgspec.json.Encoder()
_plain = msgspec.json.Decoder()


def packed(run: FinishedRun) -> bytes:
    """A finished run's document."""
    result = run.result
    body: Document = {
        "input": run.request.inputs,
        "chain": run.request.chain.links,
        "value": result.value,
        "changes": result.changes.fields,
        "removed": result.changes.removed,
        "logs": [(line.level, line.at_us, line.line, line.text) for line in result.logs],
        "logs_dropped": result.logs_dropped,
        "journal": result.journal,
        "clock": result.clock,
        "limits": result.limits,
        "stack": [(level.function, level.line, level.column) for level in result.error.stack] if result.error else [],
    }
    return pack(body)


def pack(body: Document) -> bytes:
    """Any document, compressed if that pays."""
    text = _json.encode(body)
    if len(text) <= _TINY:
        return text
    if len(text) > _SMALL:
        return zlib.compress(text, _LEVEL)
    compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, 12, 5)
    return compressor.compress(text) + compressor.flush()


def unpack(body: bytes) -> Document:
    """The document that `pack` made this of. What was compressed begins with another byte than a document's brace."""
    found: Document = _plain.decode(body if body[0] == _BRACE else zlib.decompress(body))
    return found


def stack_of(body: Document) -> tuple[CallLevel, ...]:
    """The call stack of the error."""
    return tuple(CallLevel(*level) for level in body.get("stack", ()))


def detail(summary: RunSummary, row: "RowParts", body: Document) -> RunDetail:
    """A run with its document unpacked; one that hasn't run yet has only its input."""
    return RunDetail(
        summary=summary,
        digest=row.digest,
        engine_version=row.engine_version,
        source=row.source,
        input=body["input"],
        input_digest=row.input_digest,
        value=body.get("value"),
        changes=EntityChanges(body.get("changes", {}), tuple(body.get("removed", ()))),
        logs=tuple(RunLog(*line) for line in body.get("logs", ())),
        logs_dropped=body.get("logs_dropped", 0),
        journal=tuple(body.get("journal", ())),
        clock=tuple(body.get("clock", ())),
        limits=body.get("limits", {}),
        run_as=row.run_as,
        idempotency_key=row.idempotency_key,
    )


class RowParts(msgspec.Struct, frozen=True):
    """What a run's row and source give to its detail."""

    digest: str
    engine_version: str
    source: str
    input_digest: str
    run_as: str
    idempotency_key: str
