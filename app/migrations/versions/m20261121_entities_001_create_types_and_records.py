"""Create entity types, their records, and what keeps records apart and together."""

import sqlalchemy as sa
from alembic import op

from app.base.db import JsonDocument, UtcDateTime
from app.base.db.row_security import protect

revision = "entities_001"
down_revision = "runs_002"
branch_labels = None
depends_on = None

_TABLES = ("entities_type", "entities_record", "entities_unique", "entities_reference", "entities_pending", "entities_index")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "entities_type",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, sa.ForeignKey("access_tenant.id"), nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("label", sa.String, nullable=False),
        sa.Column("description", sa.String, nullable=False),
        sa.Column("attached_to", sa.String, nullable=True),
        sa.Column("on_parent_delete", sa.String, nullable=False),
        sa.Column("fields", JsonDocument, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("tenant_id", "name"),
    )
    op.create_index("ix_entities_type_page", "entities_type", ["tenant_id", "id"])
    op.create_table(
        "entities_record",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, sa.ForeignKey("access_tenant.id"), nullable=False),
        sa.Column("type_id", sa.Uuid, sa.ForeignKey("entities_type.id"), nullable=False),
        sa.Column("parent_id", sa.Uuid, sa.ForeignKey("entities_record.id"), nullable=True),
        sa.Column("data", JsonDocument, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("updated_by", sa.String, nullable=False),
    )
    op.create_index("ix_entities_record_page", "entities_record", ["tenant_id", "type_id", "id"])
    op.create_index("ix_entities_record_parent", "entities_record", ["tenant_id", "parent_id", "id"])
    op.create_table(
        "entities_unique",
        sa.Column("tenant_id", sa.Uuid, primary_key=True),
        sa.Column("type_id", sa.Uuid, primary_key=True),
        sa.Column("field", sa.String, primary_key=True),
        sa.Column("value", sa.String, primary_key=True),
        sa.Column("record_id", sa.Uuid, nullable=False),
    )
    op.create_index("ix_entities_unique_record", "entities_unique", ["tenant_id", "record_id"])
    op.create_table(
        "entities_reference",
        sa.Column("tenant_id", sa.Uuid, primary_key=True),
        sa.Column("record_id", sa.Uuid, primary_key=True),
        sa.Column("field", sa.String, primary_key=True),
        sa.Column("target_id", sa.Uuid, primary_key=True),
    )
    op.create_index("ix_entities_reference_target", "entities_reference", ["tenant_id", "target_id", "record_id"])
    op.create_table(
        "entities_pending",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("record_id", sa.Uuid, nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.create_table(
            "entities_index",
            sa.Column("record_id", sa.Uuid, primary_key=True),
            sa.Column("tenant_id", sa.Uuid, nullable=False),
            sa.Column("type_id", sa.Uuid, nullable=False),
            sa.Column("version", sa.Integer, nullable=False),
            sa.Column("body", sa.String, nullable=False),
        )
        op.execute("CREATE INDEX ix_entities_index_words ON entities_index USING gin (to_tsvector('simple', body))")
    else:
        # Tenant, type and record are words of the index as well: a search meets its own rows alone, and a row is found by its record.
        op.execute(
            "CREATE VIRTUAL TABLE entities_index USING fts5"
            "(record_id, tenant_id, type_id, version UNINDEXED, body, tokenize = 'unicode61 remove_diacritics 2')"
        )
    for table in _TABLES:
        protect(table)


def downgrade() -> None:
    """Drop the tables."""
    for table in reversed(_TABLES):
        op.drop_table(table)
