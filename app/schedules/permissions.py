"""What may be done with schedules."""

from typing import Final

from app.access import BuiltinRole, Permission

PERMISSIONS: Final = (
    Permission("schedules.schedule.list", "List schedules and the tenant's time zone; preview expressions.", BuiltinRole.VIEWER),
    Permission("schedules.schedule.read", "Read a schedule, its occurrences and forecasts.", BuiltinRole.VIEWER),
    Permission("schedules.schedule.create", "Create schedules.", BuiltinRole.AUTHOR),
    Permission("schedules.schedule.update", "Change, pause and resume schedules.", BuiltinRole.AUTHOR),
    Permission("schedules.schedule.delete", "Delete schedules.", BuiltinRole.AUTHOR),
    Permission("schedules.schedule.run", "Run a schedule's script now, and fill in past windows.", BuiltinRole.AUTHOR),
    Permission("schedules.clock.update", "Set the time zone of schedules that name none.", BuiltinRole.ADMIN),
)
