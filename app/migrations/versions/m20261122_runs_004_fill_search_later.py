"""Keep the texts of runs that the search doesn't know yet."""

import sqlalchemy as sa
from alembic import op

from app.base.db.row_security import protect

revision = "runs_004"
down_revision = "runs_003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "runs_pending",
        sa.Column("run_id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("body", sa.String, nullable=False),
        sqlite_with_rowid=False,
    )
    protect("runs_pending")


def downgrade() -> None:
    """Give the search what it doesn't know yet, then drop the table."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT set_config('app.tenant', '*', true)")  # whose rows it is about: everybody's
    op.execute("INSERT INTO runs_search (run_id, tenant_id, body) SELECT run_id, tenant_id, body FROM runs_pending ORDER BY run_id")
    op.drop_table("runs_pending")
