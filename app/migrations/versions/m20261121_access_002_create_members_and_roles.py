"""Create memberships and tenants' own roles."""

import sqlalchemy as sa
from alembic import op

from app.base.db import JsonDocument, UtcDateTime
from app.base.db.row_security import protect

revision = "access_002"
down_revision = "access_001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "access_member",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, sa.ForeignKey("access_tenant.id"), nullable=False),
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("access_user.id"), nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("tenant_id", "user_id"),
    )
    op.create_index("ix_access_member_page", "access_member", ["tenant_id", "id"])
    op.create_index("ix_access_member_user_id", "access_member", ["user_id"])
    op.create_table(
        "access_role",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, sa.ForeignKey("access_tenant.id"), nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("description", sa.String, nullable=False),
        sa.Column("inherits", sa.String, nullable=False),
        sa.Column("extra_permissions", JsonDocument, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("tenant_id", "name"),
    )
    protect("access_member")
    protect("access_role")


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("access_role")
    op.drop_table("access_member")
