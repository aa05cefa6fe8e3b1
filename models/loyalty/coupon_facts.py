"""What a coupon is worth to its holder: pure facts and sums, without a database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row

from models.base import local_day
from models.loyalty import codes
from models.loyalty.coupon_records import Coupon, CouponState
from models.programme import CouponKind


class CouponFact(NamedTuple):
    """A coupon as its holder sees it; `last_day` is the last local day it can be used.

    `products` are words in a product's name, `tiers` keys; none means any.
    """

    code: str
    name: str
    kind: CouponKind
    value: int
    min_spend: int
    first_purchase: bool
    description: str
    valid_from: datetime
    expires_at: datetime
    used_at: datetime | None
    products: tuple[str, ...] = ()
    category: str = ""
    tiers: tuple[str, ...] = ()
    stacks: bool = False
    bound: bool = True

    @property
    def for_some_goods(self) -> bool:
        return bool(self.products or self.category)

    @property
    def shown_code(self) -> str:
        return codes.show(self.code)

    @property
    def first_day(self) -> date:
        return local_day(self.valid_from)

    @property
    def last_day(self) -> date:
        return local_day(self.expires_at - timedelta(microseconds=1))


@dataclass(frozen=True)
class Wallet:
    """A member's coupons: what can be used by what ends first, the past by what was last."""

    usable: tuple[CouponFact, ...] = ()
    upcoming: tuple[CouponFact, ...] = ()
    used: tuple[CouponFact, ...] = ()
    expired: tuple[CouponFact, ...] = ()


def fact(coupon: Coupon | Row[Any]) -> CouponFact:
    """The facts of a coupon, or of a row with its columns."""
    return CouponFact(
        code=coupon.code,
        name=coupon.name,
        kind=coupon.kind,
        value=coupon.value,
        min_spend=coupon.min_spend,
        first_purchase=coupon.first_purchase,
        description=coupon.description,
        valid_from=coupon.valid_from,
        expires_at=usable_until(coupon),
        used_at=coupon.used_at,
        products=said(coupon.products),
        category=coupon.category or "",
        tiers=said(coupon.tiers),
        stacks=bool(coupon.stacks),
        bound=coupon.bound is not False,
    )


def usable_until(coupon: Coupon | Row[Any]) -> datetime:
    """When a coupon ends: later than it said if the shop gave it back late."""
    expires_at: datetime = coupon.expires_at
    extended: datetime | None = coupon.extended_until
    return expires_at if extended is None else max(expires_at, extended)


def said(lines: str | None) -> tuple[str, ...]:
    """The words or keys of a column with one on each line."""
    return tuple(lines.split("\n")) if lines else ()


def sorted_wallet(coupons: Iterable[Coupon | Row[Any]], now: datetime) -> Wallet:
    """Coupons (none of them void), given by expiry, as a wallet."""
    usable: list[CouponFact] = []
    upcoming, used, expired = [], [], []
    for coupon in coupons:
        if coupon.state == CouponState.USED:
            used.append(fact(coupon))
        elif usable_until(coupon) <= now:
            expired.append(fact(coupon))
        elif coupon.valid_from > now:
            upcoming.append(fact(coupon))
        else:
            usable.append(fact(coupon))
    usable.sort(key=lambda coupon: coupon.expires_at)
    upcoming.sort(key=lambda coupon: coupon.valid_from)
    used.sort(key=lambda coupon: coupon.used_at or now, reverse=True)
    return Wallet(tuple(usable), tuple(upcoming), tuple(used), tuple(reversed(expired)))


def applies(coupon: CouponFact, amount: int, *, first_purchase: bool) -> bool:
    """Whether an order of `amount` NT$ of goods may use it."""
    return amount >= coupon.min_spend and (first_purchase or not coupon.first_purchase)


def discount(coupon: CouponFact, amount: int) -> int:
    """NT$ that a coupon takes off goods of `amount` NT$; 0 beneath its minimum spend.

    A percentage is what is still paid: of 80 the customer pays 80 %, rounded down
    to whole NT$ in their favour. Never more than the goods cost. Shipping, gifts
    and free items take nothing off the goods.
    """
    if amount < coupon.min_spend:
        return 0
    if coupon.kind == "percent":
        return max(0, amount - amount * coupon.value // 100)
    return max(0, min(coupon.value, amount)) if coupon.kind == "amount" else 0
