"""The tenant's time zone, which schedules without one of their own go by."""

from app.access import Actor, record, require
from app.base.db import Work
from app.base.errors import stale
from app.schedules import queries
from app.schedules.models import ClockRecord
from app.schedules.service.rows import DEFAULT_ZONE, start_anew
from app.schedules.types import TenantClock
from app.schedules.zones import zone_named


def get_clock(work: Work, actor: Actor) -> TenantClock:
    """The tenant's time zone; UTC until somebody sets another."""
    require(actor, "schedules.schedule.list")
    row = queries.clock_of(work.scope(actor.tenant_id))
    return TenantClock(row.zone, row.version) if row else TenantClock(DEFAULT_ZONE, 1)


def set_clock(work: Work, actor: Actor, *, zone: str, version: int) -> TenantClock:
    """Set the tenant's time zone; its schedules without one of their own follow at once.

    Raises:
        Invalid: there is no such zone.
        Stale: it was changed meanwhile.
    """
    require(actor, "schedules.clock.update")
    zone_named(zone)
    scope = work.scope(actor.tenant_id)
    row = queries.clock_of(scope)
    before = TenantClock(row.zone, row.version) if row else TenantClock(DEFAULT_ZONE, 1)
    if before.version != version:
        raise stale("clock", version, before.version, before)
    after = TenantClock(zone, version + 1)
    if row is None:
        scope.add(ClockRecord(tenant_id=actor.tenant_id, zone=zone, version=after.version))
    else:
        row.zone, row.version = zone, after.version
    for schedule in queries.without_zone(scope):
        schedule.zone = zone
        start_anew(schedule, work.clock.now())
    scope.flush()
    record(work, actor, "schedules.clock.update", "clock", actor.tenant_id, before=before, after=after)
    return after
