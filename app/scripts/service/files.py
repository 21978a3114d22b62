"""Scripts in and out as files: exported as a bundle, imported as drafts, all of them or none."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from app.access import Actor, require
from app.base.db import Work
from app.base.errors import AlloyError, Conflict, InternalError, Invalid
from app.scripts import bundles, queries
from app.scripts.checks import Checks
from app.scripts.service.questions import ChangeQuestions, question_of_new, questions_of_change
from app.scripts.service.registry import create_script, update_script
from app.scripts.service.rows import script_of
from app.scripts.types import Change, Findings, Imported, ImportOutcome, ImportReport, NewScript, OnExisting, Script, ScriptFilter


@dataclass(frozen=True, slots=True)
class PlannedImport:
    """A script of a bundle, the one of its name that is there, and what has to be looked at."""

    new: NewScript
    existing: Script | None
    questions: ChangeQuestions


@dataclass(frozen=True, slots=True)
class ReadyImport:
    """A script of a bundle that was looked at; without a change it is created, or skipped if it exists."""

    new: NewScript
    existing: Script | None
    findings: Findings | None
    active_findings: Findings | None


def export_scripts(work: Work, actor: Actor, wanted: ScriptFilter) -> bytes:
    """A bundle with the latest source of every script that matches, by name.

    Raises:
        Invalid: they are too many for one bundle.
    """
    require(actor, "scripts.script.read")
    rows = queries.latest_sources(work.scope(actor.tenant_id), wanted, bundles.MOST_SCRIPTS + 1)
    if len(rows) > bundles.MOST_SCRIPTS:
        raise Invalid(f"More than {bundles.MOST_SCRIPTS} scripts match.", "Filter by trigger, status, entity type or text.", field="text")
    return bundles.packed((script_of(row).settings, source, message) for row, source, message in rows)


def plan_import(work: Work, actor: Actor, checks: Checks, found: tuple[NewScript, ...], existing: OnExisting) -> tuple[PlannedImport, ...]:
    """What importing these scripts comes to, and which sources have to be looked at.

    Raises:
        Conflict: one of them is there, and that shall be refused.
        Invalid, Denied: as `create_script` and `update_script`, for what can be told before; the message names the script.
    """
    require(actor, "scripts.script.create")
    return tuple(_planned(work, actor, checks, new, existing) for new in found)


def import_scripts(work: Work, actor: Actor, checks: Checks, ready: tuple[ReadyImport, ...]) -> ImportReport:
    """Create and change scripts as planned.

    Raises:
        Stale: one of them was changed since it was planned.
        Conflict, Invalid, Denied: as `create_script` and `update_script`.
    """
    require(actor, "scripts.script.create")
    return ImportReport(tuple(_imported(work, actor, checks, each) for each in ready))


def _planned(work: Work, actor: Actor, checks: Checks, new: NewScript, existing: OnExisting) -> PlannedImport:
    row = queries.script_by_name(work.scope(actor.tenant_id), new.settings.name)
    if row is None:
        with _naming(new):
            return PlannedImport(new, None, ChangeQuestions(question_of_new(work, actor, checks, new), None))
    script = script_of(row)
    if existing is OnExisting.REFUSE:
        raise Conflict(f"There is a script {script.name!r} already.", "Choose to skip or to update what is there.", field="existing")
    if existing is OnExisting.SKIP:
        return PlannedImport(new, script, ChangeQuestions(None, None))
    with _naming(new):
        return PlannedImport(new, script, questions_of_change(work, actor, checks, script.id, _change(new, script)))


def _imported(work: Work, actor: Actor, checks: Checks, ready: ReadyImport) -> Imported:
    findings = ready.findings
    errors = 0 if findings is None else len(findings.errors)
    with _naming(ready.new):
        if ready.existing is None:
            if findings is None:
                raise InternalError("a script to create wasn't looked at")
            made = create_script(work, actor, checks, ready.new, findings)
            return Imported(made.id, made.name, ImportOutcome.CREATED, made.latest_version, errors)
        if findings is None:
            return Imported(ready.existing.id, ready.existing.name, ImportOutcome.SKIPPED, ready.existing.latest_version, 0)
        change = replace(_change(ready.new, ready.existing), findings=findings, active_findings=ready.active_findings)
        after = update_script(work, actor, checks, ready.existing.id, change)
    outcome = ImportOutcome.UNCHANGED if after.revision == ready.existing.revision else ImportOutcome.UPDATED
    return Imported(after.id, after.name, outcome, after.latest_version, errors)


def _change(new: NewScript, script: Script) -> Change:
    return Change(script.revision, new.settings, new.source, new.message)


@contextmanager
def _naming(new: NewScript) -> Iterator[None]:
    """Errors about one script of a bundle say which."""
    try:
        yield
    except AlloyError as error:
        error.message = f"{new.settings.name[:80]}: {error.message}"
        raise
