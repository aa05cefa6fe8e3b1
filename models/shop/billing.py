"""An order's bill: priced from its lines, with the coupons and points that it holds.

`price` brings a bill in line with its order's lines; it is called whenever
they, a price or the member's wishes change. The group-buy is held meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from models.base import N_, local_day
from models.loyalty import coupons, points, tiers
from models.loyalty.coupon_facts import CouponFact
from models.programme import Programme, Tier
from models.shop import pricing, settlement
from models.shop.bill_records import Bill
from models.shop.group_buy_records import GroupBuy, Item
from models.shop.group_buy_terms import Delivery
from models.shop.orders import OrderLine, Status
from models.shop.pricing import Buyer, Delivering, PricedLine, Quote, Wishes
from models.shop.product_records import Product
from models.shop.totals_records import MemberTotals

LIVE = (Status.PLACED, Status.PAID, Status.PICKED_UP, Status.REFUNDED)


class Shares(NamedTuple):
    """Some shares of an item, not yet priced."""

    item: Item
    option: str
    quantity: int


def lines_of(session: Session, order_id: int) -> Sequence[OrderLine]:
    """The lines of an order, in the order in which they were called."""
    query = select(OrderLine).where(OrderLine.order_id == order_id).order_by(OrderLine.id)
    return session.scalars(query).all()


def price(
    session: Session,
    bill: Bill,
    group_buy: GroupBuy,
    wishes: Wishes | None = None,
    tier: Tier | None = None,
    *,
    now: datetime,
    programme: Programme,
) -> Quote:
    """Price a bill from its lines, and use or give back coupons and points accordingly.

    Without `wishes` it keeps using what it uses, as far as that is still allowed; `tier`
    is the member's, if it is known already.

    Raises:
        CannotUse: a coupon that was chosen cannot be used on this.
        NoSuchCoupon: it was used elsewhere at this moment.
        NotEnoughPoints: so were the points.
    """
    session.flush()
    lines = lines_of(session, bill.order_id)
    items = {item.id: item for item in group_buy.items}
    shares = [Shares(items[line.item_id or 0], line.option, line.quantity) for line in lines]
    who = buyer(session, bill.member_id, bill, now=now, programme=programme, tier=tier)
    if wishes is None:
        returned = points.share(bill.points, part=bill.order.refunded, whole=bill.order.cash)
        who, wishes = as_it_is(who, codes_of(bill), bill.points - returned)
    quote = preview(session, group_buy, shares, who, wishes, bill.delivery, programme, now=now)
    _use_coupons(session, bill, quote, now=now)
    _use_points(session, bill, quote.points, now=now)
    for line, share, amount in zip(lines, shares, quote.amounts, strict=True):
        line.amount, line.unit_price = amount, share.item.unit_price(share.option)
    for name, value in figures(quote, who, bill).items():
        setattr(bill, name, value)
    bill.order.cash = quote.cash
    session.flush()
    return quote


def preview(
    session: Session,
    group_buy: GroupBuy,
    shares: Sequence[Shares],
    who: Buyer,
    wishes: Wishes,
    delivery: Delivery,
    programme: Programme,
    *,
    now: datetime,
) -> Quote:
    """What these shares would come to; nothing is written.

    Raises:
        CannotUse: a coupon that was chosen cannot be used on this.
    """
    categories = categories_of(session, group_buy, who.coupons)
    return quoted(
        group_buy, shares, who, wishes, delivery, programme, categories=categories, now=now
    )


def buyer(
    session: Session,
    member_id: int,
    bill: Bill | None,
    *,
    now: datetime,
    programme: Programme,
    tier: Tier | None = None,
) -> Buyer:
    """Who is quoted, with what their bill uses already; `tier` is theirs, if known."""
    if tier is None:
        today = local_day(now)
        tier = tiers.standing(session, member_id, today=today, programme=programme).tier
    wallet = coupons.wallet(session, member_id, now)
    held = set(orjson.loads(bill.coupons)) if bill else set()
    # to their own order they are as if they had not been used
    kept = [each._replace(used_at=None) for each in wallet.used if each.code in held]
    usable = [*wallet.usable, *kept]
    available = points.balance(session, member_id, now).available
    first = any(coupon.first_purchase for coupon in usable)
    bought = session.get(MemberTotals, member_id) if first else None
    return Buyer(
        tier=tier,
        coupons=usable,
        points=max(available, 0) + (bill.points if bill else 0),
        first_purchase=first and (bought is None or bought.orders == 0),
    )


def cancel(
    session: Session, bill: Bill, *, now: datetime, programme: Programme, grace_days: int = 0
) -> None:
    """Cancel an order: what it used goes back, and it takes no more calls.

    `grace_days` lets coupons be used so long, whatever their last day was.

    Raises:
        CannotBecome: it was picked up.
    """
    release(session, bill, now=now, grace_days=grace_days)
    settlement.settle(session, bill.order, Status.CANCELLED, now=now, programme=programme)
    bill.locked_at = bill.locked_at or now
    session.flush()


def release(session: Session, bill: Bill, *, now: datetime, grace_days: int = 0) -> None:
    """Give back the coupons and points that a bill uses; it keeps its figures as a record."""
    coupons.return_for(session, source=coupon_source(bill), now=now, grace_days=grace_days)
    if bill.points:
        _give_back(session, bill, None, now=now)


def codes_of(bill: Bill | Row[Any]) -> list[str]:
    """The codes of the coupons a bill uses."""
    found: list[str] = orjson.loads(bill.coupons)
    return found


def quoted(
    group_buy: GroupBuy,
    shares: Sequence[Shares],
    who: Buyer,
    wishes: Wishes,
    delivery: Delivery,
    programme: Programme,
    *,
    categories: Mapping[int, str],
    now: datetime,
) -> Quote:
    """What these shares come to; `categories` are those of the products, where they matter.

    Raises:
        CannotUse: a coupon that was chosen cannot be used on this.
    """
    priced = [
        PricedLine(
            share.item.name,
            categories.get(share.item.product_id, ""),
            share.quantity,
            share.item.unit_price(share.option),
        )
        for share in shares
    ]
    fee = group_buy.deliveries.get(Delivery(delivery), 0)
    delivering = Delivering(fee, group_buy.free_from)
    return pricing.quote(priced, who, wishes, delivering, terms=programme.points, now=now)


def categories_of(
    session: Session, group_buy: GroupBuy, coupons: Iterable[CouponFact]
) -> dict[int, str]:
    """The categories of a group-buy's products, if one of these coupons asks for one."""
    if not any(coupon.category for coupon in coupons):
        return {}
    products = [item.product_id for item in group_buy.items]
    query = select(Product.id, Product.category).where(Product.id.in_(products))
    return dict(session.execute(query).all())


def as_it_is(who: Buyer, codes: Collection[str], spent: int) -> tuple[Buyer, Wishes]:
    """A buyer with only the coupons that a bill uses, and the wish for the points it does."""
    kept = [coupon for coupon in who.coupons if coupon.code in codes]
    wishes = Wishes(coupons=None if kept else (), points=spent)
    return replace(who, coupons=kept), wishes


def _use_coupons(session: Session, bill: Bill, quoted: Quote, *, now: datetime) -> None:
    codes = [coupon.code for coupon in quoted.choice.coupons]
    if sorted(codes) == sorted(codes_of(bill)):
        return
    if codes_of(bill):
        coupons.return_for(session, source=coupon_source(bill), now=now)
    bill.coupon_version += 1
    if codes:
        coupons.redeem_for(
            session, codes, member_id=bill.member_id, source=coupon_source(bill), now=now
        )
    bill.coupons = orjson.dumps(codes).decode()


def _use_points(session: Session, bill: Bill, wanted: int, *, now: datetime) -> None:
    """Spend more on a bill, or give some back; what is kept stays as it was spent."""
    if wanted == bill.points:
        return
    if wanted < bill.points:
        _give_back(session, bill, bill.points - wanted, now=now)
        return
    if bill.points:
        _give_back(session, bill, None, now=now)
    bill.points_version += 1
    points.spend(
        session,
        bill.member_id,
        wanted,
        source=points_source(bill),
        now=now,
        reason=N_("折抵訂單 {order_no}").format(order_no=bill.order.order_no),
    )


def _give_back(session: Session, bill: Bill, some: int | None, *, now: datetime) -> None:
    """Give back `some` of the points that are spent on a bill, or all that are left of them."""
    spent = points_source(bill)
    kept = 0 if some is None else bill.points - some
    reason = N_("退回訂單 {order_no} 的折抵").format(order_no=bill.order.order_no)
    points.give_back(
        session, spent=spent, source=f"{spent}:kept:{kept}", points=some, now=now, reason=reason
    )


def coupon_source(bill: Bill) -> str:
    return f"order:{bill.order.order_no}:coupons:{bill.coupon_version}"


def points_source(bill: Bill) -> str:
    return f"order:{bill.order.order_no}:points:{bill.points_version}"


def figures(quoted: Quote, who: Buyer, bill: Bill | Row[Any]) -> dict[str, Any]:
    """What a bill (or a row with its columns) is to say of a quote, by column."""
    return {
        "subtotal": quoted.subtotal,
        "tier_pay": who.tier.pay,
        "tier_discount": quoted.tier_discount,
        "coupon_discount": quoted.coupon_discount,
        "gifts": orjson.dumps(list(quoted.choice.gifts)).decode(),
        "points": quoted.points,
        "points_value": quoted.points_value,
        "shipping": quoted.shipping,
        "shipping_discount": quoted.shipping_discount,
        "total": quoted.total + bill.charges,
    }
