"""Rewards for points, and claims on them whose terms cannot be rewritten."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
KINDS = "kind IN ('goods', 'coupon', 'experience', 'seat')"
KEPT = "reward_id, member_id, source, code, name, kind, points, claimed_at"


def upgrade() -> None:
    op.create_table(
        "rewards",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("coupon_key", sa.String(length=40), nullable=True),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("per_member_limit", sa.Integer(), nullable=True),
        sa.Column("tiers", sa.String(length=250), nullable=False),
        sa.Column("opens_at", TIME, nullable=True),
        sa.Column("closes_at", TIME, nullable=True),
        sa.Column("picture", sa.String(length=1000), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("withdrawn_at", TIME, nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_rewards_kind")),
        sa.CheckConstraint(
            "(kind = 'coupon') = (coupon_key IS NOT NULL)", name=op.f("ck_rewards_coupon")
        ),
        sa.CheckConstraint("price >= 1", name=op.f("ck_rewards_price_positive")),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_rewards_taken_not_negative")),
        sa.CheckConstraint("taken <= stock", name=op.f("ck_rewards_taken_within_stock")),
        sa.CheckConstraint("per_member_limit >= 1", name=op.f("ck_rewards_limit_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rewards")),
    )
    op.create_table(
        "reward_counts",
        sa.Column("reward_id", ID, autoincrement=False, nullable=False),
        sa.Column("member_id", ID, autoincrement=False, nullable=False),
        sa.Column("claimed", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.CheckConstraint("claimed >= 0", name=op.f("ck_reward_counts_claimed_not_negative")),
        sa.CheckConstraint("claimed <= most", name=op.f("ck_reward_counts_claimed_within_most")),
        sa.ForeignKeyConstraint(
            ["reward_id"], ["rewards.id"], name=op.f("fk_reward_counts_reward_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_reward_counts_member_id")
        ),
        sa.PrimaryKeyConstraint("reward_id", "member_id", name=op.f("pk_reward_counts")),
    )
    _create_claims()
    for statement in _triggers():
        op.execute(statement)


def _create_claims() -> None:
    op.create_table(
        "reward_claims",
        sa.Column("id", ID, nullable=False),
        sa.Column("reward_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("code", sa.String(length=11), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("coupon_id", ID, nullable=True),
        sa.Column("claimed_at", TIME, nullable=False),
        sa.Column("handed_at", TIME, nullable=True),
        sa.Column("handed_by", ID, nullable=True),
        sa.Column("cancelled_at", TIME, nullable=True),
        sa.Column("cancelled_by", ID, nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'handed', 'cancelled')", name=op.f("ck_reward_claims_state")
        ),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancelled_at IS NOT NULL)",
            name=op.f("ck_reward_claims_cancelled"),
        ),
        sa.CheckConstraint(
            "state <> 'handed' OR handed_at IS NOT NULL", name=op.f("ck_reward_claims_handed")
        ),
        sa.CheckConstraint("points >= 1", name=op.f("ck_reward_claims_points_positive")),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{of}.id"], name=op.f(f"fk_reward_claims_{column}")
            )
            for column, of in (
                ("reward_id", "rewards"),
                ("member_id", "members"),
                ("coupon_id", "coupons"),
                ("handed_by", "members"),
                ("cancelled_by", "members"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward_claims")),
        *(
            sa.UniqueConstraint(column, name=op.f(f"uq_reward_claims_{column}"))
            for column in ("source", "code", "coupon_id")
        ),
    )
    op.create_index("ix_reward_claims_member", "reward_claims", ["member_id", "id"])
    op.create_index("ix_reward_claims_reward", "reward_claims", ["reward_id", "member_id"])


def _triggers() -> list[str]:
    if op.get_bind().dialect.name == "postgresql":
        return [
            f"CREATE TRIGGER reward_claims_append_only BEFORE UPDATE OF {KEPT} OR DELETE OR "
            "TRUNCATE ON reward_claims FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        ]
    refuse = "BEGIN SELECT RAISE(ABORT, 'reward_claims is append-only'); END"
    return [
        "CREATE TRIGGER reward_claims_no_update "
        f"BEFORE UPDATE OF {KEPT} ON reward_claims {refuse}",
        f"CREATE TRIGGER reward_claims_no_delete BEFORE DELETE ON reward_claims {refuse}",
        "CREATE TRIGGER reward_claims_no_replace BEFORE INSERT ON reward_claims "
        f"WHEN EXISTS (SELECT 1 FROM reward_claims WHERE id = NEW.id) {refuse}",
    ]


def downgrade() -> None:
    op.drop_table("reward_claims")
    op.drop_table("reward_counts")
    op.drop_table("rewards")
