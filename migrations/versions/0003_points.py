"""The ledger of points, its lots and balances."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# SQLite only counts up on its own in a column of type INTEGER
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "point_balances",
        sa.Column("member_id", ID, nullable=False),
        sa.Column("pending", sa.Integer(), nullable=False),
        sa.Column("available", sa.Integer(), nullable=False),
        sa.Column("overdrawn", sa.Integer(), nullable=False),
        sa.Column("debt", sa.Integer(), nullable=False),
        sa.CheckConstraint("available >= 0", name=op.f("ck_point_balances_available")),
        sa.CheckConstraint("debt >= 0", name=op.f("ck_point_balances_debt")),
        sa.CheckConstraint("overdrawn >= 0", name=op.f("ck_point_balances_overdrawn")),
        sa.CheckConstraint("pending >= 0", name=op.f("ck_point_balances_pending")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_point_balances_member_id")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_point_balances")),
    )
    op.create_table(
        "point_lots",
        sa.Column("id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("earned_on", sa.Date(), nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("pending", sa.Integer(), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.CheckConstraint("pending + remaining <= points", name=op.f("ck_point_lots_whole")),
        sa.CheckConstraint("pending >= 0", name=op.f("ck_point_lots_pending")),
        sa.CheckConstraint("points > 0", name=op.f("ck_point_lots_points")),
        sa.CheckConstraint("remaining >= 0", name=op.f("ck_point_lots_remaining")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_point_lots_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_lots")),
        sa.UniqueConstraint("source", name=op.f("uq_point_lots_source")),
    )
    op.create_index(
        "ix_point_lots_live",
        "point_lots",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("remaining > 0"),
        sqlite_where=sa.text("remaining > 0"),
    )
    op.create_index(op.f("ix_point_lots_member_id"), "point_lots", ["member_id"], unique=False)
    op.create_table(
        "point_transactions",
        sa.Column("id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("body", sa.String(length=300), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("about_id", ID, nullable=True),
        sa.CheckConstraint(
            "kind IN ('earn', 'opening', 'confirm', 'cancel', 'take_back', 'spend', "
            "'give_back', 'expire')",
            name=op.f("ck_point_transactions_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["about_id"], ["point_transactions.id"], name=op.f("fk_point_transactions_about_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_point_transactions_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_transactions")),
        sa.UniqueConstraint("source", name=op.f("uq_point_transactions_source")),
    )
    op.create_index(
        op.f("ix_point_transactions_about_id"), "point_transactions", ["about_id"], unique=False
    )
    op.create_index(
        "ix_point_transactions_member", "point_transactions", ["member_id", "id"], unique=False
    )
    op.create_table(
        "point_entries",
        sa.Column("id", ID, nullable=False),
        sa.Column("transaction_id", ID, nullable=False),
        sa.Column("account", sa.String(length=20), nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("lot_id", ID, nullable=True),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "account IN ('issued', 'pending', 'available', 'owed', 'redeemed', "
            "'expired', 'reversed')",
            name=op.f("ck_point_entries_account"),
        ),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_point_entries_amount")),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["point_lots.id"], name=op.f("fk_point_entries_lot_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_point_entries_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["point_transactions.id"],
            name=op.f("fk_point_entries_transaction_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_entries")),
    )
    op.create_index(op.f("ix_point_entries_lot_id"), "point_entries", ["lot_id"], unique=False)
    op.create_index(
        "ix_point_entries_member", "point_entries", ["member_id", "account"], unique=False
    )
    op.create_index(
        op.f("ix_point_entries_transaction_id"), "point_entries", ["transaction_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("point_entries")
    op.drop_table("point_transactions")
    op.drop_table("point_lots")
    op.drop_table("point_balances")
