"""The editor's questions about a source, answered by `app.ide`. A source is parsed and checked here, never executed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from app.engine.source import Source
from app.host import Phase
from app.ide.context import Context, schema_from_plain
from app.ide.diagnose import diagnose
from app.ide.layout.format import format_script
from app.ide.outline import outline
from app.ide.report import as_plain
from app.sandbox import wire
from app.sandbox.channel import Channel
from app.sandbox.jobs import Analyse, Fault, Json


def analyse(job: Analyse, channel: Channel) -> wire.Done:
    """Answer one question."""
    answer = _ANSWERS.get(job.question)
    if answer is None:
        fault = Fault(kind="unknown-question", message=f"There is no answer to {job.question!r}; ask for {', '.join(sorted(_ANSWERS))}.")
        return wire.Done(channel.number, "error", fault=fault)
    return wire.Done(channel.number, "ok", value=channel.json(answer(job)))


def _diagnose(job: Analyse) -> Json:
    source = Source(job.source)
    return [as_plain(source, diagnostic) for diagnostic in diagnose(job.source, context_of(job))]


def _outline(job: Analyse) -> Json:
    return msgspec.to_builtins(outline(job.source))


def _format(job: Analyse) -> Json:
    return format_script(job.source)


def context_of(job: Analyse) -> Context:
    """What the editor knows around the source: `entity` (fields by name) and `bindings` (types by name) of the job's context."""
    entity = job.context.get("entity")
    return Context(
        phase=Phase(job.phase) if job.phase else None,
        entity=None if entity is None else schema_from_plain(entity),
        bindings=job.context.get("bindings", {}),
    )


_ANSWERS: Final[dict[str, Callable[[Analyse], Json]]] = {"diagnose": _diagnose, "check": _diagnose, "outline": _outline, "format": _format}
