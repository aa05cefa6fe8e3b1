"""Which group-buys a message of the shop shows, so that whoever quotes it names them.

Only messages with such a card are kept, and none for longer than `KEPT` after the
last of what it shows is over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import orjson
from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, UtcDateTime, insert
from models.shop.group_buy_records import GroupBuy

KEPT = timedelta(days=7)
OPEN_ENDED = timedelta(days=30)
MOST = 20  # of what one message shows


class Shown(NamedTuple):
    """A group-buy, and the code of one of its items or None."""

    number: int
    code: str | None = None


class Showing(Base):
    """A message of the shop; `shows` is a JSON list of [number, code or null]."""

    __tablename__ = "showings"

    message_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    shows: Mapped[str] = mapped_column(String(600))
    until: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


def keep(session: Session, shown: Mapping[str, Sequence[Shown]], *, now: datetime) -> None:
    """Remember by LINE's ids what messages show that just went out."""
    numbers = {each.number for cards in shown.values() for each in cards}
    if not numbers:
        return
    query = select(GroupBuy.id, GroupBuy.closes_at).where(GroupBuy.id.in_(numbers))
    ends = {number: (at or now + OPEN_ENDED) for number, at in session.execute(query)}
    rows = []
    for message_id, cards in shown.items():
        known = [each for each in cards if each.number in ends][:MOST]
        if known:
            last = max(now, *(ends[each.number] for each in known))
            shows = orjson.dumps([list(each) for each in known]).decode()
            rows.append({"message_id": message_id, "shows": shows, "until": last + KEPT})
    if rows:
        # LINE repeats its ids to whoever asks again
        once = insert(session, Showing).values(rows)
        session.execute(once.on_conflict_do_nothing(index_elements=["message_id"]))


def of(session: Session, message_id: str) -> tuple[Shown, ...]:
    """What the message with this id shows; nothing if it is no such card."""
    shows = session.scalar(select(Showing.shows).where(Showing.message_id == message_id))
    return tuple(Shown(*each) for each in orjson.loads(shows)) if shows else ()


def forget(session: Session, *, now: datetime) -> None:
    """Let go of messages that nobody can order from any more."""
    session.execute(
        delete(Showing).where(Showing.until < now).execution_options(synchronize_session=False)
    )
