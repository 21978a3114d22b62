"""Runs: executing scripts, the record of every run, replays and dry runs; secrets and hosts that scripts may use.

Others run scripts through a `Runner` (one for each process, made by the composition root) and a `Queue` for runs that nobody waits for.
"""

from app.runs.execute import Performed, Runner, actor_of
from app.runs.permissions import PERMISSIONS
from app.runs.queue import Queue
from app.runs.records import NoRecords, RecordContext, Records
from app.runs.sealing import Sealer, master_key
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
from app.runs.service.dry_run import Trial, dry_run, ready_trial
from app.runs.service.history import cancel_run, done_before, get_run, list_runs, unfinished_runs
from app.runs.service.replay import replay, replayable
from app.runs.types import (
    AllowedHost,
    Chain,
    DryRun,
    EntityChanges,
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
    "PERMISSIONS",
    "AllowedHost",
    "Chain",
    "DryRun",
    "EntityChanges",
    "NoRecords",
    "Performed",
    "Queue",
    "RecordContext",
    "Records",
    "Replayed",
    "RunActor",
    "RunDetail",
    "RunError",
    "RunFilter",
    "RunLog",
    "RunOutcome",
    "RunRequest",
    "RunResult",
    "RunStatus",
    "RunSummary",
    "RunTrigger",
    "Runner",
    "Sealer",
    "SecretInfo",
    "Subject",
    "TenantLimits",
    "Trial",
    "actor_of",
    "allow_host",
    "cancel_run",
    "delete_secret",
    "done_before",
    "dry_run",
    "get_limits",
    "get_run",
    "list_hosts",
    "list_runs",
    "list_secrets",
    "master_key",
    "ready_trial",
    "remove_host",
    "replay",
    "replayable",
    "set_limits",
    "set_secret",
    "unfinished_runs",
]
