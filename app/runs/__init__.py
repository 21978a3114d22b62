"""Runs: executing scripts, the record of every run, replays and dry runs; secrets and hosts that scripts may use.

Others run scripts through a `Runner` (one for each process, made by the composition root) and a `Queue` for runs that nobody waits for.
"""

from app.runs.execute import OnLine, Performed, Runner, actor_of
from app.runs.inputs import DRY_KEY, inputs_of
from app.runs.keeper import RunIndex
from app.runs.permissions import PERMISSIONS
from app.runs.queue import Queue
from app.runs.records import NoRecords, RecordContext, Records
from app.runs.rerun_queue import RerunQueue
from app.runs.rerun_types import BulkRerun, RerunPreview, RerunVersion
from app.runs.sealing import Sealer, master_key
from app.runs.service.activity import Hour, activity
from app.runs.service.bounds import (
    allow_host,
    delete_secret,
    get_limits,
    list_hosts,
    list_secrets,
    remove_host,
    set_limits,
    set_secret,
)
from app.runs.service.dry_run import ReadyTrial, Trial, dry_run, ready_trial, trace_trial
from app.runs.service.history import cancel_run, done_before, get_run, list_runs, unfinished_runs
from app.runs.service.overview import FIGURES_OF, FailureGroup, RunsHead, VersionFigures, failure_groups, runs_head, version_figures
from app.runs.service.replay import replay, replayable
from app.runs.service.rerun import ready_rerun
from app.runs.service.rerun_bulk import MOST_RERUNS, get_rerun, list_reruns, preview_reruns, start_reruns, stop_reruns
from app.runs.types import (
    NEVER_RAN,
    AllowedHost,
    Chain,
    Document,
    DryRun,
    EntityChanges,
    RecordChange,
    Replayed,
    RunActor,
    RunDetail,
    RunError,
    RunFilter,
    RunLog,
    RunOutcome,
    RunRequest,
    RunResult,
    RunStatus,
    RunSummary,
    RunTrigger,
    SecretInfo,
    Subject,
    TenantLimits,
)

__all__ = [
    "DRY_KEY",
    "FIGURES_OF",
    "MOST_RERUNS",
    "NEVER_RAN",
    "PERMISSIONS",
    "AllowedHost",
    "BulkRerun",
    "Chain",
    "Document",
    "DryRun",
    "EntityChanges",
    "FailureGroup",
    "Hour",
    "NoRecords",
    "OnLine",
    "Performed",
    "Queue",
    "ReadyTrial",
    "RecordChange",
    "RecordContext",
    "Records",
    "Replayed",
    "RerunPreview",
    "RerunQueue",
    "RerunVersion",
    "RunActor",
    "RunDetail",
    "RunError",
    "RunFilter",
    "RunIndex",
    "RunLog",
    "RunOutcome",
    "RunRequest",
    "RunResult",
    "RunStatus",
    "RunSummary",
    "RunTrigger",
    "Runner",
    "RunsHead",
    "Sealer",
    "SecretInfo",
    "Subject",
    "TenantLimits",
    "Trial",
    "VersionFigures",
    "activity",
    "actor_of",
    "allow_host",
    "cancel_run",
    "delete_secret",
    "done_before",
    "dry_run",
    "failure_groups",
    "get_limits",
    "get_rerun",
    "get_run",
    "inputs_of",
    "list_hosts",
    "list_reruns",
    "list_runs",
    "list_secrets",
    "master_key",
    "preview_reruns",
    "ready_rerun",
    "ready_trial",
    "remove_host",
    "replay",
    "replayable",
    "runs_head",
    "set_limits",
    "set_secret",
    "start_reruns",
    "stop_reruns",
    "trace_trial",
    "unfinished_runs",
    "version_figures",
]
