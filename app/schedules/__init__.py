"""Schedules: scripts that run by the clock, and what is said about that beforehand.

The rules are pure (`cron`, `zones`, `occurrences`, `policy`, `preview`, `forecast`); the verbs below keep schedules; a `Ticker` in each
process starts what is due, each occurrence once however many processes there are.

    ticker = Ticker(database, clock, QueueStarter(queue.enqueue_all, unfinished_runs), metrics.registry)
    health.add(ticker.check())
    await ticker.run()   # until cancelled
"""

from app.schedules.cron import LONGEST as LONGEST_EXPRESSION
from app.schedules.grammar import expression_pattern
from app.schedules.permissions import PERMISSIONS
from app.schedules.policy import LARGEST_CAP, LARGEST_JITTER
from app.schedules.preview import MOST_SHOWN
from app.schedules.service.clocks import get_clock, set_clock
from app.schedules.service.forecasts import (
    expression_density,
    preview_expression,
    preview_schedule,
    schedule_density,
    schedule_outage,
    schedule_overlaps,
)
from app.schedules.service.registry import (
    create_schedule,
    delete_schedule,
    follow_script,
    forget_script,
    get_schedule,
    list_occurrences,
    list_schedules,
    list_upcoming,
    pause_schedule,
    resume_schedule,
    update_schedule,
)
from app.schedules.service.running import backfill, plan_backfill, run_now
from app.schedules.starting import Launch, QueueStarter, Starter
from app.schedules.ticking.backlog import get_backlog
from app.schedules.ticking.ticker import Ticker, TickerMetrics
from app.schedules.types import (
    BackfillPlan,
    Backlog,
    DayDensity,
    Mark,
    MarkKind,
    Missed,
    NewSchedule,
    Occurrence,
    OccurrenceKind,
    OccurrenceState,
    OutageForecast,
    Outlook,
    Overlap,
    OverlapForecast,
    Policies,
    Preview,
    PreviewRow,
    Schedule,
    ScheduleChange,
    ScheduleState,
    Standing,
    TenantClock,
    YearDensity,
)
from app.schedules.validate import check_trigger
from app.schedules.zones import FIRST_YEAR, LAST_YEAR, zone_names

# Verbs. Each takes (work, actor, ...) and checks its permission first.
#
#   list_schedules(work, actor, script_id, request) -> Page[Schedule]                     schedules.schedule.list
#   list_upcoming(work, actor, count) -> tuple[Schedule, ...]                             schedules.schedule.list
#   get_schedule(work, actor, schedule_id) -> Schedule                                    schedules.schedule.read
#   list_occurrences(work, actor, schedule_id, request) -> Page[Occurrence]               schedules.schedule.read
#   create_schedule(work, actor, new: NewSchedule) -> Schedule                            schedules.schedule.create
#   update_schedule(work, actor, schedule_id, change: ScheduleChange) -> Schedule         schedules.schedule.update
#   pause_schedule, resume_schedule(work, actor, schedule_id, *, version) -> Schedule     schedules.schedule.update
#   delete_schedule(work, actor, schedule_id) -> None                                     schedules.schedule.delete
#   run_now(work, actor, starter, schedule_id) -> Schedule                                schedules.schedule.run
#   plan_backfill(work, actor, schedule_id, since, until) -> BackfillPlan                 schedules.schedule.run
#   backfill(work, actor, schedule_id, since, until, *, token) -> BackfillPlan            schedules.schedule.run
#   preview_expression(work, actor, *, expression, zone, ...) -> Preview                  schedules.schedule.list
#   expression_density(work, actor, *, expression, zone, year) -> YearDensity             schedules.schedule.list
#   preview_schedule, schedule_density, schedule_overlaps, schedule_outage                schedules.schedule.read
#   get_backlog(work, actor) -> Backlog                                                   base.metrics.read
#   get_clock(work, actor) -> TenantClock                                                 schedules.schedule.list
#   set_clock(work, actor, *, zone, version) -> TenantClock                               schedules.clock.update
#
# For the composition root: `check_trigger(expression, zone)` refuses what a script's trigger can't be, and
# `follow_script(work, actor, script)` keeps a script's own schedule as its trigger says; `forget_script(work, tenant_id, script_id)`
# removes the schedules of one that was purged.

__all__ = [
    "FIRST_YEAR",
    "LARGEST_CAP",
    "LARGEST_JITTER",
    "LAST_YEAR",
    "LONGEST_EXPRESSION",
    "MOST_SHOWN",
    "PERMISSIONS",
    "BackfillPlan",
    "Backlog",
    "DayDensity",
    "Launch",
    "Mark",
    "MarkKind",
    "Missed",
    "NewSchedule",
    "Occurrence",
    "OccurrenceKind",
    "OccurrenceState",
    "OutageForecast",
    "Outlook",
    "Overlap",
    "OverlapForecast",
    "Policies",
    "Preview",
    "PreviewRow",
    "QueueStarter",
    "Schedule",
    "ScheduleChange",
    "ScheduleState",
    "Standing",
    "Starter",
    "TenantClock",
    "Ticker",
    "TickerMetrics",
    "YearDensity",
    "backfill",
    "check_trigger",
    "create_schedule",
    "delete_schedule",
    "expression_density",
    "expression_pattern",
    "follow_script",
    "forget_script",
    "get_backlog",
    "get_clock",
    "get_schedule",
    "list_occurrences",
    "list_schedules",
    "list_upcoming",
    "pause_schedule",
    "plan_backfill",
    "preview_expression",
    "preview_schedule",
    "resume_schedule",
    "run_now",
    "schedule_density",
    "schedule_outage",
    "schedule_overlaps",
    "set_clock",
    "update_schedule",
    "zone_names",
]
