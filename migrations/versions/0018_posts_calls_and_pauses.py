"""Posted cards wait for their ids, edited calls may do nothing, some things are said seldom."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "pauses",
        sa.Column("key", sa.String(length=140), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pauses")),
    )
    op.create_index(op.f("ix_pauses_at"), "pauses", ["at"], unique=False)
    op.add_column(
        "group_buy_posts", sa.Column("reply_token", sa.String(length=300), nullable=True)
    )
    untold = sa.text("reply_token IS NOT NULL")
    op.create_index(
        "ix_group_buy_posts_untold",
        "group_buy_posts",
        ["reply_token"],
        unique=False,
        postgresql_where=untold,
        sqlite_where=untold,
    )
    strangers = sa.text("source = 'group' AND NOT is_friend AND name = '' AND profiled_at IS NULL")
    op.create_index(
        "ix_members_strangers",
        "members",
        ["id"],
        unique=False,
        postgresql_where=strangers,
        sqlite_where=strangers,
    )
    with op.batch_alter_table("calls") as calls:
        calls.alter_column("group_buy_id", existing_type=ID, nullable=True)
        calls.alter_column("member_id", existing_type=ID, nullable=True)
    op.create_index("ix_calls_chat", "calls", ["chat_id", "group_buy_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_calls_chat", table_name="calls")
    op.execute("DELETE FROM calls WHERE group_buy_id IS NULL OR member_id IS NULL")
    with op.batch_alter_table("calls") as calls:
        calls.alter_column("member_id", existing_type=ID, nullable=False)
        calls.alter_column("group_buy_id", existing_type=ID, nullable=False)
    op.drop_index("ix_members_strangers", table_name="members")
    op.drop_index("ix_group_buy_posts_untold", table_name="group_buy_posts")
    op.drop_column("group_buy_posts", "reply_token")
    op.drop_index(op.f("ix_pauses_at"), table_name="pauses")
    op.drop_table("pauses")
