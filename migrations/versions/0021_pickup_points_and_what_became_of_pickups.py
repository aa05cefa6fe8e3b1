"""Pickup points and what became of pickups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pickup_points",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("hours", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pickup_points")),
    )
    with op.batch_alter_table("pickup_points", schema=None) as batch_op:
        batch_op.create_index(
            "uq_pickup_points_open",
            ["name"],
            unique=True,
            postgresql_where=sa.text("closed_at IS NULL"),
            sqlite_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "group_buy_points",
        sa.Column(
            "group_buy_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "point_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["group_buy_id"], ["group_buys.id"], name=op.f("fk_group_buy_points_group_buy_id")
        ),
        sa.ForeignKeyConstraint(
            ["point_id"], ["pickup_points.id"], name=op.f("fk_group_buy_points_point_id")
        ),
        sa.PrimaryKeyConstraint("group_buy_id", "point_id", name=op.f("pk_group_buy_points")),
    )
    with op.batch_alter_table("group_buy_points", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_group_buy_points_point_id"), ["point_id"], unique=False
        )

    with op.batch_alter_table("bills", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("point", sa.String(length=40), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("days_late", sa.Integer(), server_default="0", nullable=False)
        )
        batch_op.add_column(
            sa.Column("fee_waived", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(sa.Column("no_show_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("called_off_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("deposit", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("bills", schema=None) as batch_op:
        batch_op.drop_column("deposit")
        batch_op.drop_column("called_off_at")
        batch_op.drop_column("no_show_at")
        batch_op.drop_column("fee_waived")
        batch_op.drop_column("days_late")
        batch_op.drop_column("point")

    with op.batch_alter_table("group_buy_points", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_group_buy_points_point_id"))

    op.drop_table("group_buy_points")
    with op.batch_alter_table("pickup_points", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_pickup_points_open",
            postgresql_where=sa.text("closed_at IS NULL"),
            sqlite_where=sa.text("closed_at IS NULL"),
        )

    op.drop_table("pickup_points")
