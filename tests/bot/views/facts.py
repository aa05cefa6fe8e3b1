"""Believable facts for the gallery: programme, points, tiers, coupons of a member."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from models.loyalty import codes
from models.loyalty.coupons import CouponFact, Wallet
from models.loyalty.points import Balance, LotFact, Movement
from models.loyalty.tiers import Credit, Explanation, Missing, Progress
from models.programme import CouponTerms, Programme, load

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
TODAY = date(2026, 11, 24)


class Facts:
    """`words`, if given, replaces every text that people write."""

    def __init__(self, words: str | None = None) -> None:
        self.words = words
        self.programme = self._programme()

    def said(self, usual: str) -> str:
        """A person's own text."""
        return usual if self.words is None else self.words

    def _programme(self) -> Programme:
        usual = load(None)
        return replace(
            usual,
            shop=replace(usual.shop, name=self.said(usual.shop_name)),
            tiers=tuple(
                replace(
                    tier,
                    name=self.said(tier.name),
                    benefits=tuple(self.said(benefit) for benefit in tier.benefits),
                )
                for tier in usual.tiers
            ),
            coupons={key: self._terms(terms) for key, terms in usual.coupons.items()},
        )

    def _terms(self, terms: CouponTerms) -> CouponTerms:
        return replace(terms, name=self.said(terms.name), description=self.said(terms.description))

    def progress(self, rank: int) -> Progress:
        rules = self.programme
        above = rules.tiers[rank + 1] if rank + 1 < len(rules.tiers) else None
        spend = (0, 3_027, 18_760, 1_234_567)[rank]
        missing = ((Missing("spend", 1_240),), (Missing("friends", 1),)) if above else ()
        return Progress(
            current=rules.tiers[rank],
            since=TODAY - timedelta(days=50) if rank else None,
            until=TODAY + timedelta(days=315) if rank else None,
            next=above,
            reached={"spend": spend},
            missing=missing,
            percent=(0, 38, 94, 100)[rank],
            kept_by={"spend": 0},
            keep_missing=((Missing("spend", 8_000),), (Missing("friends", 3),)) if rank else (),
        )

    def explanation(self, rank: int, *, orders: int) -> Explanation:
        progress = self.progress(rank)
        counted = tuple(
            Credit(1_000 + n, TODAY - timedelta(days=300 - 5 * n), TODAY) for n in range(orders)
        )
        return Explanation(
            progress=progress,
            judged_on=TODAY,
            counts_from=TODAY - timedelta(days=365),
            counted=counted,
            reached={"spend": sum(credit.amount for credit in counted)},
            met=progress.current.any[0] if rank else None,
        )

    @staticmethod
    def balance(lots: int = 3) -> Balance:
        held = tuple(
            LotFact(
                1_240 + n, NOON + timedelta(days=20 + 9 * n), f"order:{n}", TODAY - timedelta(345)
            )
            for n in range(lots)
        )
        return Balance(sum(lot.points for lot in held), 120, 0, held)

    def movements(self) -> list[Movement]:
        kinds = ("earn", "expire", "spend", "earn", "confirm", "take_back", "give_back", "opening")
        return [
            Movement(
                id=100 - n,
                at=NOON - timedelta(days=9 * n),
                kind=kind,
                reason=self.said(("訂單 G03021", "")[n % 2]),
                source=f"order:{n}",
                points=0 if n == 3 else (-1) ** n * (1_240 - n),
                pending=26 if n == 3 else 0,
                debt=0,
                available_after=12_400 - n,
            )
            for n, kind in enumerate(kinds)
        ]

    def wallet(self, usable: int = 3) -> Wallet:
        held = tuple(self.coupon(number) for number in range(usable))
        return Wallet(held, held[:1], held[:2], held[:1])

    def coupon(self, number: int) -> CouponFact:
        keys = ("newcomer_gift", "newcomer_discount", "birthday_gold")
        terms = self.programme.coupons[keys[number % 3]]
        return CouponFact(
            code=codes.generate(),
            name=terms.name,
            kind=terms.kind,
            value=terms.value,
            min_spend=(0, 500, 1_000)[number % 3],
            first_purchase=terms.first_purchase,
            description=terms.description,
            valid_from=NOON,
            expires_at=NOON + timedelta(days=30, hours=12),
            used_at=NOON,
        )
