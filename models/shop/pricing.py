"""What an order comes to, line by line: tier discount, coupons, points, shipping, in that order.

Pure. Money is whole TWD, and every rounding is in the member's favour: what a
line costs is rounded down. The parts of a quote add up to its total.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from models.loyalty import coupon_choice, points_offset
from models.loyalty.coupon_choice import Basket, BasketLine, Choice
from models.loyalty.coupon_facts import CouponFact
from models.programme import PointTerms, Tier
from models.shop.sharing import share_out

NO_COUPONS = Choice()


class PricedLine(NamedTuple):
    """Some shares of one item at what one costs now."""

    product: str
    category: str
    quantity: int
    unit_price: int

    @property
    def listed(self) -> int:
        return self.quantity * self.unit_price


@dataclass(frozen=True)
class Wishes:
    """What the member wants to use: `coupons` None is the best combination, else these codes.

    `points` is how many at most, None as many as may be used.
    """

    coupons: tuple[str, ...] | None = None
    points: int | None = 0


PLAIN = Wishes(coupons=(), points=0)


@dataclass(frozen=True)
class Delivering:
    """What the chosen way of delivery costs, and from how much for goods on it is free."""

    fee: int = 0
    free_from: int | None = None


@dataclass(frozen=True)
class Buyer:
    """Who is quoted: tier, usable coupons, points to spend.

    `first_purchase`, whether it is their first order, is known where a coupon asks for it.
    """

    tier: Tier
    coupons: Sequence[CouponFact] = ()
    points: int = 0
    first_purchase: bool = False


@dataclass(frozen=True)
class Quote:
    """The sums of a `Bill`; `amounts` is what each line costs after all discounts."""

    subtotal: int
    tier_discount: int
    choice: Choice
    coupon_discount: int
    points: int
    points_value: int
    shipping: int
    shipping_discount: int
    amounts: tuple[int, ...]

    @property
    def cash(self) -> int:
        """What is paid for goods."""
        return sum(self.amounts)

    @property
    def total(self) -> int:
        return self.cash + self.shipping - self.shipping_discount


def quote(
    lines: Sequence[PricedLine],
    buyer: Buyer,
    wishes: Wishes,
    delivering: Delivering,
    *,
    terms: PointTerms,
    now: datetime,
) -> Quote:
    """What these lines come to.

    Shipping is free from `free_from` NT$ on that goods cost after the tier's discount.

    Raises:
        CannotUse: a coupon that was chosen cannot be used on this.
    """
    listed = [line.listed for line in lines]
    tiered = [amount * buyer.tier.pay // 100 for amount in listed]
    free = delivering.free_from is not None and sum(tiered) >= delivering.free_from
    fee = 0 if free or not lines else delivering.fee
    basket = Basket(
        tuple(
            BasketLine(line.product, line.category, amount, line.quantity)
            for line, amount in zip(lines, tiered, strict=True)
        ),
        fee,
    )
    choice = _choice(basket, buyer, wishes, now=now)
    reduced = list(tiered)
    if choice.coupons:
        reduced = [a - off for a, off in zip(tiered, choice.discounts, strict=True)]
    goods = sum(reduced)
    offset = _offset(goods, buyer, wishes, terms)
    amounts = [a - off for a, off in zip(reduced, share_out(offset.amount, reduced), strict=True)]
    return Quote(
        subtotal=sum(listed),
        tier_discount=sum(listed) - sum(tiered),
        choice=choice,
        coupon_discount=sum(tiered) - goods,
        points=offset.points,
        points_value=offset.amount,
        shipping=fee,
        shipping_discount=min(choice.shipping, fee),
        amounts=tuple(amounts),
    )


def _choice(basket: Basket, buyer: Buyer, wishes: Wishes, *, now: datetime) -> Choice:
    if wishes.coupons == () or not basket.lines:
        return NO_COUPONS
    if wishes.coupons is None:
        return coupon_choice.choose(
            buyer.coupons,
            basket,
            tier=buyer.tier.key,
            first_purchase=buyer.first_purchase,
            now=now,
        )
    return coupon_choice.apply(
        wishes.coupons,
        buyer.coupons,
        basket,
        tier=buyer.tier.key,
        first_purchase=buyer.first_purchase,
        now=now,
    )


def _offset(goods: int, buyer: Buyer, wishes: Wishes, terms: PointTerms) -> points_offset.Offset:
    if not terms.enabled or wishes.points == 0:
        return points_offset.NOTHING
    available = buyer.points if wishes.points is None else min(wishes.points, buyer.points)
    return points_offset.most(available, goods, terms)
