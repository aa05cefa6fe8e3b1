"""Coupons: definitions, limits, the coupons and their use."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# SQLite only counts up on its own in a column of type INTEGER
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "coupon_definitions",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("issued", sa.Integer(), nullable=False),
        sa.Column("total_limit", sa.Integer(), nullable=True),
        sa.Column("per_member_limit", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "issued <= total_limit", name=op.f("ck_coupon_definitions_issued_within_limit")
        ),
        sa.CheckConstraint("issued >= 0", name=op.f("ck_coupon_definitions_issued_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon_definitions")),
        sa.UniqueConstraint("key", name=op.f("uq_coupon_definitions_key")),
    )
    op.create_table(
        "coupon_counts",
        sa.Column("definition_id", ID, autoincrement=False, nullable=False),
        sa.Column("member_id", ID, autoincrement=False, nullable=False),
        sa.Column("issued", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.CheckConstraint("issued <= most", name=op.f("ck_coupon_counts_issued_within_most")),
        sa.CheckConstraint("issued >= 1", name=op.f("ck_coupon_counts_issued_positive")),
        sa.ForeignKeyConstraint(
            ["definition_id"],
            ["coupon_definitions.id"],
            name=op.f("fk_coupon_counts_definition_id"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_coupon_counts_member_id")
        ),
        sa.PrimaryKeyConstraint("definition_id", "member_id", name=op.f("pk_coupon_counts")),
    )
    op.create_table(
        "coupon_tries",
        sa.Column("member_id", ID, autoincrement=False, nullable=False),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_coupon_tries_member_id")
        ),
        sa.PrimaryKeyConstraint("member_id", "slot", name=op.f("pk_coupon_tries")),
    )
    op.create_table(
        "coupons",
        sa.Column("id", ID, nullable=False),
        sa.Column("definition_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("code", sa.String(length=11), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("min_spend", sa.Integer(), nullable=False),
        sa.Column("first_purchase", sa.Boolean(), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=False),
        sa.Column("issued_at", TIME, nullable=False),
        sa.Column("valid_from", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        sa.Column("voided_at", TIME, nullable=True),
        sa.Column("voided_by", ID, nullable=True),
        sa.CheckConstraint(
            "(state = 'used') = (used_at IS NOT NULL)", name=op.f("ck_coupons_used")
        ),
        sa.CheckConstraint(
            "(state = 'void') = (voided_at IS NOT NULL)", name=op.f("ck_coupons_voided")
        ),
        sa.CheckConstraint(
            "kind IN ('percent', 'amount', 'shipping', 'gift', 'item')",
            name=op.f("ck_coupons_kind"),
        ),
        sa.CheckConstraint("state IN ('issued', 'used', 'void')", name=op.f("ck_coupons_state")),
        sa.CheckConstraint("valid_from < expires_at", name=op.f("ck_coupons_usable_for_a_while")),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["coupon_definitions.id"], name=op.f("fk_coupons_definition_id")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_coupons_member_id")),
        sa.ForeignKeyConstraint(["voided_by"], ["members.id"], name=op.f("fk_coupons_voided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupons")),
        sa.UniqueConstraint("code", name=op.f("uq_coupons_code")),
        sa.UniqueConstraint("source", name=op.f("uq_coupons_source")),
    )
    op.create_index(
        "ix_coupons_definition", "coupons", ["definition_id", "member_id"], unique=False
    )
    op.create_index(
        "ix_coupons_expiring",
        "coupons",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("state = 'issued'"),
        sqlite_where=sa.text("state = 'issued'"),
    )
    op.create_index("ix_coupons_member", "coupons", ["member_id", "expires_at"], unique=False)
    op.create_table(
        "coupon_uses",
        sa.Column("id", ID, nullable=False),
        sa.Column("coupon_id", ID, nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("by", ID, nullable=False),
        sa.Column("used_at", TIME, nullable=False),
        sa.Column("returned_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["by"], ["members.id"], name=op.f("fk_coupon_uses_by")),
        sa.ForeignKeyConstraint(
            ["coupon_id"], ["coupons.id"], name=op.f("fk_coupon_uses_coupon_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon_uses")),
        sa.UniqueConstraint("source", name=op.f("uq_coupon_uses_source")),
    )
    op.create_index("ix_coupon_uses_coupon", "coupon_uses", ["coupon_id"], unique=False)
    op.create_index(
        "uq_coupon_uses_open",
        "coupon_uses",
        ["coupon_id"],
        unique=True,
        postgresql_where=sa.text("returned_at IS NULL"),
        sqlite_where=sa.text("returned_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("coupon_uses")
    op.drop_table("coupons")
    op.drop_table("coupon_tries")
    op.drop_table("coupon_counts")
    op.drop_table("coupon_definitions")
