"""Create scripts and their versions."""

import sqlalchemy as sa
from alembic import op

from app.base.db import JsonDocument, UtcDateTime
from app.base.db.row_security import protect

revision = "scripts_001"
down_revision = "access_006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "scripts_script",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, sa.ForeignKey("access_tenant.id"), nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("live_name", sa.String, nullable=True),
        sa.Column("description", sa.String, nullable=False),
        sa.Column("search", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("status_since", UtcDateTime, nullable=False),
        sa.Column("trigger_kind", sa.String, nullable=False),
        sa.Column("entity_type", sa.String, nullable=True),
        sa.Column("phase", sa.String, nullable=False),
        sa.Column("endpoint", sa.String, nullable=True),
        sa.Column("trigger", JsonDocument, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("failure_policy", sa.String, nullable=False),
        sa.Column("limits_profile", sa.String, nullable=False),
        sa.Column("allowed_secrets", JsonDocument, nullable=False),
        sa.Column("run_as", sa.String, nullable=False),
        sa.Column("latest_version", sa.Integer, nullable=False),
        sa.Column("active_version", sa.Integer, nullable=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("consecutive_errors", sa.Integer, nullable=False),
        sa.Column("last_error", sa.String, nullable=True),
        sa.Column("last_error_at", UtcDateTime, nullable=True),
        sa.Column("last_error_run_id", sa.Uuid, nullable=True),
        sa.Column("disabled_reason", sa.String, nullable=True),
        sa.Column("disabled_at", UtcDateTime, nullable=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("deleted_at", UtcDateTime, nullable=True),
        sa.UniqueConstraint("tenant_id", "live_name"),
    )
    op.create_index("ix_scripts_script_page", "scripts_script", ["tenant_id", "id"])
    op.create_index("ix_scripts_script_event", "scripts_script", ["tenant_id", "status", "trigger_kind", "entity_type", "phase"])
    op.create_index("ix_scripts_script_deleted", "scripts_script", ["tenant_id", "deleted_at"])
    op.create_index("ux_scripts_script_endpoint", "scripts_script", ["tenant_id", "endpoint"], unique=True)
    op.create_table(
        "scripts_version",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, sa.ForeignKey("access_tenant.id"), nullable=False),
        sa.Column("script_id", sa.Uuid, sa.ForeignKey("scripts_script.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("errors", sa.Integer, nullable=False),
        sa.Column("warnings", sa.Integer, nullable=False),
        sa.Column("author_id", sa.Uuid, nullable=False),
        sa.Column("author_name", sa.String, nullable=False),
        sa.Column("author_kind", sa.String, nullable=False),
        sa.Column("message", sa.String, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("tenant_id", "script_id", "number"),
    )
    for table in ("scripts_script", "scripts_version"):
        protect(table)


def downgrade() -> None:
    """Drop the tables."""
    for table in ("scripts_version", "scripts_script"):
        op.drop_table(table)
