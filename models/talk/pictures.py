"""Pictures that an organiser sent in chat, to go out with a broadcast or on a group-buy's card.

A picture is found by its token alone, which nobody can guess. It is kept for a
few days, and beyond that for as long as something names it.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Index, LargeBinary, String, delete, exists, select, update
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from models.base import N_, Base, Id, Refusal, UtcDateTime

KEEP = timedelta(days=2)  # until it is used, and after it is used no more
# what somebody calls the picture that they sent last
LAST = ("上一張", "剛剛那張", "剛才那張", "剛剛", "剛才", "這張", "那張")


class NoPicture(Refusal):
    """Somebody means the last picture they sent, and there is none."""

    def __init__(self) -> None:
        super().__init__(N_("我這裡沒有你的圖片（只留兩天）：請先把圖片傳給我，再打一次。"))


class Picture(Base):
    """A JPEG and a smaller one of it, sent by `person` (a LINE user id) or last used `at`."""

    __tablename__ = "pictures"
    __table_args__ = (Index("ix_pictures_person", "person", "id"), Index("ix_pictures_at", "at"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    person: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    preview: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def keep(session: Session, person: str, *, content: bytes, preview: bytes, now: datetime) -> None:
    """Keep a picture as the last one this person sent."""
    token = secrets.token_hex(16)
    session.add(Picture(token=token, person=person, content=content, preview=preview, at=now))
    session.flush()


def use_last(session: Session, person: str, *, now: datetime) -> str:
    """The token of the last picture this person sent, which is kept on from now.

    Raises:
        NoPicture: there is none (any more).
    """
    last = select(Picture.id).where(Picture.person == person).order_by(Picture.id.desc()).limit(1)
    token = session.scalar(
        update(Picture)
        .where(Picture.id == last.scalar_subquery())
        .values(at=now)
        .returning(Picture.token)
        .execution_options(synchronize_session=False)
    )
    if token is None:
        raise NoPicture
    return token


def fetch(session: Session, token: str, *, small: bool) -> bytes | None:
    """The picture's bytes, or those of its preview; None if there is no such picture."""
    column = Picture.preview if small else Picture.content
    return session.scalar(select(column).where(Picture.token == token))


def prune(
    session: Session, *, named_in: Collection[InstrumentedAttribute[str]], now: datetime
) -> int:
    """Let go of what nobody used lately and none of these texts names; return how many."""
    unnamed = (~exists().where(column.contains(Picture.token)) for column in named_in)
    gone = session.scalars(
        delete(Picture)
        .where(Picture.at < now - KEEP, *unnamed)
        .returning(Picture.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())
