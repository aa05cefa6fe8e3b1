"""Which group-buy to point out to whom, by what they buy often or are interested in.

A rule for tags (母嬰用品買家) says what often is, and of which goods; a category that
no rule is about asks for two orders in half a year. One group-buy a member, the
newest; not what they joined or looked at, and one in a week at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    cast,
    column,
    exists,
    func,
    or_,
    select,
    union_all,
    values,
)
from sqlalchemy.orm import Session

from models.base import local_day
from models.insight import tag_rules
from models.loyalty.tiers_records import MemberTier
from models.people import tags
from models.people.tags import MemberTag
from models.programme import Programme, TagRule
from models.shop import group_buys
from models.shop.bill_records import Bill
from models.shop.group_buy_records import GroupBuy, Item, Stage
from models.shop.interest import View
from models.shop.orders import BOUGHT, Order, OrderLine
from models.shop.product_records import Product
from models.talk.outbox_records import OutboxMessage

RULE = "recommendation"
WEEK = timedelta(days=7)
STILL = timedelta(hours=6)  # left to order in
OFTEN, LATELY = 2, timedelta(days=180)


class Kind(NamedTuple):
    """Goods of one kind in a group-buy: the item, what the kind is called, and who likes it.

    `tag` is that of its buyers, or of those who are interested in the `category`.
    """

    item_id: int
    category: str
    tag: str


def recommended(
    session: Session, *, now: datetime, programme: Programme
) -> Select[*tuple[Any, ...]] | None:
    """Members and the group-buy for each: its number, title and item, `category`, `often`, `tier`.

    `often` says that they buy such goods, and are not only interested in them.
    """
    offers = _open(session, now)
    kinds = list(_kinds(session, offers, programme.tags))
    if not kinds:
        return None
    tier = func.coalesce(MemberTier.tier, programme.base.key)
    liked = _liking(kinds, programme, now).subquery()
    place = func.row_number().over(
        partition_by=liked.c.member_id,
        order_by=(GroupBuy.id.desc(), liked.c.often.desc(), Item.id),
    )
    ranked = (
        select(
            *(liked.c.member_id, liked.c.category, liked.c.often),
            *(GroupBuy.id.label("number"), GroupBuy.title, GroupBuy.closes_at),
            *(Item.name.label("item"), Item.price_now, Item.option_prices),
            *(tier.label("tier"), place.label("place")),
        )
        .join(Item, Item.id == liked.c.item_id)
        .join(GroupBuy, GroupBuy.id == Item.group_buy_id)
        .outerjoin(MemberTier, MemberTier.member_id == liked.c.member_id)
        .where(_open_to(offers, tier, liked.c.member_id, now, programme))
        .where(~_known(liked.c.member_id), ~_written(liked.c.member_id, now))
        .subquery()
    )
    return select(ranked).where(ranked.c.place == 1)


def _open(session: Session, now: datetime) -> Sequence[GroupBuy]:
    query = select(GroupBuy).where(
        GroupBuy.stage == Stage.OPEN,
        or_(GroupBuy.closes_at.is_(None), GroupBuy.closes_at > now + STILL),
    )
    return session.scalars(query).all()


def _kinds(
    session: Session, offers: Sequence[GroupBuy], rules: Sequence[TagRule]
) -> Iterator[Kind]:
    """What the items of these group-buys are, by the rules for tags and by category."""
    rules = [rule for rule in rules if rule.category or rule.words]
    items = [item for offer in offers for item in offer.items]
    products = {item.product_id for item in items}
    ruled = {
        rule.name: set(
            session.scalars(
                select(Product.id).where(Product.id.in_(products), tag_rules.meant(rule))
            )
        )
        for rule in rules
    }
    known = select(Product.id, Product.category).where(Product.id.in_(products))
    categories = dict(session.execute(known).all())
    for item in items:
        kinds = {
            rule.category or rule.name for rule in rules if item.product_id in ruled[rule.name]
        }
        for rule in rules:
            if item.product_id in ruled[rule.name]:
                yield Kind(item.id, rule.category or rule.name, rule.name)
        for category in {*kinds, categories.get(item.product_id, "")} - {""}:
            yield Kind(item.id, category, category)
            yield Kind(item.id, category, f"{tags.INTEREST}{category}")


def _liking(kinds: Sequence[Kind], programme: Programme, now: datetime) -> Any:
    """Members, an item each, and why: a row for each reason."""
    item_id, category = column("item_id", Integer), column("category", String)
    named = (
        values(item_id, category, column("tag", String), literal_binds=True)
        .data(sorted(set(kinds)))
        .cte("kinds")
    )
    tagged = select(
        MemberTag.member_id, named.c.item_id, named.c.category, _number(MemberTag.by_rule)
    ).join(MemberTag, MemberTag.tag == named.c.tag)
    ruled = {rule.category for rule in programme.tags if rule.category}
    asked = {kind.category for kind in kinds if kind.category == kind.tag} - ruled
    often = _often(asked, now).subquery()
    bought = select(often.c.member_id, named.c.item_id, named.c.category, _number(True)).join(
        named, and_(named.c.tag == often.c.category, named.c.category == named.c.tag)
    )
    return union_all(tagged, bought)


def _often(categories: Iterable[str], now: datetime) -> Select[int, str]:
    """Members and a category of which they ordered often; once, however many items are of it."""
    return (
        select(Order.member_id, Product.category)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(Product, Product.id == OrderLine.product_id)
        .where(
            Product.category.in_(sorted(categories)),
            Order.status.in_(BOUGHT),
            Order.ordered_on >= local_day(now - LATELY),
        )
        .group_by(Order.member_id, Product.category)
        .having(func.count(Order.id.distinct()) >= OFTEN)
    )


def _number(said: Any) -> ColumnElement[int]:
    return cast(said, Integer).label("often")


def _open_to(
    offers: Sequence[GroupBuy],
    tier: ColumnElement[str],
    member_id: ColumnElement[int],
    now: datetime,
    programme: Programme,
) -> ColumnElement[bool]:
    """Group-buys that the member may join, by their tier and the tag that is asked for."""
    allowed: list[ColumnElement[bool]] = []
    for offer in offers:
        least = programme.rank(offer.tier) if offer.tier else 0
        open_to = [
            each.key
            for each in programme.tiers[least:]
            if group_buys.opens_for(offer, each.key) <= now
        ]
        allowed.append(and_(GroupBuy.id == offer.id, tier.in_(open_to)))
    has_tag = exists().where(MemberTag.member_id == member_id, MemberTag.tag == GroupBuy.tag)
    return and_(or_(*allowed), or_(GroupBuy.tag == "", has_tag))


def _known(member_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether they joined it, or looked at it."""
    return or_(
        exists().where(Bill.member_id == member_id, Bill.group_buy_id == GroupBuy.id),
        exists().where(View.member_id == member_id, View.group_buy_id == GroupBuy.id),
    )


def _written(member_id: ColumnElement[int], now: datetime) -> ColumnElement[bool]:
    """Whether another group-buy was pointed out to them within the week."""
    return exists().where(
        OutboxMessage.member_id == member_id,
        OutboxMessage.rule == RULE,
        OutboxMessage.created_at > now - WEEK,
        OutboxMessage.period != cast(GroupBuy.id, String),
    )
