"""Create schedules, their occurrences and tenants' clocks."""

import sqlalchemy as sa
from alembic import op

from app.base.db import UtcDateTime
from app.base.db.row_security import protect

revision = "schedules_001"
down_revision = "access_006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "schedules_schedule",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, sa.ForeignKey("access_tenant.id"), nullable=False),
        sa.Column("script_id", sa.Uuid, nullable=False),
        sa.Column("followed_script_id", sa.Uuid, nullable=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("expression", sa.String, nullable=False),
        sa.Column("own_zone", sa.String, nullable=False),
        sa.Column("zone", sa.String, nullable=False),
        sa.Column("missed", sa.String, nullable=False),
        sa.Column("missed_cap", sa.Integer, nullable=False),
        sa.Column("overlap", sa.String, nullable=False),
        sa.Column("jitter_seconds", sa.Integer, nullable=False),
        sa.Column("starts_at", UtcDateTime, nullable=True),
        sa.Column("ends_at", UtcDateTime, nullable=True),
        sa.Column("paused_at", UtcDateTime, nullable=True),
        sa.Column("paused_by", sa.String, nullable=True),
        sa.Column("script_stopped_at", UtcDateTime, nullable=True),
        sa.Column("handled_until", UtcDateTime, nullable=False),
        sa.Column("next_at", UtcDateTime, nullable=True),
        sa.Column("wake_at", UtcDateTime, nullable=True),
        sa.Column("waiting", sa.Integer, nullable=False),
        sa.Column("skipped", sa.BigInteger, nullable=False),
        sa.Column("last_skip", sa.String, nullable=True),
        sa.Column("last_skip_at", UtcDateTime, nullable=True),
        sa.Column("last_run_id", sa.Uuid, nullable=True),
        sa.Column("last_run_at", UtcDateTime, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("tenant_id", "followed_script_id"),
    )
    op.create_index("ix_schedules_schedule_page", "schedules_schedule", ["tenant_id", "id"])
    op.create_index("ix_schedules_schedule_script", "schedules_schedule", ["tenant_id", "script_id", "id"])
    op.create_index("ix_schedules_schedule_due", "schedules_schedule", ["wake_at"])
    op.create_table(
        "schedules_occurrence",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("schedule_id", sa.Uuid, nullable=False),
        sa.Column("occurs_at", UtcDateTime, nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=True),
        sa.Column("run_id", sa.Uuid, nullable=True),
        sa.Column("started_at", UtcDateTime, nullable=True),
        sa.Column("lag_ms", sa.Integer, nullable=True),
        sa.UniqueConstraint("tenant_id", "schedule_id", "occurs_at"),
    )
    op.create_index("ix_schedules_occurrence_page", "schedules_occurrence", ["tenant_id", "schedule_id", "id"])
    is_waiting = sa.text("state = 'waiting'")
    columns = ["tenant_id", "schedule_id", "occurs_at"]
    op.create_index(
        "ix_schedules_occurrence_waiting", "schedules_occurrence", columns, sqlite_where=is_waiting, postgresql_where=is_waiting
    )
    op.create_table(
        "schedules_clock",
        sa.Column("tenant_id", sa.Uuid, sa.ForeignKey("access_tenant.id"), primary_key=True),
        sa.Column("zone", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    for table in ("schedules_schedule", "schedules_occurrence", "schedules_clock"):
        protect(table)


def downgrade() -> None:
    """Drop the tables."""
    for table in ("schedules_clock", "schedules_occurrence", "schedules_schedule"):
        op.drop_table(table)
