"""Group-buys posted into LINE groups: which are called there, and what a quoted card names.

Whatever is posted into a chat is for everybody in it: who may see a group-buy
elsewhere does not matter there, but a tier's window still holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from models.base import UtcDateTime
from models.shop.group_buy_records import GroupBuy, Item, Post, Stage

MINUTE = timedelta(minutes=1)


# made once, since it is asked at whatever anybody says
_NEWEST = (
    select(Post.group_buy_id, func.max(Post.id).label("newest"))
    .where(Post.chat_id == bindparam("chat"))
    .group_by(Post.group_buy_id)
    .subquery()
)
_OFFERS = (
    select(GroupBuy)
    .join(_NEWEST, _NEWEST.c.group_buy_id == GroupBuy.id)
    .where(
        GroupBuy.stage == Stage.OPEN,
        or_(
            GroupBuy.closes_at.is_(None),
            GroupBuy.closes_at > bindparam("now", type_=UtcDateTime()),
        ),
    )
    .order_by(_NEWEST.c.newest.desc())
)


class Quoted(NamedTuple):
    """What a quoted card shows: a group-buy, and the code of one of its items or None."""

    group_buy: GroupBuy
    code: str | None


def post(
    session: Session,
    group_buy: GroupBuy,
    chat_id: str,
    cards: Sequence[Item | None],
    *,
    reply_token: str,
    now: datetime,
) -> None:
    """Write down that these cards go out into a chat in one reply, in this order."""
    counted_at = session.scalar(
        select(func.max(Post.counted_at)).where(
            Post.chat_id == chat_id, Post.group_buy_id == group_buy.id
        )
    )
    for item in cards:
        session.add(
            Post(
                group_buy_id=group_buy.id,
                item_id=item.id if item else None,
                chat_id=chat_id,
                reply_token=reply_token,
                posted_at=now,
                counted_at=counted_at,
            )
        )
    session.flush()


def sent(session: Session, reply_token: str, message_ids: Sequence[str]) -> None:
    """LINE told under which ids the messages of a reply appear in the chat."""
    query = select(Post.id).where(Post.reply_token == reply_token).order_by(Post.id)
    for post_id, message_id in zip(session.scalars(query).all(), message_ids, strict=False):
        session.execute(
            update(Post)
            .where(Post.id == post_id)
            .values(message_id=message_id, reply_token=None)
            .execution_options(synchronize_session=False)
        )


def quoted(session: Session, chat_id: str, message_id: str) -> Quoted | None:
    """What the message with this id shows, if it is a card in this chat."""
    found = session.scalar(
        select(Post).where(Post.message_id == message_id, Post.chat_id == chat_id)
    )
    if found is None:
        return None
    group_buy = session.get_one(GroupBuy, found.group_buy_id)
    codes = {item.id: item.code for item in group_buy.items}
    return Quoted(group_buy, codes.get(found.item_id or 0))


def untold(session: Session, chat_id: str, *, now: datetime) -> bool:
    """Whether there may be cards in a chat whose ids nobody knows yet: they just went out.

    Not for longer: then an answer to chatter would be taken for one to them.
    """
    query = select(Post.id).where(
        Post.chat_id == chat_id, Post.message_id.is_(None), Post.posted_at > now - MINUTE
    )
    return session.scalar(query.limit(1)) is not None


def offers(session: Session, chat_id: str, *, now: datetime) -> Sequence[GroupBuy]:
    """The group-buys posted into a chat that are open, the one posted last first."""
    return session.scalars(_OFFERS, {"chat": chat_id, "now": now}).all()


def may_count(session: Session, chat_id: str, group_buy_id: int, *, now: datetime) -> bool:
    """Whether a chat may hear a group-buy's totals again; then the next minute begins."""
    newest = (
        select(func.max(Post.id))
        .where(Post.chat_id == chat_id, Post.group_buy_id == group_buy_id)
        .correlate(None)
        .scalar_subquery()
    )
    counted = (
        update(Post)
        .where(
            Post.id == newest,
            or_(Post.counted_at.is_(None), Post.counted_at <= now - MINUTE),
        )
        .values(counted_at=now)
        .returning(Post.id)
        .execution_options(synchronize_session=False)
    )
    return session.scalar(counted) is not None
