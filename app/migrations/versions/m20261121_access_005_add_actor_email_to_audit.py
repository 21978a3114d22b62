"""Keep the address of whoever acted beside their name."""

import sqlalchemy as sa
from alembic import op

revision = "access_005"
down_revision = "access_004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; older entries have the address as their name."""
    op.add_column("access_audit", sa.Column("actor_email", sa.String, nullable=False, server_default=""))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("access_audit", "actor_email")
