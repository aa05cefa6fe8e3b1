"""Coupons for certain goods and tiers, together or alone; given by hand; returned late."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# SQLite only counts up on its own in a column of type INTEGER
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
KEPT = (
    "definition_id, member_id, code, source, name, kind, value, min_spend, "
    "first_purchase, description, issued_at, valid_from, expires_at"
)
KEPT_TOO = "products, category, tiers, stacks, bound, handout_id"
ADDED = ("products", "category", "tiers", "stacks", "bound", "handout_id", "extended_until")


def upgrade() -> None:
    op.create_table(
        "coupon_handouts",
        sa.Column("id", ID, nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("definition_id", ID, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("to_whom", sa.String(length=120), nullable=False),
        sa.Column("by", ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("entrants", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["members.id"], name=op.f("fk_coupon_handouts_by")),
        sa.ForeignKeyConstraint(
            ["definition_id"],
            ["coupon_definitions.id"],
            name=op.f("fk_coupon_handouts_definition_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon_handouts")),
        sa.UniqueConstraint("act", name=op.f("uq_coupon_handouts_act")),
    )
    op.create_index("ix_coupon_handouts_at", "coupon_handouts", ["at"], unique=False)
    for column in (
        sa.Column("products", sa.Text(), server_default="", nullable=False),
        sa.Column("category", sa.String(length=50), server_default="", nullable=False),
        sa.Column("tiers", sa.String(length=250), server_default="", nullable=False),
        sa.Column("stacks", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("bound", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("handout_id", ID, nullable=True),
        sa.Column("extended_until", TIME, nullable=True),
    ):
        op.add_column("coupons", column)
    op.create_index(
        "ix_coupons_handout",
        "coupons",
        ["handout_id"],
        unique=False,
        postgresql_where=sa.text("handout_id IS NOT NULL"),
        sqlite_where=sa.text("handout_id IS NOT NULL"),
    )
    _keep(f"{KEPT}, {KEPT_TOO}")
    for statement in _kept_handouts():
        op.execute(statement)


def _keep(columns: str) -> None:
    """Let the terms of a coupon be unchangeable, these and no others."""
    update = f"BEFORE UPDATE OF {columns}"
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER coupons_append_only ON coupons")
        op.execute(
            f"CREATE TRIGGER coupons_append_only {update} OR DELETE OR TRUNCATE ON coupons "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    else:
        op.execute("DROP TRIGGER coupons_no_update")
        op.execute(
            f"CREATE TRIGGER coupons_no_update {update} ON coupons "
            "BEGIN SELECT RAISE(ABORT, 'coupons is append-only'); END"
        )


def _kept_handouts() -> list[str]:
    table = "coupon_handouts"
    if op.get_bind().dialect.name == "postgresql":
        return [
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        ]
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        # INSERT OR REPLACE deletes the old row without firing its delete trigger
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) {refuse}",
    ]


def downgrade() -> None:
    op.drop_table("coupon_handouts")
    _keep(KEPT)
    op.drop_index("ix_coupons_handout", table_name="coupons")
    for column in ADDED:
        op.drop_column("coupons", column)
