"""What must hold between the tables of the shop's rules: tiers that rise, keys that exist.

A rule that is broken is told in one sentence, as a mistake in one table is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from models.calendar_terms import Calendar
from models.strict_toml import BadProgramme, shown
from models.terms import (
    Condition,
    CouponTerms,
    GiftTerms,
    MessageTerms,
    ReliabilityTerms,
    ShopTerms,
    Tier,
)


class Rules(Protocol):
    """The parts of a programme that refer to each other."""

    @property
    def shop(self) -> ShopTerms: ...
    @property
    def tiers(self) -> tuple[Tier, ...]: ...
    @property
    def coupons(self) -> Mapping[str, CouponTerms]: ...
    @property
    def gifts(self) -> GiftTerms: ...
    @property
    def reliability(self) -> ReliabilityTerms: ...
    @property
    def messages(self) -> MessageTerms: ...
    @property
    def calendar(self) -> Calendar: ...


def check(programme: Rules, file: str) -> None:
    """Refuse rules that contradict each other.

    Raises:
        BadProgramme: tiers do not rise, or a key names nothing.
    """
    _check_tiers(programme.tiers, file)
    _check_returns(programme.tiers, programme.shop, file)
    _check_coupon_keys(programme, file)
    _check_coupon_tiers(programme, file)
    _check_reliability(programme.reliability, file)


def _check_tiers(tiers: tuple[Tier, ...], file: str) -> None:
    for rank, tier in enumerate(tiers):
        name, lower = f"tiers.{rank + 1}", tiers[:rank]
        for same in ("key", "name"):
            if getattr(tier, same) in {getattr(other, same) for other in lower}:
                problem = f"不能和別的等級一樣都是 {getattr(tier, same)}，每個等級要不同"
                raise BadProgramme(file, name, same, problem)
        if bool(tier.any) != bool(rank):
            problem = "只有第一個等級（加入就有）不寫條件，其他等級都要寫"
            raise BadProgramme(file, name, "any", problem)
        if lower and tier.pay > lower[-1].pay:
            problem = (
                f"不能高於「{lower[-1].name}」的 {lower[-1].pay}，等級越高付得越少（9折寫 90）"
            )
            raise BadProgramme(file, name, "pay", problem)
        for other in lower:
            _check_rise(other, tier, name, file)


def _check_returns(tiers: tuple[Tier, ...], shop: ShopTerms, file: str) -> None:
    least = 0
    for number, tier in enumerate(tiers, start=1):
        days = shop.return_days if tier.return_days is None else tier.return_days
        if days < least:
            problem = f"是 {days} 天，不能少於低一級的 {least} 天，等級越高退換期限越長"
            raise BadProgramme(file, f"tiers.{number}", "return_days", problem)
        least = days


def _check_rise(lower: Tier, higher: Tier, name: str, file: str) -> None:
    """Refuse a tier that somebody reaches by meeting a lower tier's condition."""
    for asked in lower.any:
        for condition in higher.any:
            if condition.met_by(asked.measures()):
                problem = f"的門檻 {_said(condition)} 要比「{lower.name}」的 {_said(asked)} 高"
                raise BadProgramme(file, name, "any", problem)


def _said(condition: Condition) -> str:
    return "、".join(f"{name} = {asked}" for name, asked in condition.measures().items())


def _check_coupon_keys(programme: Rules, file: str) -> None:
    named = [
        (f"tiers.{rank}", key, getattr(tier, key))
        for rank, tier in enumerate(programme.tiers, start=1)
        for key in ("birthday_coupon", "upgrade_coupon")
    ]
    named += [("gifts", key, each) for key, all_ in vars(programme.gifts).items() for each in all_]
    named += [(name, "coupon", coupon) for name, coupon in programme.calendar.coupons()]
    named.append(("messages", "win_back_coupon", programme.messages.win_back_coupon))
    for name, key, coupon in named:
        if coupon is not None and coupon not in programme.coupons:
            known = "、".join(programme.coupons)
            problem = f"的 {shown(coupon)} 沒有這張券，只能是 [coupons] 裡的 {known}"
            raise BadProgramme(file, name, key, problem)


def _check_coupon_tiers(programme: Rules, file: str) -> None:
    known = [tier.key for tier in programme.tiers]
    named = {f"coupons.{key}": terms.tiers for key, terms in programme.coupons.items()}
    named["member_day"] = programme.calendar.member_day.tiers
    for name, tiers in named.items():
        for tier in tiers:
            if tier not in known:
                problem = f"的 {tier} 沒有這個等級，只能是 {'、'.join(known)}"
                raise BadProgramme(file, name, "tiers", problem)


def _check_reliability(terms: ReliabilityTerms, file: str) -> None:
    """Somebody of whom nothing is known is treated as everybody is."""
    for key in ("deposit_below", "no_early_below"):
        if getattr(terms, key) > terms.neutral:
            problem = f"不能高於 neutral 的 {terms.neutral}，不然沒買過的人也會受限"
            raise BadProgramme(file, "reliability", key, problem)
    if terms.early_from <= terms.neutral:
        problem = f"要高於 neutral 的 {terms.neutral}，不然沒買過的人也能提早購買"
        raise BadProgramme(file, "reliability", "early_from", problem)
