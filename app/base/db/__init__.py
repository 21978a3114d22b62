"""The database: engines, the unit of work, the tenant scope, and the two paths (`Database.read`, `Database.write`) that run them.

Knows SQLite and PostgreSQL; knows no table of any domain.
"""

from app.base.db.database import Database
from app.base.db.prepared import prepared, prepared_above, prepared_update
from app.base.db.rows import GlobalRow, TenantRow
from app.base.db.scope import Scope, UnscopedStatement
from app.base.db.types import JsonDocument, UtcDateTime
from app.base.db.work import Work

__all__ = [
    "Database",
    "GlobalRow",
    "JsonDocument",
    "Scope",
    "TenantRow",
    "UnscopedStatement",
    "UtcDateTime",
    "Work",
    "prepared",
    "prepared_above",
    "prepared_update",
]
