"""Every message about coupons, those given by hand among them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.views import coupons, handouts
from models.loyalty.coupon_audience import Standing, Whom
from models.loyalty.coupon_handouts import Given
from models.loyalty.coupons import CouponHandout, Wallet
from models.loyalty.lotteries import commitment
from models.people.members import Member
from tests.bot.views.facts import NOON, Facts

Message = dict[str, Any]


class CouponGallery(Facts):
    """A wallet, the counter, and what organisers see who give coupons."""

    def _coupons(self) -> Iterator[tuple[str, Message]]:
        yield "wallet", coupons.wallet(self.wallet())
        yield "empty wallet", coupons.wallet(Wallet())
        yield "full wallet", coupons.wallet(self.wallet(30))
        yield "wallet of the past", coupons.wallet(Wallet((), (), *[(self.coupon(0),)] * 2))
        yield "counter", coupons.counter(self.coupon(1))
        yield "redeemed", coupons.redeemed(self.coupon(2), name=self.said("林小美"))
        yield "voided", coupons.voided(self.coupon(2))
        yield from self._corrections()
        yield from self._handouts()

    def _corrections(self) -> Iterator[tuple[str, Message]]:
        name, held = self.said("林小美"), self.coupon(1)
        terms = held._replace(
            min_spend=1200,
            products=(self.said("尿布"), self.said("濕紙巾")),
            category=self.said("母嬰"),
            tiers=("gold", "diamond"),
            stacks=True,
            bound=False,
        )
        tiers = {tier.key: tier.name for tier in self.programme.tiers}
        yield "coupon with every term", coupons.counter(terms, tiers)
        yield (
            "correcting a redemption",
            coupons.correcting(held, name=name, used_at=NOON, nonce="0" * 12),
        )
        yield "corrected", coupons.corrected(held, name=name)

    def _handouts(self) -> Iterator[tuple[str, Message]]:
        nonce, terms = "0" * 12, list(self.programme.coupons.values())
        mei = Member(id=12, name=self.said("林小美"))
        group, one = Whom(self.said("#母嬰"), None), Whom(mei.name, None, mei)  # type: ignore[arg-type]
        standing = Standing(members=1_240, holding=80, full=12, left=500)
        yield "kinds of coupons", handouts.kinds(terms)
        yield "no kinds of coupons", handouts.kinds([])
        for kind in terms[:3]:
            yield f"giving {kind.key}", handouts.preview(kind, group, standing, nonce=nonce)
        yield "giving one", handouts.preview(terms[0], one, Standing(1, 1, 0, None), nonce=nonce)
        seed = "0123456789abcdef" * 2
        drawing = handouts.draw_preview(
            terms[2], group, standing, places=3, commitment=commitment(seed), nonce=nonce
        )
        yield "drawing", drawing
        act = CouponHandout(name=terms[2].name, to_whom=group.said, seed=seed, entrants="12,13,14")
        done = Given(act, {12: self.coupon(0)}, 3)
        yield "given", handouts.given(done, group, told=1)
        winners = [mei.name, ""] * 20
        drawn = handouts.drawn(done, winners=winners, commitment=commitment(seed), told=40)
        yield "drawn", drawn
        yield "nobody drawn", handouts.drawn(done, winners=[], commitment=commitment(seed), told=0)
        yield "taken back", handouts.taken_back(3)
