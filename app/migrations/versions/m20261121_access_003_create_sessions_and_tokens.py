"""Create sessions, API tokens and sign-in attempts, and the revision under which credentials are remembered."""

import sqlalchemy as sa
from alembic import op

from app.base.db import JsonDocument, UtcDateTime
from app.base.db.row_security import protect

revision = "access_003"
down_revision = "access_002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables and the revision."""
    op.create_table(
        "access_session",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("digest", sa.String, nullable=False, unique=True),
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("access_user.id"), nullable=False),
        sa.Column("current_tenant_id", sa.Uuid, sa.ForeignKey("access_tenant.id"), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("last_seen_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("user_agent", sa.String, nullable=False),
    )
    op.create_index("ix_access_session_user_id", "access_session", ["user_id"])
    op.create_table(
        "access_token",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, sa.ForeignKey("access_tenant.id"), nullable=False),
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("access_user.id"), nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("permissions", JsonDocument, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("revoked_at", UtcDateTime, nullable=True),
    )
    op.create_index("ix_access_token_page", "access_token", ["tenant_id", "id"])
    op.create_table(
        "access_sign_in_attempt",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("window_started_at", UtcDateTime, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
    )
    op.execute("INSERT INTO base_revision (name, number) VALUES ('access', 1)")
    protect("access_token")


def downgrade() -> None:
    """Drop the tables and the revision."""
    op.execute("DELETE FROM base_revision WHERE name = 'access'")
    for table in ("access_sign_in_attempt", "access_token", "access_session"):
        op.drop_table(table)
