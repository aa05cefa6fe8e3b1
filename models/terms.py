"""The terms that a programme is made of: tiers, points, coupons, messages, gifts, tags.

A discount is written as the percentage of the price that is paid, as 折 are
spoken: 95折 is 95, 9折 is 90, and 100 is no discount.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from models.strict_toml import day, keys, one_of, text, texts, whole, yes_or_no
from models.strict_toml import key as short_key

CouponKind: TypeAlias = Literal["percent", "amount", "shipping", "gift", "item"]


@dataclass(frozen=True)
class Condition:
    """What must have come together within the period; every measure that is not 0 must hold.

    `spend` is NT$ in cash, `orders`, `friends` and `engagement` count, `fee` is
    the NT$ of a paid plan.
    """

    spend: int = field(default=0, metadata=whole(0, 10_000_000))
    orders: int = field(default=0, metadata=whole(0, 10_000))
    friends: int = field(default=0, metadata=whole(0, 10_000))
    engagement: int = field(default=0, metadata=whole(0, 10_000))
    fee: int = field(default=0, metadata=whole(0, 1_000_000))

    def measures(self) -> dict[str, int]:
        """The measures that count, with what they ask."""
        return {name: asked for name, asked in vars(self).items() if asked}

    def met_by(self, reached: Mapping[str, int]) -> bool:
        """Whether `reached` (measure -> how much) has all that this asks."""
        return all(reached.get(name, 0) >= asked for name, asked in self.measures().items())


@dataclass(frozen=True)
class Tier:
    """A level of membership: one condition of `any` suffices; the base tier has none.

    `pay` is the percentage of the price its members pay; the coupons are keys
    of the programme's coupons, None meaning none is given. `return_days` is how
    long they may return goods where that is longer than everybody may.
    """

    key: str = field(metadata=short_key())
    name: str = field(metadata=text(20))
    any: tuple[Condition, ...] = ()
    pay: int = field(default=100, metadata=whole(30, 100))
    benefits: tuple[str, ...] = field(default=(), metadata=texts(60, 12))
    birthday_coupon: str | None = field(default=None, metadata=short_key())
    upgrade_coupon: str | None = field(default=None, metadata=short_key())
    return_days: int | None = field(default=None, metadata=whole(0, 365))


@dataclass(frozen=True)
class Period:
    """Conditions look `days` back; a tier once reached is kept for `keep_years`."""

    days: int = field(default=365, metadata=whole(30, 1_100))
    keep_years: int = field(default=1, metadata=whole(1, 5))


@dataclass(frozen=True)
class PointTerms:
    """One point for each full `spend_per_point` NT$ in cash, worth `value` NT$.

    `may_go_negative` says what happens to points that are taken back after they
    were spent: False claims them from the next earning, True lets the balance
    go below zero. Members are told `remind_days` before points expire. Against
    an order go at most `offset_percent` of what its goods cost, from
    `offset_min_points` points on, in multiples of `offset_step`.
    """

    enabled: bool = field(default=True, metadata=yes_or_no())
    spend_per_point: int = field(default=100, metadata=whole(1, 1_000_000))
    value: int = field(default=1, metadata=whole(1, 10_000))
    valid_days: int = field(default=365, metadata=whole(1, 3_650))
    may_go_negative: bool = field(default=False, metadata=yes_or_no())
    remind_days: int = field(default=30, metadata=whole(1, 365))
    offset_percent: int = field(default=50, metadata=whole(0, 100))
    offset_min_points: int = field(default=1, metadata=whole(1, 1_000_000))
    offset_step: int = field(default=1, metadata=whole(1, 1_000_000))


@dataclass(frozen=True)
class CouponTerms:
    """A coupon's terms.

    `value` is, by `kind`: percent: the percentage still paid (8折 is 80);
    amount: NT$ off; gift and item: NT$ it is worth; shipping: NT$ off the
    shipping at most, 0 meaning all of it. A limit of None is no limit.

    With `products` (words in a product's name) or a `category` it is for such
    goods only, and `min_spend` counts them only; `tiers` are the keys of those
    who may use it. It is usable from the `first_day` (`from` in the file) on, if
    it has one, through the `last_day` (`until`) or for `valid_days`. One that
    `stacks` goes together with others of another kind; one that is not bound
    to its member (`bind`) may be passed on.
    """

    key: str = field(metadata=short_key())
    name: str = field(metadata=text(40))
    kind: CouponKind = field(metadata=one_of("percent", "amount", "shipping", "gift", "item"))
    value: int = field(default=0, metadata=whole(0, 1_000_000))
    min_spend: int = field(default=0, metadata=whole(0, 1_000_000))
    valid_days: int = field(default=30, metadata=whole(1, 3_650))
    total_limit: int | None = field(default=None, metadata=whole(1, 100_000_000))
    per_member_limit: int | None = field(default=None, metadata=whole(1, 10_000))
    first_purchase: bool = field(default=False, metadata=yes_or_no())
    description: str = field(default="", metadata=text(200))
    products: tuple[str, ...] = field(default=(), metadata=texts(40, 20))
    category: str = field(default="", metadata=text(50))
    tiers: tuple[str, ...] = field(default=(), metadata=keys(10))
    first_day: date | None = field(default=None, metadata=day(written="from"))
    last_day: date | None = field(default=None, metadata=day(written="until"))
    stacks: bool = field(default=False, metadata=yes_or_no())
    bind: bool = field(default=True, metadata=yes_or_no())


@dataclass(frozen=True)
class CouponRules:
    """How long a coupon is usable at least after the shop gave it back.

    It was tied up in an order that the shop could not carry out.
    """

    returned_valid_days: int = field(default=7, metadata=whole(0, 365))


@dataclass(frozen=True)
class MessageTerms:
    """How often and when the shop writes: at most `cap` offers to one person in `cap_days`.

    `birthday_mode` gives the birthday offer on the `day` or on the 1st of its
    `month`; the others are days before the thing they remind of, and how long
    a missed replenishment reminder is still worth sending. `win_back_coupon` is for
    those who have not ordered for long. When less than
    `reserve_percent` of the month's pushes are left, the shop says so. An order
    within `attribution_days` after a broadcast counts as its effect.
    """

    cap: int = field(default=2, metadata=whole(0, 100))
    cap_days: int = field(default=7, metadata=whole(1, 365))
    birthday_mode: Literal["day", "month"] = field(default="day", metadata=one_of("day", "month"))
    replenishment_days: int = field(default=3, metadata=whole(0, 60))
    replenishment_catch_up_days: int = field(default=14, metadata=whole(0, 60))
    coupon_remind_days: int = field(default=3, metadata=whole(1, 60))
    win_back_coupon: str | None = field(default=None, metadata=short_key())
    reserve_percent: int = field(default=10, metadata=whole(0, 90))
    attribution_days: int = field(default=3, metadata=whole(1, 30))


@dataclass(frozen=True)
class GiftTerms:
    """Coupons given once: `newcomer` for the first birthday or phone, `welcome` on joining."""

    newcomer: tuple[str, ...] = field(default=(), metadata=texts(20, 10))
    welcome: tuple[str, ...] = field(default=(), metadata=texts(20, 10))


@dataclass(frozen=True)
class RfmTerms:
    """When there is enough to compare members by, and where the stages of their lives lie.

    Below `min_buyers` in 12 months nobody is scored. A member is mature from
    `mature_orders` on, and declines once silent for more than
    `decline_intervals` times their own interval; `interval_days` is the
    interval assumed while the shop has too few to measure one.
    """

    min_buyers: int = field(default=50, metadata=whole(5, 1_000_000))
    mature_orders: int = field(default=3, metadata=whole(2, 100))
    decline_intervals: int = field(default=2, metadata=whole(1, 20))
    interval_days: int = field(default=30, metadata=whole(1, 365))


@dataclass(frozen=True)
class TagRule:
    """A tag for whoever made `orders` orders of certain products in the last `days` days.

    Products count if they are of the `category` or have one of the `words` in
    their name; if neither is written, every product counts.
    """

    name: str = field(metadata=text(50))
    category: str = field(default="", metadata=text(50))
    words: tuple[str, ...] = field(default=(), metadata=texts(20, 100))
    orders: int = field(default=1, metadata=whole(1, 1_000))
    days: int = field(default=365, metadata=whole(1, 3_650))


@dataclass(frozen=True)
class SafetyTerms:
    """From `two_person_amount` NT$ on, a second person must agree to an act; 0 is never."""

    two_person_amount: int = field(default=20_000, metadata=whole(0, 100_000_000))


@dataclass(frozen=True)
class ReliabilityTerms:
    """How far past orders speak for or against a member, and what follows from it.

    The score goes from 0 to 100; everybody begins at `neutral`, as if they had
    made `neutral_orders` orders of that score. An order picked up in time counts
    once for them, the weights (in percent of an order) say how much the others
    count against them; one picked up `late_days` late or more counts as
    `late_weight`. After `half_life_days` each counts half.

    Below `deposit_below` an order asks for `deposit_percent` in advance (0 is never),
    to be paid within `deposit_days`; below
    `no_early_below` there is no early access, from `early_from` on there is:
    `early_hours` before the window of their tier.
    """

    enabled: bool = field(default=True, metadata=yes_or_no())
    half_life_days: int = field(default=180, metadata=whole(7, 3_650))
    neutral: int = field(default=60, metadata=whole(1, 99))
    neutral_orders: int = field(default=5, metadata=whole(1, 100))
    late_days: int = field(default=7, metadata=whole(1, 90))
    late_weight: int = field(default=100, metadata=whole(0, 1_000))
    no_show_weight: int = field(default=200, metadata=whole(0, 1_000))
    cancelled_weight: int = field(default=100, metadata=whole(0, 1_000))
    paid_late_weight: int = field(default=50, metadata=whole(0, 1_000))
    deposit_below: int = field(default=40, metadata=whole(0, 100))
    deposit_percent: int = field(default=30, metadata=whole(0, 100))
    deposit_days: int = field(default=2, metadata=whole(0, 60))
    no_early_below: int = field(default=40, metadata=whole(0, 100))
    early_from: int = field(default=80, metadata=whole(0, 101))
    early_hours: int = field(default=2, metadata=whole(0, 168))


@dataclass(frozen=True)
class ShopTerms:
    """What the shop calls itself, and how it deals with orders.

    `account` is where to transfer money to, as members read it. An order is to be
    paid within `payment_days` of closing, and picked up within `pickup_days` of
    arriving; after them each day costs `storage_fee` NT$, 0 being nothing, and an
    order counts as not picked up after `no_show_days`. What was paid for such goods
    is `unclaimed`: "kept" for their member until the shop decides, or "refunded" less
    the storage fee, which the shop is offered. `return_days` is how long
    goods may be returned, where the member's tier says no longer. With `tier_first`
    higher tiers are served first where there is too little. A waiting list holds what
    came free for `hold_minutes`.
    """

    name: str = field(default="團友團購", metadata=text(40))
    account: str = field(default="", metadata=text(100))
    payment_days: int = field(default=3, metadata=whole(0, 60))
    pickup_days: int = field(default=3, metadata=whole(0, 60))
    storage_fee: int = field(default=0, metadata=whole(0, 10_000))
    no_show_days: int = field(default=14, metadata=whole(1, 90))
    unclaimed: Literal["kept", "refunded"] = field(
        default="kept", metadata=one_of("kept", "refunded")
    )
    return_days: int = field(default=7, metadata=whole(0, 90))
    tier_first: bool = field(default=False, metadata=yes_or_no())
    hold_minutes: int = field(default=120, metadata=whole(0, 10_080))
