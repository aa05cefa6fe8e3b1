"""Tags: words by which the shop groups its members, such as 美妝愛好者.

A member either has a tag or not; giving it twice changes nothing. Some are
given by the programme's rules (`models.insight.tag_rules`); what a person gave
by hand no rule takes away.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, delete, false, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, UtcDateTime, batches, insert

INTEREST = "興趣:"  # before what a member said that they like


class MemberTag(Base):
    """`at` is when the member first got the tag.

    A tag given `by_rule` holds through the day `until`, unless they buy on; None while
    they are in the saved segment of that name.
    """

    __tablename__ = "member_tags"
    __table_args__ = (
        Index("ix_member_tags_tag", "tag"),
        Index("ix_member_tags_until", "until"),
    )

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(50), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_rule: Mapped[bool] = mapped_column(default=False, server_default=false())
    until: Mapped[date | None]


def add(session: Session, pairs: Iterable[tuple[int, str]], *, now: datetime) -> None:
    """Give members tags by hand, as pairs of member id and tag; a rule's tag becomes one."""
    rows = [
        {"member_id": member_id, "tag": tag, "at": now, "by_rule": False, "until": None}
        for member_id, tag in dict.fromkeys(pairs)
    ]
    if rows:
        put = insert(session, MemberTag)
        statement = put.on_conflict_do_update(
            index_elements=["member_id", "tag"],
            set_={"by_rule": False, "until": None},
            where=MemberTag.by_rule.is_(True),
        )
        session.execute(statement, rows)


def remove(session: Session, member_id: int, tag: str) -> None:
    """Take a tag away from a member who may have it."""
    session.execute(
        delete(MemberTag).where(MemberTag.member_id == member_id, MemberTag.tag == tag)
    )


def of(session: Session, member_id: int) -> list[str]:
    """A member's tags in order."""
    return list(of_many(session, [member_id]).get(member_id, ()))


def of_many(session: Session, member_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """The tags of those of these members who have any."""
    found: dict[int, tuple[str, ...]] = {}
    for batch in batches(list(member_ids)):
        query = select(MemberTag.member_id, MemberTag.tag).where(MemberTag.member_id.in_(batch))
        for member_id, tag in session.execute(query.order_by(MemberTag.member_id, MemberTag.tag)):
            found[member_id] = (*found.get(member_id, ()), tag)
    return found
