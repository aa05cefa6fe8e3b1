"""When each member runs out of what they bought last, kept instead of worked out every day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger()


def upgrade() -> None:
    op.create_table(
        "supplies",
        sa.Column("member_id", ID.with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", ID.with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bought_on", sa.Date(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("remind_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_supplies_member_id")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_supplies_product_id")
        ),
        sa.PrimaryKeyConstraint("member_id", "product_id", name=op.f("pk_supplies")),
    )
    _estimate()
    op.create_index("ix_supplies_remind_on", "supplies", ["remind_on"], unique=False)
    op.create_index(op.f("ix_members_friend_since"), "members", ["friend_since"], unique=False)


def _estimate() -> None:
    """Everybody's purchases until now, in one statement: (3 * shop + n * own mean) / (3 + n)."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL statement_timeout = 0")
        told = "coalesce(finished, again) - bought_on"
        waited = "not_yet - bought_on"
        remind_on = "bought_on + (CASE WHEN days < 4 THEN 1 ELSE days - 3 END)::integer"
    else:
        told = "CAST(julianday(coalesce(finished, again)) - julianday(bought_on) AS INTEGER)"
        waited = "CAST(julianday(not_yet) - julianday(bought_on) AS INTEGER)"
        remind_on = "date(bought_on, (CASE WHEN days < 4 THEN 1 ELSE days - 3 END) || ' days')"
    op.execute(
        f"""
        WITH purchases AS (
            SELECT member_id, product_id, ordered_on AS bought_on,
                CAST(sum(quantity) AS INTEGER) AS quantity,
                max(coalesce(order_lines.days_of_supply, products.days_of_supply)) AS supply
            FROM orders
            JOIN order_lines ON order_lines.order_id = orders.id
            JOIN products ON products.id = product_id
            WHERE status IN ('paid', 'picked_up')
                AND coalesce(order_lines.days_of_supply, products.days_of_supply) IS NOT NULL
            GROUP BY member_id, product_id, ordered_on
        ), followed AS (
            SELECT purchases.*,
                lead(purchases.bought_on) OVER (
                    PARTITION BY purchases.member_id, purchases.product_id
                    ORDER BY purchases.bought_on
                ) AS again,
                CASE answer WHEN 'finished' THEN said_on END AS finished,
                CASE answer WHEN 'not_yet' THEN said_on END AS not_yet
            FROM purchases LEFT JOIN supply_answers AS said
                ON said.member_id = purchases.member_id
                AND said.product_id = purchases.product_id
                AND said.bought_on = purchases.bought_on
        ), observed AS (
            SELECT followed.*, coalesce({told}, {waited} + 3) AS lasted FROM followed
        ), learned AS (
            SELECT observed.*,
                coalesce(sum((CASE WHEN lasted < 1 THEN 1 ELSE lasted END)
                    / CAST(quantity AS FLOAT)) OVER whole, 0.0) AS units,
                count(lasted) OVER whole AS times
            FROM observed WINDOW whole AS (PARTITION BY member_id, product_id)
        ), estimated AS (
            SELECT learned.*, CAST(floor(
                (3 * supply + units) / (3 + times) * quantity + 0.000001
            ) AS INTEGER) AS worked_out
            FROM learned WHERE again IS NULL
        ), lasting AS (
            SELECT estimated.*, CASE WHEN worked_out < 1 THEN 1 ELSE worked_out END AS days
            FROM estimated
        )
        INSERT INTO supplies (member_id, product_id, bought_on, quantity, days, remind_on)
        SELECT member_id, product_id, bought_on, quantity, days, {remind_on} FROM lasting
        """
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_members_friend_since"), "members")
    op.drop_table("supplies")
