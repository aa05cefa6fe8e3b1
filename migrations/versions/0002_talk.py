"""Events in, messages out, and what the clock has done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# SQLite only counts up on its own in a column of type INTEGER
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "campaign_switches",
        sa.Column("key", sa.String(length=50), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_campaign_switches")),
    )
    op.create_table(
        "conversations",
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("slot", sa.String(length=10), nullable=False),
        sa.Column("awaiting", sa.String(length=50), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("nonce", sa.String(length=16), nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("person", "slot", name=op.f("pk_conversations")),
    )
    op.create_table(
        "heartbeats",
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeats")),
    )
    op.create_table(
        "inbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("redelivered", sa.Boolean(), nullable=False),
        sa.Column("occurred_at", TIME, nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", TIME, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("done_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("event_id", name=op.f("uq_inbox_event_id")),
    )
    op.create_index("ix_inbox_person", "inbox", ["person", "id"], unique=False)
    op.create_index(
        "ix_inbox_waiting",
        "inbox",
        ["lane", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'new'"),
        sqlite_where=sa.text("state = 'new'"),
    )
    op.create_table(
        "inbox_lanes",
        sa.Column("lane", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("leased_until", TIME, nullable=False),
        sa.PrimaryKeyConstraint("lane", name=op.f("pk_inbox_lanes")),
    )
    op.create_table(
        "job_runs",
        sa.Column("job", sa.String(length=50), nullable=False),
        sa.Column("period", sa.String(length=30), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("job", "period", name=op.f("pk_job_runs")),
    )
    op.create_table(
        "outbox_holds",
        sa.Column("scope", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("probe_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_outbox_holds")),
    )
    op.create_table(
        "uploads",
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_uploads")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(length=140), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("member_id", ID, nullable=True),
        sa.Column("to_id", sa.String(length=64), nullable=False),
        sa.Column("reply_token", sa.String(length=300), nullable=True),
        sa.Column("rule", sa.String(length=50), nullable=False),
        sa.Column("period", sa.String(length=50), nullable=False),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("messages", sa.Text(), nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("use_until", TIME, nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("capped", sa.Boolean(), nullable=False),
        sa.Column("essential", sa.Boolean(), nullable=False),
        sa.Column("rides", sa.Boolean(), nullable=False),
        sa.Column("rides_on_id", ID, nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_key", sa.String(length=36), nullable=False),
        sa.Column("first_tried_at", TIME, nullable=True),
        sa.Column("counted_at", TIME, nullable=True),
        sa.Column("lease", sa.String(length=36), nullable=True),
        sa.Column("leased_until", TIME, nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("done_at", TIME, nullable=True),
        sa.CheckConstraint("kind IN ('reply', 'push')", name=op.f("ck_outbox_kind")),
        sa.CheckConstraint("purpose IN ('service', 'marketing')", name=op.f("ck_outbox_purpose")),
        sa.CheckConstraint(
            "state IN ('queued', 'parked', 'sent', 'dead', 'expired', 'skipped', "
            "'unknown', 'cancelled')",
            name=op.f("ck_outbox_state"),
        ),
        sa.CheckConstraint(
            "topic IN ('service', 'birthday', 'replenishment', 'preorder', 'offers', "
            "'expiry', 'news')",
            name=op.f("ck_outbox_topic"),
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_outbox_member_id")),
        sa.ForeignKeyConstraint(
            ["rides_on_id"], ["outbox.id"], name=op.f("fk_outbox_rides_on_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index(
        "ix_outbox_cap",
        "outbox",
        ["member_id", "counted_at"],
        unique=False,
        postgresql_where=sa.text("counted_at IS NOT NULL"),
        sqlite_where=sa.text("counted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["urgent", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'queued'"),
        sqlite_where=sa.text("state = 'queued'"),
    )
    op.create_index(op.f("ix_outbox_member_id"), "outbox", ["member_id"], unique=False)
    op.create_index(
        "ix_outbox_parked",
        "outbox",
        ["reason", "due_at"],
        unique=False,
        postgresql_where=sa.text("state = 'parked'"),
        sqlite_where=sa.text("state = 'parked'"),
    )
    op.create_index(
        "ix_outbox_person",
        "outbox",
        ["member_id"],
        unique=False,
        postgresql_where=sa.text("state = 'queued'"),
        sqlite_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "ix_outbox_riders",
        "outbox",
        ["rides_on_id"],
        unique=False,
        postgresql_where=sa.text("rides_on_id IS NOT NULL"),
        sqlite_where=sa.text("rides_on_id IS NOT NULL"),
    )
    op.create_index("ix_outbox_rule", "outbox", ["rule", "period", "state"], unique=False)
    op.create_index(
        "uq_outbox_in_hand",
        "outbox",
        ["to_id"],
        unique=True,
        postgresql_where=sa.text("lease IS NOT NULL"),
        sqlite_where=sa.text("lease IS NOT NULL"),
    )
    op.create_table(
        "tickets",
        sa.Column("id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("answered_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_tickets_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
    )
    op.create_index(op.f("ix_tickets_member_id"), "tickets", ["member_id"], unique=False)


def downgrade() -> None:
    op.drop_table("tickets")
    op.drop_table("outbox")
    op.drop_table("uploads")
    op.drop_table("outbox_holds")
    op.drop_table("job_runs")
    op.drop_table("inbox_lanes")
    op.drop_table("inbox")
    op.drop_table("heartbeats")
    op.drop_table("conversations")
    op.drop_table("campaign_switches")
