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
    """A coupon as its holder sees it; `last_day` is the last local day it can be used."""

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
        expires_at=coupon.expires_at,
        used_at=coupon.used_at,
    )


def sorted_wallet(coupons: Iterable[Coupon | Row[Any]], now: datetime) -> Wallet:
    """Coupons (none of them void), given by expiry, as a wallet."""
    usable, upcoming, used, expired = [], [], [], []
    for coupon in coupons:
        if coupon.state == CouponState.USED:
            used.append(fact(coupon))
        elif coupon.expires_at <= now:
            expired.append(fact(coupon))
        elif coupon.valid_from > now:
            upcoming.append(fact(coupon))
        else:
            usable.append(fact(coupon))
    upcoming.sort(key=lambda coupon: coupon.valid_from)
    used.sort(key=lambda coupon: coupon.used_at or now, reverse=True)
    return Wallet(tuple(usable), tuple(upcoming), tuple(used), tuple(reversed(expired)))


def applies(coupon: CouponFact, amount: int, *, first_purchase: bool) -> bool:
    """Whether an order of `amount` NT$ of goods may use it."""
    return amount >= coupon.min_spend and (first_purchase or not coupon.first_purchase)


def discount(coupon: CouponFact, amount: int) -> int:
    """NT$ that a coupon takes off goods of `amount` NT$; 0 beneath its minimum spend.

    A percentage is what is still paid: of 80 the customer pays 80 %, rounded to
    the nearest dollar, half a dollar up (四捨五入). Never more than the goods
    cost. Shipping, gifts and free items take nothing off the goods.
    """
    if amount < coupon.min_spend:
        return 0
    if coupon.kind == "percent":
        return max(0, amount - (amount * coupon.value + 50) // 100)
    return max(0, min(coupon.value, amount)) if coupon.kind == "amount" else 0
