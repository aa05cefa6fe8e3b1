"""Which coupons go on an order, what each takes off, and why the others do not.

Pure. A coupon that does not stack is used alone; of those that stack, one takes
something off the goods, one off the shipping and one brings a gift or a free
item. As none changes what another is worth, the best of each together are the
best there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from models.loyalty import codes
from models.loyalty.coupon_facts import CouponFact, discount
from models.loyalty.coupon_refusals import CannotUse, Reason

__all__ = ["Basket", "BasketLine", "CannotUse", "Choice", "Reason", "Why", "apply", "choose"]


SLOTS = {"percent": "goods", "amount": "goods", "shipping": "shipping"}


class BasketLine(NamedTuple):
    """Goods on an order: `amount` is the NT$ of the whole line after the tier's discount."""

    product: str
    category: str
    amount: int
    quantity: int


class Basket(NamedTuple):
    """What is bought, and the NT$ that its shipping costs."""

    lines: tuple[BasketLine, ...]
    shipping: int = 0


class Why(NamedTuple):
    """What a coupon does on the order: what it saves, or what is in its way."""

    coupon: CouponFact
    saves: int
    refusal: CannotUse | None

    @property
    def used(self) -> bool:
        return self.refusal is None


@dataclass(frozen=True)
class Choice:
    """The coupons that are used and what they do.

    `discounts` are whole NT$ off each line of the basket, in its order; `gifts`
    are named; `saves` counts what gifts are worth too. `why` has every coupon,
    those that are used first.
    """

    coupons: tuple[CouponFact, ...] = ()
    discounts: tuple[int, ...] = ()
    shipping: int = 0
    gifts: tuple[str, ...] = ()
    saves: int = 0
    why: tuple[Why, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(coupon.code for coupon in self.coupons)

    @property
    def off(self) -> int:
        """NT$ less to pay, for goods and shipping."""
        return sum(self.discounts) + self.shipping


@dataclass(frozen=True)
class _Buying:
    """An order and who places it."""

    basket: Basket
    tier: str
    first_purchase: bool
    now: datetime


@dataclass(frozen=True)
class _Offer:
    """A coupon as it stands to an order."""

    coupon: CouponFact
    buying: _Buying

    @cached_property
    def eligible(self) -> tuple[int, ...]:
        """NT$ of each line as far as the coupon is for it."""
        return tuple(
            line.amount if _is_for(self.coupon, line) else 0 for line in self.buying.basket.lines
        )

    @cached_property
    def goods_off(self) -> int:
        return discount(self.coupon, sum(self.eligible))

    @property
    def shipping_off(self) -> int:
        if self.coupon.kind != "shipping":
            return 0
        return min(self.coupon.value or self.buying.basket.shipping, self.buying.basket.shipping)

    @property
    def is_gift(self) -> bool:
        return self.coupon.kind in ("gift", "item")

    @property
    def saves(self) -> int:
        worth = self.coupon.value if self.is_gift else 0
        return self.goods_off + self.shipping_off + worth

    @property
    def slot(self) -> str:
        return SLOTS.get(self.coupon.kind, "gift")

    @property
    def order(self) -> tuple[int, datetime, str]:
        """The best first: what saves most, then what ends first."""
        return -self.saves, self.coupon.expires_at, self.coupon.code

    def refusal(self) -> CannotUse | None:
        """Why it cannot be used, alone."""
        coupon, buying = self.coupon, self.buying
        if coupon.valid_from > buying.now:
            return CannotUse(Reason.UPCOMING, coupon, **_day(coupon.first_day))
        if coupon.expires_at <= buying.now or coupon.used_at is not None:
            return CannotUse(Reason.EXPIRED, coupon, **_day(coupon.last_day))
        if coupon.tiers and buying.tier not in coupon.tiers:
            return CannotUse(Reason.TIER, coupon)
        if coupon.first_purchase and not buying.first_purchase:
            return CannotUse(Reason.FIRST, coupon)
        return self._goods_refusal()

    def _goods_refusal(self) -> CannotUse | None:
        coupon, basket = self.coupon, self.buying.basket
        if not any(_is_for(coupon, line) for line in basket.lines):
            if not coupon.for_some_goods:
                return CannotUse(Reason.NOTHING, coupon)
            return CannotUse(Reason.GOODS, coupon, goods=_goods(coupon))
        spend = sum(self.eligible)
        if spend < coupon.min_spend:
            short = coupon.min_spend - spend
            return CannotUse(Reason.MINIMUM, coupon, min_spend=coupon.min_spend, short=short)
        if coupon.kind == "shipping" and basket.shipping <= 0:
            return CannotUse(Reason.SHIPPING, coupon)
        if not self.is_gift and not self.saves:
            return CannotUse(Reason.NOTHING, coupon)
        return None


def choose(
    coupons: Iterable[CouponFact],
    basket: Basket,
    *,
    tier: str,
    first_purchase: bool,
    now: datetime,
) -> Choice:
    """The combination that saves most; of equal ones what ends first, then fewest coupons.

    `tier` is the key of the buyer's tier; `first_purchase` says that they bought nothing before.
    """
    buying = _Buying(basket, tier, first_purchase, now)
    offers = sorted((_Offer(coupon, buying) for coupon in coupons), key=lambda offer: offer.order)
    refused = {offer.coupon.code: offer.refusal() for offer in offers}
    able = [offer for offer in offers if offer.saves and refused[offer.coupon.code] is None]
    together: dict[str, _Offer] = {}
    for offer in able:
        if offer.coupon.stacks:
            together.setdefault(offer.slot, offer)
    alone = [[offer] for offer in able if not offer.coupon.stacks][:1]
    best = min([list(together.values()), *alone], key=_worth)
    beaten = {offer.coupon.code for offer in best}
    others = [
        Why(o.coupon, o.saves, refused[o.coupon.code] or CannotUse(Reason.BEATEN, o.coupon))
        for o in offers
        if o.coupon.code not in beaten
    ]
    return _chosen(best, basket, others)


def apply(
    codes_chosen: Sequence[str],
    coupons: Iterable[CouponFact],
    basket: Basket,
    *,
    tier: str,
    first_purchase: bool,
    now: datetime,
) -> Choice:
    """What the coupons with these codes, chosen by the buyer from theirs, do together.

    Raises:
        CannotUse: one of them is not theirs, not for this order, or not together with another.
    """
    buying = _Buying(basket, tier, first_purchase, now)
    held = {coupon.code: coupon for coupon in coupons}
    offers = [
        _Offer(_held(held, code), buying) for code in dict.fromkeys(map(_read, codes_chosen))
    ]
    for offer in offers:
        if refusal := offer.refusal():
            raise refusal
    _refuse_together(offers)
    return _chosen(sorted(offers, key=lambda offer: offer.order), basket, [])


def _held(held: dict[str, CouponFact], code: str) -> CouponFact:
    if code not in held:
        raise CannotUse(Reason.NOT_HELD, code=codes.show(code) if code else "")
    return held[code]


def _read(code: str) -> str:
    return codes.read(code) or code


def _refuse_together(offers: Sequence[_Offer]) -> None:
    slots: dict[str, CouponFact] = {}
    for offer in offers:
        coupon = offer.coupon
        if not coupon.stacks and len(offers) > 1:
            raise CannotUse(Reason.ALONE, coupon)
        other = slots.setdefault(offer.slot, coupon)
        if other is not coupon:
            raise CannotUse(Reason.SAME_KIND, coupon, other=other.name)


def _worth(offers: Sequence[_Offer]) -> tuple[object, ...]:
    """Less is better."""
    ends = sorted(offer.coupon.expires_at for offer in offers)
    named = sorted(offer.coupon.code for offer in offers)
    return -sum(offer.saves for offer in offers), ends[:1], len(offers), ends, named


def _chosen(offers: Sequence[_Offer], basket: Basket, others: Sequence[Why]) -> Choice:
    off = [0] * len(basket.lines)
    for offer in offers:
        for number, share in enumerate(shared(offer.goods_off, offer.eligible)):
            off[number] += share
    return Choice(
        coupons=tuple(offer.coupon for offer in offers),
        discounts=tuple(off),
        shipping=sum(offer.shipping_off for offer in offers),
        gifts=tuple(offer.coupon.name for offer in offers if offer.is_gift),
        saves=sum(offer.saves for offer in offers),
        why=(*(Why(offer.coupon, offer.saves, None) for offer in offers), *others),
    )


def shared(amount: int, over: Sequence[int]) -> list[int]:
    """Whole NT$ shared in proportion; what is left goes to the largest remainders.

    `amount` is no more than what it is shared over, so no share is more than its part.
    """
    total = sum(over)
    if not amount or not total:
        return [0] * len(over)
    shares = [amount * part // total for part in over]
    by_remainder = sorted(range(len(over)), key=lambda n: (-(amount * over[n] % total), n))
    for number in by_remainder[: amount - sum(shares)]:
        shares[number] += 1
    return shares


def _is_for(coupon: CouponFact, line: BasketLine) -> bool:
    if not coupon.for_some_goods:
        return True
    name = line.product.casefold()
    named = any(word.casefold() in name for word in coupon.products)
    return named or (bool(coupon.category) and line.category == coupon.category)


def _goods(coupon: CouponFact) -> str:
    return "、".join([*coupon.products, *([coupon.category] if coupon.category else [])])


def _day(on: date) -> dict[str, int]:
    return {"month": on.month, "day": on.day}
