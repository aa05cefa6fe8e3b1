"""Group-buys: opened, published, changed, closed; and who may see and join one.

Every change of a group-buy or of its stock first calls `hold`, which waits for
whoever else is changing it: after it, what is read stays true until the end of
the transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

import orjson
from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from models.base import N_, Refusal
from models.programme import Programme
from models.shop import item_offers
from models.shop.group_buy_records import GroupBuy, Item, Post, Stage
from models.shop.group_buy_terms import GroupBuyTerms

__all__ = [
    "STAGES",
    "Closed",
    "GroupBuy",
    "Item",
    "NoSuchGroupBuy",
    "NotOpenYet",
    "Post",
    "Stage",
    "WrongStage",
    "draft",
    "find",
    "hold",
    "imagined",
    "may_join",
    "move",
    "next_number",
    "opens_for",
    "publish",
    "running",
    "set_terms",
    "visible",
]

HELD = "group-buys held"  # in a session's info: from now on others may wait for it
ALIVE = (Stage.DRAFT, Stage.OPEN, Stage.CLOSED, Stage.ARRIVED)
# what each act needs to find, and what it makes of it
WAYS: dict[Stage, tuple[Stage, ...]] = {
    Stage.OPEN: (Stage.DRAFT, Stage.CLOSED),
    Stage.CLOSED: (Stage.OPEN,),
    Stage.ARRIVED: (Stage.CLOSED,),
    Stage.FINISHED: (Stage.ARRIVED, Stage.CLOSED),
    Stage.FAILED: (Stage.OPEN, Stage.CLOSED),
}


class NoSuchGroupBuy(Refusal):
    buttons = ("團購",)

    def __init__(self, number: object) -> None:
        super().__init__(N_("找不到第 {number} 團，請看「團購」有哪些正在開團。"), number=number)

    def leads(self, words: str) -> list[tuple[str, str]]:
        """The list as whoever asks sees it."""
        return [("團購", "/團購" if words.startswith("/") else "團購")]


class Closed(Refusal):
    buttons = ("團購", "我的訂單")

    def __init__(self, title: str) -> None:
        super().__init__(N_("「{title}」已經結單了，看看其他開團中的商品吧。"), title=title)


class NotOpenYet(Refusal):
    buttons = ("預購", "團購")

    def __init__(self, title: str, opens_at: datetime) -> None:
        super().__init__(
            N_("「{title}」{opens_at} 才對你開放，輸入「預購」可以設定提醒。"),
            title=title,
            opens_at=opens_at,
        )
        self.opens_at = opens_at


class WrongStage(Refusal):
    def __init__(self, group_buy: GroupBuy) -> None:
        super().__init__(
            N_("第 {number} 團「{title}」現在是「{stage}」，不能這樣做。"),
            number=group_buy.id,
            title=group_buy.title,
            stage=STAGES[Stage(group_buy.stage)],
        )
        self.number = group_buy.id

    def leads(self, words: str) -> list[tuple[str, str]]:
        """How it stands and what can be done with it, for those who run it."""
        data = f"/團 {self.number}"
        return [(data, data)] if words.startswith("/") else [("團購", "團購")]


STAGES = {
    Stage.DRAFT: N_("草稿"),
    Stage.OPEN: N_("開團中"),
    Stage.CLOSED: N_("已結單"),
    Stage.ARRIVED: N_("已到貨"),
    Stage.FINISHED: N_("已完成"),
    Stage.FAILED: N_("已流團"),
}


def draft(session: Session, terms: GroupBuyTerms, *, by: str, now: datetime) -> GroupBuy:
    """Write a group-buy down as a draft that nobody else sees yet."""
    group_buy = GroupBuy(created_by=by, created_at=now, items=[])
    set_terms(session, group_buy, terms)
    session.add(group_buy)
    session.flush()
    return group_buy


def set_terms(session: Session, group_buy: GroupBuy, terms: GroupBuyTerms) -> None:
    """Put these terms into a new group-buy's record, with its items and their products."""
    _describe(group_buy, terms, item_offers.product_ids(session, terms.items))


def imagined(terms: GroupBuyTerms, *, now: datetime) -> GroupBuy:
    """The group-buy that these terms would make, to be looked at; it is kept nowhere."""
    group_buy = GroupBuy(stage=Stage.DRAFT, created_at=now, items=[])
    _describe(group_buy, terms, dict.fromkeys((item.name for item in terms.items), 0))
    return group_buy


def _describe(group_buy: GroupBuy, terms: GroupBuyTerms, ids: Mapping[str, int]) -> None:
    for name in ("title", "minimum", "opens_at", "closes_at", "pickup", "pickup_on", "tier"):
        setattr(group_buy, name, getattr(terms, name))
    for name in ("tag", "preorder", "hold_minutes", "dropship", "free_from", "picture"):
        setattr(group_buy, name, getattr(terms, name))
    group_buy.windows = orjson.dumps({key: at.isoformat() for key, at in terms.windows}).decode()
    group_buy.fees = orjson.dumps({way.value: fee for way, fee in terms.fees}).decode()
    group_buy.items[:] = [item_offers.item(item, ids[item.name]) for item in terms.items]


def publish(session: Session, group_buy: GroupBuy, *, now: datetime) -> GroupBuy:
    """Open a draft to its members.

    Raises:
        WrongStage: it is no draft any more.
    """
    return move(session, group_buy, Stage.OPEN, now=now, only=(Stage.DRAFT,))


def move(
    session: Session,
    group_buy: GroupBuy,
    stage: Stage,
    *,
    now: datetime,
    only: Collection[Stage] | None = None,
) -> GroupBuy:
    """Bring a group-buy to another stage, by one conditional update.

    Raises:
        WrongStage: it cannot get there from where it is.
    """
    values: dict[str, object] = {"stage": stage}
    if stage is Stage.CLOSED:
        values["closed_at"] = now
    elif stage is Stage.OPEN:
        values["closed_at"] = None
    elif stage is Stage.ARRIVED:
        values["arrived_at"] = now
    moved = session.execute(
        update(GroupBuy)
        .where(GroupBuy.id == group_buy.id, GroupBuy.stage.in_(only or WAYS[stage]))
        .values(values)
        .returning(GroupBuy.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(group_buy)
    if moved is None:
        raise WrongStage(group_buy)
    return group_buy


def find(session: Session, number: int) -> GroupBuy:
    """The group-buy with this number.

    Raises:
        NoSuchGroupBuy: there is none.
    """
    found = session.get(GroupBuy, number)
    if found is None:
        raise NoSuchGroupBuy(number)
    return found


def hold(session: Session, number: int) -> GroupBuy:
    """The group-buy as it is now, held until the transaction ends.

    Raises:
        NoSuchGroupBuy: there is none.
    """
    session.flush()
    query = select(GroupBuy).where(GroupBuy.id == number).with_for_update()
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NoSuchGroupBuy(number)
    session.info[HELD] = True
    return found


def visible(*, tier: str, tags: Collection[str], programme: Programme) -> ColumnElement[bool]:
    """Group-buys that a member of this tier with these tags may see."""
    within = [each.key for each in programme.tiers[: programme.rank(tier) + 1]]
    return (GroupBuy.tier.in_(["", *within])) & (GroupBuy.tag.in_(["", *tags]))


def running(session: Session, shown: ColumnElement[bool], *, now: datetime) -> Sequence[GroupBuy]:
    """Those of the group-buys shown that are open, or will be; the next to close first."""
    not_over = or_(GroupBuy.closes_at.is_(None), GroupBuy.closes_at > now)
    query = select(GroupBuy).where(shown, GroupBuy.stage == Stage.OPEN, not_over)
    return session.scalars(
        query.order_by(GroupBuy.closes_at.is_(None), GroupBuy.closes_at, GroupBuy.id)
    ).all()


def opens_for(group_buy: GroupBuy, tier: str, *, early: timedelta = timedelta(0)) -> datetime:
    """When it opens for a member of this tier; `early` is what their record adds."""
    opens = group_buy.opens_at or group_buy.created_at
    windows: dict[str, str] = orjson.loads(group_buy.windows)
    if tier in windows:
        opens = datetime.fromisoformat(windows[tier])
    return opens - early


def may_join(
    group_buy: GroupBuy, tier: str, *, now: datetime, early: timedelta = timedelta(0)
) -> None:
    """Whether it is open for a member of this tier at this moment.

    Raises:
        NoSuchGroupBuy: it is still a draft.
        Closed: it is over, or its time is.
        NotOpenYet: its window for this tier has not begun.
    """
    if group_buy.stage == Stage.DRAFT:
        raise NoSuchGroupBuy(group_buy.id)
    over = group_buy.closes_at is not None and group_buy.closes_at <= now
    if group_buy.stage != Stage.OPEN or over:
        raise Closed(group_buy.title)
    opens_at = opens_for(group_buy, tier, early=early)
    if now < opens_at:
        raise NotOpenYet(group_buy.title, opens_at)


def next_number(session: Session, group_buy: GroupBuy) -> int:
    """The number of the next order of a group-buy that is held."""
    numbered = (
        update(GroupBuy)
        .where(GroupBuy.id == group_buy.id)
        .values(last_number=GroupBuy.last_number + 1)
        .returning(GroupBuy.last_number)
        .execution_options(synchronize_session=False)
    )
    return session.scalars(numbered).one()
