"""Find the records that belong to another by an index that the foreign key can use as well; keep pending changes in one tree."""

import sqlalchemy as sa
from alembic import op

revision = "entities_002"
down_revision = "entities_001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Replace the index of parents; write the table of pending changes anew, without row numbers, on SQLite."""
    op.drop_index("ix_entities_record_parent", "entities_record")
    has_parent = sa.text("parent_id IS NOT NULL")
    op.create_index(
        "ix_entities_record_parent", "entities_record", ["parent_id", "id"], sqlite_where=has_parent, postgresql_where=has_parent
    )
    _rewrite_pending(with_rowid=False)


def downgrade() -> None:
    """Take both back."""
    _rewrite_pending(with_rowid=True)
    op.drop_index("ix_entities_record_parent", "entities_record")
    op.create_index("ix_entities_record_parent", "entities_record", ["tenant_id", "parent_id", "id"])


def _rewrite_pending(*, with_rowid: bool) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    op.rename_table("entities_pending", "entities_pending_before")
    op.create_table(
        "entities_pending",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("record_id", sa.Uuid, nullable=False),
        sqlite_with_rowid=with_rowid,
    )
    op.execute("INSERT INTO entities_pending (id, tenant_id, record_id) SELECT id, tenant_id, record_id FROM entities_pending_before")
    op.drop_table("entities_pending_before")
