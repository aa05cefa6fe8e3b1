"""History that cannot be rewritten: the databases themselves refuse it."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# table: the columns that may not change (none: no column), its key
APPEND_ONLY: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "coupons": (
        (
            "definition_id",
            "member_id",
            "code",
            "source",
            "name",
            "kind",
            "value",
            "min_spend",
            "first_purchase",
            "description",
            "issued_at",
            "valid_from",
            "expires_at",
        ),
        ("id",),
    ),
    "coupon_uses": (("coupon_id", "source", "by", "used_at"), ("id",)),
    "point_transactions": ((), ("id",)),
    "point_entries": ((), ("id",)),
    "point_lots": (
        ("id", "member_id", "source", "points", "earned_on", "expires_at", "digest"),
        ("id",),
    ),
    "tier_changes": ((), ("id",)),
    "tier_credits": (
        ("id", "member_id", "source", "kind", "amount", "ordered_on", "qualified_on"),
        ("id",),
    ),
}
REFUSE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only';
END $$
"""


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        op.execute(REFUSE)
    for table, (columns, key) in APPEND_ONLY.items():
        update = f"UPDATE OF {', '.join(columns)}" if columns else "UPDATE"
        for statement in (
            on_postgresql(table, update) if postgresql else on_sqlite(table, update, key)
        ):
            op.execute(statement)


def on_postgresql(table: str, update: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_append_only BEFORE {update} OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    ]


def on_sqlite(table: str, update: str, key: tuple[str, ...]) -> list[str]:
    same = " AND ".join(f"{name} = NEW.{name}" for name in key)
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE {update} ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        # INSERT OR REPLACE deletes the old row without firing its delete trigger
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) {refuse}",
    ]


def downgrade() -> None:
    for table in APPEND_ONLY:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        else:
            for ending in ("no_update", "no_delete", "no_replace"):
                op.execute(f"DROP TRIGGER {table}_{ending}")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
