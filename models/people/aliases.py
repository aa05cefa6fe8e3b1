"""Other names a member goes by: on Facebook, in pasted comments, in an older system.

An alias is what an organiser or an import said about a member; two members may
share one, and then it says nothing.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, UtcDateTime, insert


class MemberAlias(Base):
    """`key` is the name as it is compared, `name` as it was written; `source` says where."""

    __tablename__ = "member_aliases"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True, index=True)
    name: Mapped[str] = mapped_column(String(100))
    source: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def key(name: str) -> str:
    """A name as it is compared: half width, small letters, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())[:100]


def remember(session: Session, member_id: int, name: str, *, source: str, now: datetime) -> None:
    """From now on this name means this member too; saying so twice changes nothing."""
    row = {"name": name.strip()[:100], "source": source, "at": now}
    if key(name):
        session.execute(
            insert(session, MemberAlias)
            .values(key=key(name), member_id=member_id, **row)
            .on_conflict_do_nothing(index_elements=["key", "member_id"])
        )


def forget(session: Session, member_id: int, name: str) -> None:
    """This name no longer means this member."""
    session.execute(
        delete(MemberAlias).where(MemberAlias.key == key(name), MemberAlias.member_id == member_id)
    )


def of(session: Session, member_id: int) -> list[str]:
    """The other names of a member, oldest first."""
    query = select(MemberAlias.name).where(MemberAlias.member_id == member_id)
    return list(session.scalars(query.order_by(MemberAlias.at, MemberAlias.key)))
