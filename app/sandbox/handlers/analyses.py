"""The editor's questions about a source, answered by `app.ide`. A source is parsed and checked here, never executed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, get_args

import msgspec

from app.engine.source import Source
from app.host import Phase
from app.ide.complete import complete
from app.ide.context import Context, schema_from_plain
from app.ide.diagnose import diagnose
from app.ide.fold import fold
from app.ide.helpers import reference
from app.ide.hover import hover
from app.ide.layout.format import format_script
from app.ide.navigate import definition, references
from app.ide.outline import outline
from app.ide.rename import rename
from app.ide.report import as_plain
from app.ide.signature import signature
from app.sandbox import wire
from app.sandbox.channel import Channel
from app.sandbox.jobs import Analyse, Json, Question


def analyse(job: Analyse, channel: Channel) -> wire.Done:
    """Answer one question."""
    return wire.Done(channel.number, "ok", value=channel.json(_ANSWERS[job.question](job)))


def _diagnose(job: Analyse) -> Json:
    source = Source(job.source)
    return [as_plain(source, diagnostic) for diagnostic in diagnose(job.source, context_of(job))]


def _outline(job: Analyse) -> Json:
    return msgspec.to_builtins(outline(job.source, context_of(job)))


def _study(job: Analyse) -> Json:
    """All that an editor shows around a text, from one reading of it."""
    return {"diagnostics": _diagnose(job), **_outline(job)}


def _fold(job: Analyse) -> Json:
    return msgspec.to_builtins(fold(job.source, context_of(job)))


def _format(job: Analyse) -> Json:
    return format_script(job.source)


def _reference(job: Analyse) -> Json:
    return msgspec.to_builtins(reference(context_of(job).phase))


def _at_offset(answer: Callable[[str, int, Context], object]) -> Callable[[Analyse], Json]:
    return lambda job: msgspec.to_builtins(answer(job.source, job.offset, context_of(job)))


def _rename(job: Analyse) -> Json:
    return msgspec.to_builtins(rename(job.source, job.offset, str(job.context.get("name", "")), context_of(job)))


def context_of(job: Analyse) -> Context:
    """What the editor knows around the source: `entity` (fields by name) and `bindings` (types by name) of the job's context."""
    entity = job.context.get("entity")
    return Context(
        phase=Phase(job.phase) if job.phase else None,
        entity=None if entity is None else schema_from_plain(entity),
        bindings=job.context.get("bindings", {}),
    )


_ANSWERS: Final[dict[Question, Callable[[Analyse], Json]]] = {
    "check": _diagnose,
    "complete": _at_offset(complete),
    "definition": _at_offset(definition),
    "diagnose": _diagnose,
    "fold": _fold,
    "format": _format,
    "hover": _at_offset(hover),
    "outline": _outline,
    "reference": _reference,
    "references": _at_offset(references),
    "rename": _rename,
    "signature": _at_offset(signature),
    "study": _study,
}
QUESTIONS: Final[tuple[Question, ...]] = get_args(Question)
"""All of them."""
