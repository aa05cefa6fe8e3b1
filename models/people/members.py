"""Members: one record for a person, whether met on LINE or imported.

Personal text (phone, e-mail, address) is sealed; beside it stands a mark by
which it can be looked up. `is_friend` follows LINE's follow and unfollow
events by their own timestamps, because they may arrive late and in any order.
"""

from __future__ import annotations

import re
from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Index,
    String,
    and_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import N_, Base, Id, Refusal, UtcDateTime, insert, vault

# members whose name LINE has not told us yet
NAMELESS = "is_friend AND name = '' AND profiled_at IS NULL"
# members who only ever ordered in a group, so that only there LINE tells their names
STRANGERS = "source = 'group' AND NOT is_friend AND name = '' AND profiled_at IS NULL"
# the source of those without LINE whom an organiser ordered for
GUEST = "guest"
GUESTS = "source = 'guest' AND line_user_id IS NULL AND erased_at IS NULL"


class NotAPhone(Refusal):
    def __init__(self) -> None:
        super().__init__(N_("手機號碼是 09 開頭的 10 個數字，例如：手機 0912345678"))


class PhoneTaken(Refusal):
    def __init__(self) -> None:
        super().__init__(N_("這支手機已登記在另一位團友名下，請輸入「客服」請店家協助合併。"))


class Member(Base):
    """A person the shop knows.

    `line_user_id` is U + 32 hex digits, None for someone imported without one;
    `birth_year` may be unknown when month and day are known; `joined_on` and
    `left_on` are days in Taipei; `language` is BCP 47.
    """

    __tablename__ = "members"
    __table_args__ = (
        Index("ix_members_birthday", "birth_month", "birth_day"),
        Index(
            "ix_members_nameless",
            "id",
            sqlite_where=text(NAMELESS),
            postgresql_where=text(NAMELESS),
        ),
        Index(
            "ix_members_strangers",
            "id",
            sqlite_where=text(STRANGERS),
            postgresql_where=text(STRANGERS),
        ),
        Index("ix_members_name", "name", "id"),
        Index(
            "uq_members_guest",
            "name",
            unique=True,
            sqlite_where=text(GUESTS),
            postgresql_where=text(GUESTS),
        ),
        CheckConstraint("(birth_month IS NULL) = (birth_day IS NULL)", name="whole_birthday"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    line_user_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    external_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(100), default="")
    language: Mapped[str] = mapped_column(String(20), default="zh-TW")
    gender: Mapped[str | None] = mapped_column(String(10))
    birth_year: Mapped[int | None]
    birth_month: Mapped[int | None]
    birth_day: Mapped[int | None]
    birthday_set_on: Mapped[date | None]
    phone_sealed: Mapped[str | None]
    phone_mark: Mapped[str | None] = mapped_column(String(64), unique=True)
    email_sealed: Mapped[str | None]
    joined_on: Mapped[date] = mapped_column(index=True)
    left_on: Mapped[date | None]
    is_friend: Mapped[bool] = mapped_column(default=False)
    friend_since: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    friend_event_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    source: Mapped[str] = mapped_column(String(50), default="")
    noticed_version: Mapped[str | None] = mapped_column(String(20))
    marketing: Mapped[bool] = mapped_column(default=False)
    profiled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    gifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def enrol(
    session: Session, line_user_id: str, *, now: datetime, today: date, source: str = ""
) -> tuple[Member, bool]:
    """The member of this LINE user, made now if there was none; and whether it was."""
    row = {
        "line_user_id": line_user_id,
        "joined_on": today,
        "created_at": now,
        "source": source,
        "name": "",
        "language": "zh-TW",
        "is_friend": False,
        "marketing": False,
    }
    made = session.execute(
        insert(session, Member)
        .values(row)
        .on_conflict_do_nothing(index_elements=["line_user_id"])
        .returning(Member.id)
    ).first()
    return find_by_line_id(session, line_user_id), made is not None


def find_by_line_id(session: Session, line_user_id: str) -> Member:
    """Raises `sqlalchemy.exc.NoResultFound` if nobody has this id."""
    return session.scalars(select(Member).where(Member.line_user_id == line_user_id)).one()


def set_friend(session: Session, member: Member, *, friend: bool, at: datetime) -> bool:
    """Record a follow or unfollow that LINE says happened `at`; False if a later one is known."""
    values: dict[str, object] = {"is_friend": friend, "friend_event_at": at}
    if friend:
        values |= {"friend_since": at, "left_on": None}
    changed = session.execute(
        update(Member)
        .where(
            Member.id == member.id,
            Member.friend_event_at.is_(None) | (Member.friend_event_at <= at),
        )
        .values(values)
        .returning(Member.id)
    ).first()
    session.refresh(member)
    return changed is not None


def nameless(session: Session, *, limit: int) -> list[tuple[int, str]]:
    """Id and LINE id of friends whose name LINE has not told us yet."""
    query = (
        select(Member.id, Member.line_user_id)
        .where(text(NAMELESS), Member.line_user_id.is_not(None))
        .limit(limit)
    )
    return [(row.id, str(row.line_user_id)) for row in session.execute(query)]


def learn_name(
    session: Session, member_id: int, *, name: str, language: str | None, now: datetime
) -> None:
    """Keep what LINE says, unless the member has said how to be called meanwhile."""
    values: dict[str, object] = {"profiled_at": now}
    if language:
        values["language"] = language[:20]
    session.execute(update(Member).where(Member.id == member_id).values(values))
    unnamed = update(Member).where(Member.id == member_id, Member.name == "")
    session.execute(unnamed.values(name=name))


def phone_digits(phone: str) -> str:
    """A phone number's digits, +886 turned into the leading 0."""
    digits = re.sub(r"\D", "", phone)
    return "0" + digits[3:] if digits.startswith("886") else digits


def set_phone(session: Session, member: Member, phone: str) -> None:
    """Seal a Taiwanese mobile number into the record.

    Raises:
        NotAPhone: it is not 09 and eight digits more.
        PhoneTaken: another member has it.
    """
    digits = phone_digits(phone)
    if not re.fullmatch(r"09\d{8}", digits, re.ASCII):
        raise NotAPhone
    mark = vault(session).mark(digits)
    taken = select(Member.id).where(Member.phone_mark == mark, Member.id != member.id)
    if session.scalar(taken) is not None:
        raise PhoneTaken
    member.phone_mark, member.phone_sealed = mark, vault(session).seal(digits)


def reachable() -> ColumnElement[bool]:
    """Members whom a push can reach."""
    return and_(Member.is_friend, Member.line_user_id.is_not(None), Member.erased_at.is_(None))
