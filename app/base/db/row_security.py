"""Row-level security on PostgreSQL: the wall below ours. Migrations call `protect` for every table of tenant rows.

A session sees and writes rows of the tenant that its transaction named in `app.tenant`, or all of them under `*`; without a name, none.
FORCE makes it hold for the tables' owner too; only superusers pass, so Alloy must not connect as one.
"""

from alembic import op


def protect(table: str) -> None:
    """Let each transaction see the rows of its tenant alone; does nothing on SQLite."""
    if op.get_bind().dialect.name != "postgresql":
        return
    allowed = "current_setting('app.tenant', true) IN (tenant_id::text, '*')"
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant_rows ON {table} USING ({allowed}) WITH CHECK ({allowed})")
