"""Files that somebody asked for in chat, each fetched by a link that soon works no more.

A link is worth nothing once its time is over or it was used as often as it may
be; what is in the file is made when it is fetched and kept nowhere.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import CheckConstraint, Index, String, Text, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, UtcDateTime

PATIENCE = timedelta(minutes=15)
# LINE's own browser fetches a file before it hands it to the phone's
TIMES = 3


class Download(Base):
    """A file that `person` (a LINE user id) may fetch `left` times until `expires_at`.

    `kind` says what makes it, `data` (JSON) from what; `nonce` is in the link only.
    """

    __tablename__ = "downloads"
    __table_args__ = (
        CheckConstraint('"left" >= 0', name="left_not_negative"),
        Index("ix_downloads_expires", "expires_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    data: Mapped[str] = mapped_column(Text)
    nonce: Mapped[str] = mapped_column(String(32))
    person: Mapped[str] = mapped_column(String(64))
    left: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = orjson.loads(self.data)
        return found


def offer(
    session: Session, kind: str, data: dict[str, Any], *, person: str, now: datetime
) -> Download:
    """Let a person fetch such a file for the next 15 minutes; older offers are forgotten."""
    session.execute(delete(Download).where(Download.expires_at < now))
    made = Download(
        kind=kind,
        data=orjson.dumps(data).decode(),
        nonce=secrets.token_hex(16),
        person=person,
        left=TIMES,
        expires_at=now + PATIENCE,
    )
    session.add(made)
    session.flush()
    return made


def take(session: Session, number: int, nonce: str, *, now: datetime) -> Download | None:
    """Fetch it once more; None if there is no such offer (any more)."""
    found = session.scalar(select(Download).where(Download.id == number))
    if found is None or not hmac.compare_digest(found.nonce, nonce):
        return None
    taken = session.scalar(
        update(Download)
        .where(Download.id == number, Download.left > 0, Download.expires_at > now)
        .values(left=Download.left - 1)
        .returning(Download.id)
        .execution_options(synchronize_session=False)
    )
    return found if taken is not None else None
