"""Other names of members, and finding them by a name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GUESTS = "source = 'guest' AND line_user_id IS NULL AND erased_at IS NULL"


def upgrade() -> None:
    op.create_table(
        "member_aliases",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_member_aliases_member_id")
        ),
        sa.PrimaryKeyConstraint("key", "member_id", name=op.f("pk_member_aliases")),
    )
    op.create_index(op.f("ix_member_aliases_member_id"), "member_aliases", ["member_id"])
    op.create_index("ix_members_name", "members", ["name", "id"])
    op.create_index(
        "uq_members_guest",
        "members",
        ["name"],
        unique=True,
        sqlite_where=sa.text(GUESTS),
        postgresql_where=sa.text(GUESTS),
    )


def downgrade() -> None:
    op.drop_index("uq_members_guest", table_name="members")
    op.drop_index("ix_members_name", table_name="members")
    op.drop_table("member_aliases")
