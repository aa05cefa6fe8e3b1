"""Tiers: what counts towards them, and who has which."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# SQLite only counts up on its own in a column of type INTEGER
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "tier_rules",
        sa.Column("mark", sa.String(length=16), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("first_used_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_tier_rules")),
    )
    op.create_table(
        "member_tiers",
        sa.Column("member_id", ID, nullable=False),
        sa.Column("tier", sa.String(length=20), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("judged_on", sa.Date(), nullable=True),
        sa.Column("rules", sa.String(length=16), nullable=False),
        sa.Column("touched_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_member_tiers_member_id")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_member_tiers")),
    )
    op.create_index(op.f("ix_member_tiers_tier"), "member_tiers", ["tier"], unique=False)
    op.create_index(op.f("ix_member_tiers_until"), "member_tiers", ["until"], unique=False)
    op.create_table(
        "tier_changes",
        sa.Column("id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("before", sa.String(length=20), nullable=False),
        sa.Column("after", sa.String(length=20), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=True),
        sa.Column("spend", sa.Integer(), nullable=False),
        sa.Column("rules", sa.String(length=16), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.CheckConstraint(
            "reason IN ('credit', 'refund', 'review')", name=op.f("ck_tier_changes_reason")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_tier_changes_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier_changes")),
    )
    op.create_index(op.f("ix_tier_changes_at"), "tier_changes", ["at"], unique=False)
    op.create_index("ix_tier_changes_member", "tier_changes", ["member_id", "id"], unique=False)
    op.create_table(
        "tier_credits",
        sa.Column("id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("ordered_on", sa.Date(), nullable=False),
        sa.Column("qualified_on", sa.Date(), nullable=False),
        sa.Column("refunded", sa.Integer(), nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.CheckConstraint(
            "kind IN ('order', 'friend', 'engagement', 'fee')", name=op.f("ck_tier_credits_kind")
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_tier_credits_amount")),
        sa.CheckConstraint(
            "refunded >= 0 AND refunded <= amount", name=op.f("ck_tier_credits_refunded")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_tier_credits_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier_credits")),
        sa.UniqueConstraint("source", name=op.f("uq_tier_credits_source")),
    )
    op.create_index(
        "ix_tier_credits_member", "tier_credits", ["member_id", "ordered_on"], unique=False
    )
    op.create_table(
        "tier_rewards",
        sa.Column("member_id", ID, nullable=False),
        sa.Column("tier", sa.String(length=20), nullable=False),
        sa.Column("earned_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_tier_rewards_member_id")
        ),
        sa.PrimaryKeyConstraint("member_id", "tier", name=op.f("pk_tier_rewards")),
    )


def downgrade() -> None:
    op.drop_table("tier_rewards")
    op.drop_table("tier_credits")
    op.drop_table("tier_changes")
    op.drop_table("member_tiers")
    op.drop_table("tier_rules")
