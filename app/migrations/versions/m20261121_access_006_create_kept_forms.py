"""Create the place for forms that were sent after their session had run out."""

import sqlalchemy as sa
from alembic import op

from app.base.db import JsonDocument, UtcDateTime
from app.base.db.row_security import protect

revision = "access_006"
down_revision = "access_005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "access_kept_form",
        sa.Column("tenant_id", sa.Uuid, sa.ForeignKey("access_tenant.id"), primary_key=True),
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("access_user.id"), primary_key=True),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("path", sa.String, nullable=False),
        sa.Column("fields", JsonDocument, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
    )
    protect("access_kept_form")


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("access_kept_form")
