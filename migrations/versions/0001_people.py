"""Members, their consent, tags and roles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# SQLite only counts up on its own in a column of type INTEGER
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=50), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
    )
    op.create_table(
        "members",
        sa.Column("id", ID, nullable=False),
        sa.Column("line_user_id", sa.String(length=64), nullable=True),
        sa.Column("external_id", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("gender", sa.String(length=10), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("birth_month", sa.Integer(), nullable=True),
        sa.Column("birth_day", sa.Integer(), nullable=True),
        sa.Column("birthday_set_on", sa.Date(), nullable=True),
        sa.Column("phone_sealed", sa.String(), nullable=True),
        sa.Column("phone_mark", sa.String(length=64), nullable=True),
        sa.Column("email_sealed", sa.String(), nullable=True),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("is_friend", sa.Boolean(), nullable=False),
        sa.Column("friend_since", TIME, nullable=True),
        sa.Column("friend_event_at", TIME, nullable=True),
        sa.Column("source", sa.String(length=50), nullable=False),
        sa.Column("noticed_version", sa.String(length=20), nullable=True),
        sa.Column("marketing", sa.Boolean(), nullable=False),
        sa.Column("profiled_at", TIME, nullable=True),
        sa.Column("gifted_at", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("erased_at", TIME, nullable=True),
        sa.CheckConstraint(
            "(birth_month IS NULL) = (birth_day IS NULL)", name=op.f("ck_members_whole_birthday")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sa.UniqueConstraint("external_id", name=op.f("uq_members_external_id")),
        sa.UniqueConstraint("line_user_id", name=op.f("uq_members_line_user_id")),
        sa.UniqueConstraint("phone_mark", name=op.f("uq_members_phone_mark")),
    )
    op.create_index("ix_members_birthday", "members", ["birth_month", "birth_day"], unique=False)
    op.create_index(op.f("ix_members_joined_on"), "members", ["joined_on"], unique=False)
    op.create_index(
        "ix_members_nameless",
        "members",
        ["id"],
        unique=False,
        sqlite_where=sa.text("is_friend AND name = '' AND profiled_at IS NULL"),
        postgresql_where=sa.text("is_friend AND name = '' AND profiled_at IS NULL"),
    )
    op.create_table(
        "role_grants",
        sa.Column("line_user_id", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("granted_at", TIME, nullable=False),
        sa.Column("granted_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("line_user_id", name=op.f("pk_role_grants")),
    )
    op.create_table(
        "consent_log",
        sa.Column("id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("text_version", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_consent_log_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_log")),
    )
    op.create_index(op.f("ix_consent_log_member_id"), "consent_log", ["member_id"], unique=False)
    op.create_table(
        "member_tags",
        sa.Column("member_id", ID, nullable=False),
        sa.Column("tag", sa.String(length=50), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_member_tags_member_id")
        ),
        sa.PrimaryKeyConstraint("member_id", "tag", name=op.f("pk_member_tags")),
    )
    op.create_index("ix_member_tags_tag", "member_tags", ["tag"], unique=False)
    op.create_table(
        "topic_choices",
        sa.Column("member_id", ID, nullable=False),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_topic_choices_member_id")
        ),
        sa.PrimaryKeyConstraint("member_id", "topic", name=op.f("pk_topic_choices")),
    )


def downgrade() -> None:
    op.drop_table("topic_choices")
    op.drop_table("member_tags")
    op.drop_table("consent_log")
    op.drop_table("role_grants")
    op.drop_table("members")
    op.drop_table("audit_log")
