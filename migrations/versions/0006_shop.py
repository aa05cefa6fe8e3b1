"""Products, orders and what is learnt from them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# SQLite only counts up on its own in a column of type INTEGER
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "products",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=50), nullable=False),
        sa.Column("price", sa.Integer(), nullable=True),
        sa.Column("days_of_supply", sa.Integer(), nullable=True),
        sa.CheckConstraint("days_of_supply >= 1", name=op.f("ck_products_supply_lasts")),
        sa.CheckConstraint("price >= 0", name=op.f("ck_products_price_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        sa.UniqueConstraint("name", name=op.f("uq_products_name")),
    )
    op.create_table(
        "orders",
        sa.Column("id", ID, nullable=False),
        sa.Column("order_no", sa.String(length=64), nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("ordered_at", TIME, nullable=False),
        sa.Column("ordered_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("cash", sa.Integer(), nullable=False),
        sa.Column("refunded", sa.Integer(), nullable=False),
        sa.Column("imported_at", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.CheckConstraint(
            "status IN ('placed', 'paid', 'picked_up', 'cancelled', 'refunded')",
            name=op.f("ck_orders_status"),
        ),
        sa.CheckConstraint("cash >= 0", name=op.f("ck_orders_cash_not_negative")),
        sa.CheckConstraint(
            "refunded >= 0 AND refunded <= cash", name=op.f("ck_orders_refund_within_cash")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_orders_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("order_no", name=op.f("uq_orders_order_no")),
    )
    op.create_index("ix_orders_day", "orders", ["ordered_on"], unique=False)
    op.create_index("ix_orders_member", "orders", ["member_id", "ordered_on"], unique=False)
    op.create_table(
        "supply_answers",
        sa.Column("member_id", ID, nullable=False),
        sa.Column("product_id", ID, nullable=False),
        sa.Column("bought_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.CheckConstraint(
            "answer IN ('finished', 'not_yet')", name=op.f("ck_supply_answers_answer")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_supply_answers_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_supply_answers_product_id")
        ),
        sa.PrimaryKeyConstraint(
            "member_id", "product_id", "bought_on", name=op.f("pk_supply_answers")
        ),
    )
    op.create_table(
        "order_lines",
        sa.Column("id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("product_id", ID, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("days_of_supply", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_order_lines_amount_not_negative")),
        sa.CheckConstraint("days_of_supply >= 1", name=op.f("ck_order_lines_supply_lasts")),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_order_lines_quantity")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_lines_order_id")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_order_lines_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_lines")),
    )
    op.create_index(op.f("ix_order_lines_order_id"), "order_lines", ["order_id"], unique=False)
    op.create_index(
        "ix_order_lines_product", "order_lines", ["product_id", "order_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("order_lines")
    op.drop_table("supply_answers")
    op.drop_table("orders")
    op.drop_table("products")
