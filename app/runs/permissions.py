"""What may be done with runs, secrets and outgoing hosts."""

from typing import Final

from app.access import BuiltinRole, Permission

PERMISSIONS: Final = (
    Permission("runs.run.list", "List and search runs.", BuiltinRole.VIEWER),
    Permission("runs.run.read", "See a run with its input, logs and calls.", BuiltinRole.REVIEWER),
    Permission("runs.run.create", "Run scripts, dry-run drafts and replay runs.", BuiltinRole.AUTHOR),
    Permission("runs.run.cancel", "Stop a run that waits or is under way.", BuiltinRole.AUTHOR),
    Permission("runs.limits.read", "See the tenant's ceilings and how long its history is kept.", BuiltinRole.REVIEWER),
    Permission("runs.limits.update", "Set the tenant's ceilings and how long its history is kept.", BuiltinRole.OPERATOR),
    Permission("runs.secret.list", "List the names of secrets.", BuiltinRole.AUTHOR),
    Permission("runs.secret.update", "Set the value of a secret, which nobody can read afterwards.", BuiltinRole.ADMIN),
    Permission("runs.secret.delete", "Delete a secret.", BuiltinRole.ADMIN),
    Permission("runs.host.list", "List the hosts that scripts may call.", BuiltinRole.AUTHOR),
    Permission("runs.host.create", "Let scripts call a host.", BuiltinRole.ADMIN),
    Permission("runs.host.delete", "No longer let scripts call a host.", BuiltinRole.ADMIN),
)
