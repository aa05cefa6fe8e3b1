"""Group-buys and bills."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "group_buys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pickup", sa.String(length=200), nullable=False),
        sa.Column("pickup_on", sa.Date(), nullable=True),
        sa.Column("tier", sa.String(length=40), nullable=False),
        sa.Column("tag", sa.String(length=50), nullable=False),
        sa.Column("windows", sa.Text(), nullable=False),
        sa.Column("preorder", sa.Boolean(), nullable=False),
        sa.Column("hold_minutes", sa.Integer(), nullable=False),
        sa.Column("dropship", sa.Boolean(), nullable=False),
        sa.Column("fees", sa.Text(), nullable=False),
        sa.Column("free_from", sa.Integer(), nullable=True),
        sa.Column("picture", sa.String(length=1000), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "stage IN ('draft', 'open', 'closed', 'arrived', 'finished', 'failed')",
            name=op.f("ck_group_buys_stage"),
        ),
        sa.CheckConstraint("minimum >= 1", name=op.f("ck_group_buys_minimum_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_buys")),
    )
    with op.batch_alter_table("group_buys", schema=None) as batch_op:
        batch_op.create_index("ix_group_buys_stage", ["stage", "closes_at"], unique=False)

    op.create_table(
        "calls",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column(
            "group_buy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("chat_id", sa.String(length=64), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_buy_id"], ["group_buys.id"], name=op.f("fk_calls_group_buy_id")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_calls_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
        sa.UniqueConstraint("message_id", name=op.f("uq_calls_message_id")),
    )
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.create_index("ix_calls_member", ["member_id", "group_buy_id"], unique=False)

    op.create_table(
        "group_buy_items",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "group_buy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("price_now", sa.Integer(), nullable=False),
        sa.Column("ladder", sa.Text(), nullable=False),
        sa.Column("aliases", sa.Text(), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("option_aliases", sa.Text(), nullable=False),
        sa.Column("option_prices", sa.Text(), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("supply", sa.Integer(), nullable=True),
        sa.Column("case_size", sa.Integer(), nullable=True),
        sa.Column("per_member", sa.Integer(), nullable=True),
        sa.CheckConstraint("case_size >= 2", name=op.f("ck_group_buy_items_case_of_several")),
        sa.CheckConstraint(
            "price >= 0 AND price_now >= 0", name=op.f("ck_group_buy_items_price_not_negative")
        ),
        sa.CheckConstraint("taken <= stock", name=op.f("ck_group_buy_items_taken_within_stock")),
        sa.CheckConstraint("taken <= supply", name=op.f("ck_group_buy_items_taken_within_supply")),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_group_buy_items_taken_not_negative")),
        sa.ForeignKeyConstraint(
            ["group_buy_id"], ["group_buys.id"], name=op.f("fk_group_buy_items_group_buy_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_group_buy_items_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_buy_items")),
        sa.UniqueConstraint(
            "group_buy_id", "code", name=op.f("uq_group_buy_items_group_buy_id_code")
        ),
    )
    with op.batch_alter_table("group_buy_items", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_group_buy_items_product_id"), ["product_id"], unique=False
        )

    op.create_table(
        "bills",
        sa.Column(
            "order_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "group_buy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("subtotal", sa.Integer(), nullable=False),
        sa.Column("tier_pay", sa.Integer(), nullable=False),
        sa.Column("tier_discount", sa.Integer(), nullable=False),
        sa.Column("coupons", sa.Text(), nullable=False),
        sa.Column("gifts", sa.Text(), nullable=False),
        sa.Column("coupon_discount", sa.Integer(), nullable=False),
        sa.Column("coupon_version", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("points_value", sa.Integer(), nullable=False),
        sa.Column("points_version", sa.Integer(), nullable=False),
        sa.Column("shipping", sa.Integer(), nullable=False),
        sa.Column("shipping_discount", sa.Integer(), nullable=False),
        sa.Column("charges", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("paid", sa.Integer(), nullable=False),
        sa.Column("refunded", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tentative", sa.Boolean(), nullable=False),
        sa.Column("split_ok", sa.Boolean(), nullable=False),
        sa.Column("delivery", sa.String(length=10), nullable=False),
        sa.Column("recipient_sealed", sa.String(), nullable=True),
        sa.Column("phone_sealed", sa.String(), nullable=True),
        sa.Column("address_sealed", sa.String(), nullable=True),
        sa.Column("pickup_code", sa.String(length=8), nullable=False),
        sa.Column("proxy", sa.String(length=100), nullable=False),
        sa.Column("picked_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "refunded >= 0 AND refunded <= total", name=op.f("ck_bills_refunded_within_total")
        ),
        sa.CheckConstraint("returned <= paid", name=op.f("ck_bills_returned_within_paid")),
        sa.CheckConstraint(
            "total = subtotal - tier_discount - coupon_discount - points_value"
            " + shipping - shipping_discount + charges",
            name=op.f("ck_bills_adds_up"),
        ),
        sa.CheckConstraint(
            "total >= 0 AND paid >= 0 AND returned >= 0", name=op.f("ck_bills_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["group_buy_id"], ["group_buys.id"], name=op.f("fk_bills_group_buy_id")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_bills_member_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_bills_order_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_bills")),
    )
    with op.batch_alter_table("bills", schema=None) as batch_op:
        batch_op.create_index("ix_bills_code", ["pickup_code"], unique=False)
        batch_op.create_index("ix_bills_group_buy", ["group_buy_id", "order_id"], unique=False)
        batch_op.create_index(
            "uq_bills_open",
            ["member_id", "group_buy_id"],
            unique=True,
            postgresql_where=sa.text("locked_at IS NULL"),
            sqlite_where=sa.text("locked_at IS NULL"),
        )

    op.create_table(
        "group_buy_posts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "group_buy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("chat_id", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=64), nullable=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_buy_id"], ["group_buys.id"], name=op.f("fk_group_buy_posts_group_buy_id")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["group_buy_items.id"], name=op.f("fk_group_buy_posts_item_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_buy_posts")),
        sa.UniqueConstraint("message_id", name=op.f("uq_group_buy_posts_message_id")),
    )
    with op.batch_alter_table("group_buy_posts", schema=None) as batch_op:
        batch_op.create_index("ix_group_buy_posts_chat", ["chat_id", "id"], unique=False)
        batch_op.create_index("ix_group_buy_posts_group_buy", ["group_buy_id"], unique=False)

    op.create_table(
        "waits",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "group_buy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("option", sa.String(length=100), nullable=False),
        sa.Column("person", sa.String(length=50), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'offered') = (offered_until IS NOT NULL)", name=op.f("ck_waits_offered")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'offered', 'taken', 'lapsed', 'cancelled')",
            name=op.f("ck_waits_state"),
        ),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_waits_quantity")),
        sa.ForeignKeyConstraint(
            ["group_buy_id"], ["group_buys.id"], name=op.f("fk_waits_group_buy_id")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["group_buy_items.id"], name=op.f("fk_waits_item_id")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_waits_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waits")),
    )
    with op.batch_alter_table("waits", schema=None) as batch_op:
        batch_op.create_index("ix_waits_item", ["item_id", "state", "id"], unique=False)
        batch_op.create_index("ix_waits_member", ["member_id", "group_buy_id"], unique=False)
        batch_op.create_index(
            "ix_waits_offered",
            ["offered_until"],
            unique=False,
            postgresql_where=sa.text("state = 'offered'"),
            sqlite_where=sa.text("state = 'offered'"),
        )

    with op.batch_alter_table("order_lines", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )
        batch_op.add_column(
            sa.Column("option", sa.String(length=100), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("person", sa.String(length=50), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("unit_price", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_order_lines_item_id"), ["item_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_order_lines_item_id"), "group_buy_items", ["item_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("order_lines", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_order_lines_item_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_order_lines_item_id"))
        batch_op.drop_column("unit_price")
        batch_op.drop_column("person")
        batch_op.drop_column("option")
        batch_op.drop_column("item_id")

    with op.batch_alter_table("waits", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_waits_offered",
            postgresql_where=sa.text("state = 'offered'"),
            sqlite_where=sa.text("state = 'offered'"),
        )
        batch_op.drop_index("ix_waits_member")
        batch_op.drop_index("ix_waits_item")

    op.drop_table("waits")
    with op.batch_alter_table("group_buy_posts", schema=None) as batch_op:
        batch_op.drop_index("ix_group_buy_posts_group_buy")
        batch_op.drop_index("ix_group_buy_posts_chat")

    op.drop_table("group_buy_posts")
    with op.batch_alter_table("bills", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_bills_open",
            postgresql_where=sa.text("locked_at IS NULL"),
            sqlite_where=sa.text("locked_at IS NULL"),
        )
        batch_op.drop_index("ix_bills_group_buy")
        batch_op.drop_index("ix_bills_code")

    op.drop_table("bills")
    with op.batch_alter_table("group_buy_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_group_buy_items_product_id"))

    op.drop_table("group_buy_items")
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.drop_index("ix_calls_member")

    op.drop_table("calls")
    with op.batch_alter_table("group_buys", schema=None) as batch_op:
        batch_op.drop_index("ix_group_buys_stage")

    op.drop_table("group_buys")
