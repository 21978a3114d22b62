"""What may be done with scripts."""

from typing import Final

from app.access import BuiltinRole, Permission

PERMISSIONS: Final = (
    Permission("scripts.script.list", "List and search scripts.", BuiltinRole.VIEWER),
    Permission("scripts.script.read", "Read a script's source, settings and versions; compare and export them.", BuiltinRole.VIEWER),
    Permission("scripts.script.create", "Create scripts, import them from files, and have sources checked.", BuiltinRole.AUTHOR),
    Permission(
        "scripts.script.update",
        "Save versions and settings; choose the version that runs; pause, resume, disable, archive and reset scripts.",
        BuiltinRole.AUTHOR,
    ),
    Permission("scripts.script.delete", "Delete scripts and bring deleted ones back.", BuiltinRole.AUTHOR),
    Permission(
        "scripts.script.manage", "Let scripts run as another role, fail open or use secrets; purge deleted ones.", BuiltinRole.ADMIN
    ),
)
