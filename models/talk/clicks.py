"""Who opened a link of a broadcast, or tapped a button on its cards.

A member counts once for each address and once for all the buttons; how often
altogether is counted beside it. Nothing is known of those who were not written to.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, UtcDateTime, insert, vault
from models.talk import tracked_links
from models.talk.broadcast_records import ARMS, Broadcast, key
from models.talk.outbox_records import OutboxMessage
from models.talk.tracked_links import Ticket

BUTTONS = 0  # the place of what is no address
LASTS = timedelta(days=30)  # after its broadcast is of no use any more


class BroadcastLink(Base):
    """An address in a broadcast's texts as it was written; its links are found at `site`."""

    __tablename__ = "broadcast_links"

    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcasts.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    site: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(Text)


class BroadcastClick(Base):
    """A member who opened what is at this place of a broadcast, when first and how often."""

    __tablename__ = "broadcast_clicks"
    __table_args__ = (Index("ix_broadcast_clicks_first_at", "first_at"),)

    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcasts.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True, index=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    times: Mapped[int]


def keep(session: Session, broadcast: Broadcast, *, site: str) -> None:
    """Note the addresses of a new broadcast, so that its messages carry links to them."""
    if not site or len(site) > tracked_links.SITE:
        return
    texts = [each.text for each in broadcast.terms.variants]
    found = tracked_links.addresses(texts)[: tracked_links.MOST]
    for place, address in enumerate(found, start=1):
        made = BroadcastLink(broadcast_id=broadcast.id, place=place, site=site, address=address)
        session.add(made)
    session.flush()


def links(session: Session, number: int) -> Sequence[BroadcastLink]:
    """The addresses of a broadcast."""
    query = select(BroadcastLink).where(BroadcastLink.broadcast_id == number)
    return session.scalars(query.order_by(BroadcastLink.place)).all()


def target(session: Session, token: str, *, now: datetime) -> tuple[Ticket, str] | None:
    """Where a link leads, and whose it is; None once it is too old, and if it is not ours."""
    ticket = tracked_links.read(vault(session), token)
    if ticket is None:
        return None
    address = session.scalar(
        select(BroadcastLink.address)
        .join(Broadcast, Broadcast.id == BroadcastLink.broadcast_id)
        .where(
            BroadcastLink.broadcast_id == ticket.broadcast,
            BroadcastLink.place == ticket.place,
            Broadcast.use_until > now - LASTS,
        )
    )
    return None if address is None else (ticket, address)


def count(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """Note that somebody opened what they were sent; nothing if it was never sent to them."""
    written = select(OutboxMessage.id).where(
        OutboxMessage.key.in_(key(ticket.broadcast, arm, ticket.member_id) for arm in ARMS)
    )
    if session.scalar(written) is None:
        return
    row = insert(session, BroadcastClick).values(
        broadcast_id=ticket.broadcast,
        member_id=ticket.member_id,
        place=ticket.place,
        first_at=now,
        times=1,
    )
    again = {"times": BroadcastClick.times + 1}
    session.execute(
        row.on_conflict_do_update(
            index_elements=["broadcast_id", "member_id", "place"], set_=again
        )
    )
