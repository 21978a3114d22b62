"""Create the audit log."""

import sqlalchemy as sa
from alembic import op

from app.base.db import JsonDocument, UtcDateTime
from app.base.db.row_security import protect

revision = "access_004"
down_revision = "access_003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "access_audit",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, sa.ForeignKey("access_tenant.id"), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("actor_id", sa.Uuid, nullable=False),
        sa.Column("actor_name", sa.String, nullable=False),
        sa.Column("actor_kind", sa.String, nullable=False),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("subject_type", sa.String, nullable=False),
        sa.Column("subject_id", sa.String, nullable=False),
        sa.Column("before", JsonDocument, nullable=True),
        sa.Column("after", JsonDocument, nullable=True),
        sa.Column("correlation_id", sa.String, nullable=False),
    )
    op.create_index("ix_access_audit_page", "access_audit", ["tenant_id", "id"])
    op.create_index("ix_access_audit_subject", "access_audit", ["tenant_id", "subject_type", "subject_id", "id"])
    protect("access_audit")


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("access_audit")
