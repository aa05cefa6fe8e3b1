"""What each member's orders come to, by what they are scored, and tags by rule."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# SQLite only counts up on its own in a column of type INTEGER
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
YEAR_FROM = {
    "postgresql": "(now() AT TIME ZONE 'Asia/Taipei')::date - 365",
    "sqlite": "date('now', '+8 hours', '-365 days')",
}


def upgrade() -> None:
    op.create_table(
        "scorings",
        sa.Column("id", ID, nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("buyers", sa.Integer(), nullable=False),
        sa.Column("recency", sa.JSON(), nullable=False),
        sa.Column("frequency", sa.JSON(), nullable=False),
        sa.Column("monetary", sa.JSON(), nullable=False),
        sa.Column("interval_days", sa.Integer(), nullable=False),
        sa.Column("rules", sa.String(length=16), nullable=False),
        sa.Column("through", ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scorings")),
    )
    op.create_table(
        "member_totals",
        sa.Column("member_id", ID, nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("spend", sa.BigInteger(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("year_from", sa.Date(), nullable=False),
        sa.Column("year_orders", sa.Integer(), nullable=False),
        sa.Column("year_spend", sa.BigInteger(), nullable=False),
        sa.Column("year_oldest_on", sa.Date(), nullable=True),
        sa.Column("recency", sa.Integer(), nullable=True),
        sa.Column("frequency", sa.Integer(), nullable=True),
        sa.Column("monetary", sa.Integer(), nullable=True),
        sa.Column("segment", sa.String(length=20), nullable=True),
        sa.Column("stage", sa.String(length=20), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "orders >= 0 AND year_orders >= 0",
            name=op.f("ck_member_totals_orders_not_negative"),
        ),
        sa.CheckConstraint("year_orders <= orders", name=op.f("ck_member_totals_year_within_all")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_member_totals_member_id")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_member_totals")),
    )
    _count()
    op.create_index("ix_member_totals_review", "member_totals", ["review_on", "member_id"])
    op.create_index(op.f("ix_member_totals_year_oldest_on"), "member_totals", ["year_oldest_on"])
    with op.batch_alter_table("member_tags", recreate="auto") as table:
        table.add_column(
            sa.Column("by_rule", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        table.add_column(sa.Column("until", sa.Date(), nullable=True))
        table.create_index("ix_member_tags_until", ["until"])


def _count() -> None:
    """Everybody's orders until now, in one statement."""
    since = YEAR_FROM[op.get_bind().dialect.name]
    op.execute(
        f"""
        INSERT INTO member_totals (member_id, orders, spend, first_on, last_on,
            year_from, year_orders, year_spend, year_oldest_on)
        SELECT member_id, count(*), sum(cash - refunded), min(ordered_on), max(ordered_on),
            {since},
            count(*) FILTER (WHERE ordered_on >= {since}),
            coalesce(sum(cash - refunded) FILTER (WHERE ordered_on >= {since}), 0),
            min(ordered_on) FILTER (WHERE ordered_on >= {since})
        FROM orders WHERE status IN ('paid', 'picked_up') GROUP BY member_id
        """
    )


def downgrade() -> None:
    with op.batch_alter_table("member_tags") as table:
        table.drop_index("ix_member_tags_until")
        table.drop_column("until")
        table.drop_column("by_rule")
    op.drop_table("member_totals")
    op.drop_table("scorings")
