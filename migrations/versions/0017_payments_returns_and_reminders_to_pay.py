"""Payments, returns and reminders to pay; an order can be unpaid again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "deposits",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("digits", sa.String(length=5), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("booked_at", TIME, nullable=True),
        sa.Column("note_sealed", sa.String(), nullable=True),
        sa.Column("imported_at", TIME, nullable=False),
        sa.Column("set_aside_at", TIME, nullable=True),
        sa.CheckConstraint("amount >= 1", name=op.f("ck_deposits_amount")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposits")),
        sa.UniqueConstraint("key", name=op.f("uq_deposits_key")),
    )
    op.create_index("ix_deposits_day", "deposits", ["booked_on"], unique=False)

    op.create_table(
        "payments",
        sa.Column("id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("digits", sa.String(length=5), nullable=False),
        sa.Column("evidence_id", sa.String(length=64), nullable=True),
        sa.Column("reported_at", TIME, nullable=True),
        sa.Column("received_at", TIME, nullable=True),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("deposit_id", ID, nullable=True),
        sa.CheckConstraint(
            "(state = 'reported') = (decided_at IS NULL)", name=op.f("ck_payments_decided")
        ),
        sa.CheckConstraint("method IN ('transfer', 'cash')", name=op.f("ck_payments_method")),
        sa.CheckConstraint(
            "state <> 'confirmed' OR amount >= 1", name=op.f("ck_payments_confirmed_amount")
        ),
        sa.CheckConstraint(
            "state IN ('reported', 'confirmed', 'rejected', 'duplicate')",
            name=op.f("ck_payments_state"),
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_payments_amount")),
        sa.ForeignKeyConstraint(
            ["deposit_id"], ["deposits.id"], name=op.f("fk_payments_deposit_id")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_payments_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint("deposit_id", name=op.f("uq_payments_deposit_id")),
    )
    op.create_index("ix_payments_member", "payments", ["member_id", "id"], unique=False)
    op.create_index(
        "ix_payments_reported",
        "payments",
        ["reported_at"],
        unique=False,
        postgresql_where=sa.text("state = 'reported'"),
        sqlite_where=sa.text("state = 'reported'"),
    )
    op.create_index(
        "uq_payments_reported",
        "payments",
        ["member_id", "digits", "amount"],
        unique=True,
        postgresql_where=sa.text("state = 'reported' AND digits <> ''"),
        sqlite_where=sa.text("state = 'reported' AND digits <> ''"),
    )

    op.create_table(
        "dunnings",
        sa.Column("order_id", ID, autoincrement=False, nullable=False),
        sa.Column("last_at", TIME, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_dunnings_order_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_dunnings")),
    )
    op.create_table(
        "payment_shares",
        sa.Column("payment_id", ID, autoincrement=False, nullable=False),
        sa.Column("order_id", ID, autoincrement=False, nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_payment_shares_amount")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_payment_shares_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_payment_shares_payment_id")
        ),
        sa.PrimaryKeyConstraint("payment_id", "order_id", name=op.f("pk_payment_shares")),
    )
    op.create_index("ix_payment_shares_order_id", "payment_shares", ["order_id"], unique=False)

    op.create_table(
        "return_requests",
        sa.Column("id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason_sealed", sa.String(), nullable=True),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("amount", sa.Integer(), nullable=True),
        sa.Column("answer_sealed", sa.String(), nullable=True),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "(state = 'approved') = (amount IS NOT NULL)", name=op.f("ck_return_requests_amount")
        ),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL)", name=op.f("ck_return_requests_decided")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'approved', 'rejected')", name=op.f("ck_return_requests_state")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_return_requests_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_return_requests_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_requests")),
    )
    op.create_index("ix_return_requests_member_id", "return_requests", ["member_id"], unique=False)
    op.create_index("ix_return_requests_order", "return_requests", ["order_id"], unique=False)
    op.create_index(
        "uq_return_requests_open",
        "return_requests",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )

    op.add_column(
        "orders", sa.Column("reopened", sa.Integer(), server_default="0", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("orders", "reopened")

    op.drop_index("uq_return_requests_open", table_name="return_requests")
    op.drop_index("ix_return_requests_order", table_name="return_requests")
    op.drop_index("ix_return_requests_member_id", table_name="return_requests")

    op.drop_table("return_requests")
    op.drop_index("ix_payment_shares_order_id", table_name="payment_shares")

    op.drop_table("payment_shares")
    op.drop_table("dunnings")
    op.drop_index("uq_payments_reported", table_name="payments")
    op.drop_index("ix_payments_reported", table_name="payments")
    op.drop_index("ix_payments_member", table_name="payments")

    op.drop_table("payments")
    op.drop_index("ix_deposits_day", table_name="deposits")

    op.drop_table("deposits")
