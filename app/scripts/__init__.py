"""The registry of scripts: settings, triggers, versions, lifecycle, and which of them run when.

How a face uses it: it takes `Scripts` from the composition root, for verbs that bring a source, and the other verbs from here. Domains
above find what to run with `for_event`, `for_endpoint`, `by_name` and `by_id` (remembered in the process; see `app.scripts.index`), and
tell `note_outcome` how it went.
"""

from app.scripts.analysis import PoolAnalyser
from app.scripts.checks import Analyse, Checks
from app.scripts.comparing import Chunk, DiffLine, Hunk, ThreeWay
from app.scripts.gateway import Read, Scripts
from app.scripts.index import ScriptIndex, by_id, by_name, for_endpoint, for_event
from app.scripts.pairing import Pairing, Row, Spans
from app.scripts.permissions import PERMISSIONS
from app.scripts.policy import (
    LONGEST_DESCRIPTION,
    LONGEST_MESSAGE,
    MOST_SECRETS,
    NAME_PATTERN,
    PATH_PATTERN,
    SECRET_PATTERN,
    SOURCE_LIMIT,
    TYPE_PATTERN,
)
from app.scripts.retention import purge_deleted
from app.scripts.service.files import export_scripts
from app.scripts.service.lifecycle import activate, archive, disable, pause, reset_errors, resume, unarchive
from app.scripts.service.outcomes import note_outcome
from app.scripts.service.registry import (
    create_script,
    delete_script,
    get_script,
    get_script_by_name,
    list_scripts,
    list_secret_readers,
    purge_script,
    restore_version,
    undelete_script,
    update_script,
)
from app.scripts.service.versions import compare_versions, get_version, list_versions, version_source
from app.scripts.templates import TEMPLATES, Template, get_template, list_templates
from app.scripts.types import (
    ActiveScript,
    ApiTrigger,
    Authentication,
    Change,
    Comparison,
    CronTrigger,
    Diagnostic,
    EntityEvent,
    EventTrigger,
    FailurePolicy,
    Fault,
    Findings,
    Imported,
    ImportOutcome,
    ImportReport,
    Json,
    LanguageQuestion,
    LanguageQuestionKind,
    LimitsProfile,
    ManualTrigger,
    NewScript,
    OnExisting,
    Phase,
    Question,
    Script,
    ScriptFilter,
    ScriptSettings,
    ScriptVersion,
    Status,
    Trigger,
    VersionInfo,
)

# Verbs. Each takes (work, actor, ...) and checks its permission first.
#
#   list_scripts(work, actor, wanted: ScriptFilter, request) -> Page[Script]                scripts.script.list
#   list_secret_readers(work, actor) -> dict[str, tuple[tuple[UUID, str], ...]]             scripts.script.list
#   get_script(work, actor, script_id) -> Script                                            scripts.script.read
#   get_script_by_name(work, actor, name) -> Script                                         scripts.script.read
#   list_versions(work, actor, script_id, request) -> Page[VersionInfo]                     scripts.script.read
#   get_version(work, actor, script_id, number=None) -> ScriptVersion                       scripts.script.read
#   compare_versions(work, actor, script_id, before=None, after=None) -> Comparison         scripts.script.read
#   export_scripts(work, actor, wanted: ScriptFilter) -> bytes                              scripts.script.read
#   list_templates(work, actor) -> tuple[Template, ...]                                     scripts.script.list
#   get_template(work, actor, name) -> Template                                             scripts.script.read
#   pause, resume, disable, archive, unarchive, reset_errors(work, actor, script_id, *, revision) -> Script   scripts.script.update
#   delete_script(work, actor, script_id, *, revision=None) -> Script                       scripts.script.delete
#   undelete_script(work, actor, script_id) -> Script                                       scripts.script.delete
#   purge_script(work, actor, script_id) -> None                                            scripts.script.manage
#
# Those that bring a source are made by `Scripts`, which has it looked at first:
#
#   await scripts.creating(read, new: NewScript) -> verb -> Script                          scripts.script.create
#   await scripts.changing(read, script_id, change: Change) -> verb -> Script               scripts.script.update
#   await scripts.activating(read, script_id, revision=, version=None) -> verb -> Script    scripts.script.update
#   await scripts.restoring(read, script_id, number, revision=) -> verb -> Script           scripts.script.update
#   await scripts.importing(read, data, existing: OnExisting) -> verb -> ImportReport       scripts.script.create
#   await scripts.answer(read, source, phase, entity_type, asked: LanguageQuestion) -> Json  scripts.script.create
#   await scripts.validate(read, source, phase, entity_type) -> Findings                    scripts.script.create
#
# For domains above, without an actor:
#
#   for_event(work, tenant_id, entity_type, event, phase) -> tuple[ActiveScript, ...]       by priority, then name
#   for_endpoint(work, tenant_id, method, path) -> ActiveScript | None
#   by_name(work, tenant_id, name), by_id(work, tenant_id, script_id) -> ActiveScript | None
#   version_source(work, tenant_id, script_id, number) -> ScriptVersion
#   note_outcome(work, tenant_id, script_id, failed, error, version=, run_id=) -> Script | None   (the script, if this disabled it)
#   await purge_deleted(database, kept_for) -> int                                          of every tenant, for the upkeep

__all__ = [
    "LONGEST_DESCRIPTION",
    "LONGEST_MESSAGE",
    "MOST_SECRETS",
    "NAME_PATTERN",
    "PATH_PATTERN",
    "PERMISSIONS",
    "SECRET_PATTERN",
    "SOURCE_LIMIT",
    "TEMPLATES",
    "TYPE_PATTERN",
    "ActiveScript",
    "Analyse",
    "ApiTrigger",
    "Authentication",
    "Change",
    "Checks",
    "Chunk",
    "Comparison",
    "CronTrigger",
    "Diagnostic",
    "DiffLine",
    "EntityEvent",
    "EventTrigger",
    "FailurePolicy",
    "Fault",
    "Findings",
    "Hunk",
    "ImportOutcome",
    "ImportReport",
    "Imported",
    "Json",
    "LanguageQuestion",
    "LanguageQuestionKind",
    "LimitsProfile",
    "ManualTrigger",
    "NewScript",
    "OnExisting",
    "Pairing",
    "Phase",
    "PoolAnalyser",
    "Question",
    "Read",
    "Row",
    "Script",
    "ScriptFilter",
    "ScriptIndex",
    "ScriptSettings",
    "ScriptVersion",
    "Scripts",
    "Spans",
    "Status",
    "Template",
    "ThreeWay",
    "Trigger",
    "VersionInfo",
    "activate",
    "archive",
    "by_id",
    "by_name",
    "compare_versions",
    "create_script",
    "delete_script",
    "disable",
    "export_scripts",
    "for_endpoint",
    "for_event",
    "get_script",
    "get_script_by_name",
    "get_template",
    "get_version",
    "list_scripts",
    "list_secret_readers",
    "list_templates",
    "list_versions",
    "note_outcome",
    "pause",
    "purge_deleted",
    "purge_script",
    "reset_errors",
    "restore_version",
    "resume",
    "unarchive",
    "undelete_script",
    "update_script",
    "version_source",
]
