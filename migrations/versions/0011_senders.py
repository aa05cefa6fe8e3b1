"""Who sends at this moment; and indexes of the outbox that do not grow with its history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

RIDES = "rides IS TRUE AND state = 'queued'"
INDEXES = {
    "ix_outbox_ended": (["rule", "period", "state"], "done_at IS NOT NULL"),
    "ix_outbox_riding": (["rule", "id"], RIDES),
    "ix_outbox_bodies": (["done_at"], "done_at IS NOT NULL AND messages <> '[]'"),
}


def upgrade() -> None:
    op.create_table(
        "outbox_senders",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_senders")),
    )
    for name, (columns, where) in INDEXES.items():
        op.create_index(
            name,
            "outbox",
            columns,
            unique=False,
            postgresql_where=sa.text(where),
            sqlite_where=sa.text(where.replace(" IS TRUE", " IS 1")),
        )
    op.drop_index("ix_outbox_rule", table_name="outbox")


def downgrade() -> None:
    op.create_index("ix_outbox_rule", "outbox", ["rule", "period", "state"], unique=False)
    for name in INDEXES:
        op.drop_index(name, table_name="outbox")
    op.drop_table("outbox_senders")
