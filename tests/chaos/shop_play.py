"""The same things done to a shop and to a notebook, one after the other, at random."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from models import programme
from models.base import Refusal
from models.loyalty import coupons, points
from models.people import members
from models.programme import CouponTerms
from models.shop import billing, closing, group_buys, ordering, refunds, settlement, shares
from models.shop.bill_records import Bill
from models.shop.group_buy_terms import GroupBuyTerms, ItemTerms, Rung
from models.shop.orders import Status
from models.shop.pricing import Wishes
from models.shop.shares import Want
from tests.chaos import shop_compare, shop_model
from tests.chaos.shop_model import COUPON_FROM, COUPON_OFF, Notebook
from tests.chaos.shop_pages import Item, Offer
from tests.chaos.shop_pages import Order as Noted

RULES = programme.load(None)
START = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
MEMBERS, COUPONS, POINTS = 4, 3, 400
FIFTY = CouponTerms(
    key="fifty", name="NT$50", kind="amount", value=COUPON_OFF, min_spend=COUPON_FROM
)


class Play:
    """One shop beside one notebook; `step` does something at random to both.

    A database holds many shops, each with members and group-buys of its own.
    """

    def __init__(self, session: Session, seed: int, notebook: type[Notebook] = Notebook) -> None:
        self.session, self.random, self.seed = session, random.Random(seed), seed
        self.now = START
        self.noted = notebook(MEMBERS, COUPONS, POINTS)
        self.done: Counter[str] = Counter()
        self.people = [self._member(number) for number in range(MEMBERS)]
        self.ids = [member.id for member in self.people]
        self._open_offer()

    def step(self) -> None:
        self.now += timedelta(seconds=30)
        acts = {
            self._call: 40,
            self._wish: 10,
            self._pay: 15,
            self._pick_up: 12,
            self._refund: 5,
            self._close: 5,
            self._limit: 4,
            self._reopen: 3,
            self._fail: 1,
            self._open_offer: 3 if self._running() else 60,
        }
        before = self.done.total()
        while self.done.total() == before:  # some find nothing that they could be done to
            [act] = self.random.choices(list(acts), list(acts.values()))
            act()
        self.session.commit()

    def differences(self) -> list[str]:
        """What is not as the notebook says."""
        self.session.expire_all()
        return shop_compare.differences(self.session, self.ids, self.noted, now=self.now)

    def _both(self, name: str, shop: Any, notebook: Any) -> None:
        """Do it to both; they must agree on whether it can be done."""
        try:
            notebook()
            noted = "done"
        except shop_model.Refused:
            noted = "refused"
        try:
            with self.session.begin_nested():
                shop()
            answered = "done"
        except Refusal as refusal:
            answered = "refused"
            self.refusal = refusal
        assert answered == noted, f"{name}: {answered} in the shop, {noted} in the notebook"
        self.done[f"{name} {noted}"] += 1

    def _call(self) -> None:
        offer, who = self._offer(), self.random.randrange(MEMBERS)
        item = self.random.choice("AB")
        quantity = self.random.choice([1, 1, 1, 2, 3, 7, -1, -1, -2])
        found = group_buys.find(self.session, offer.number)
        want = Want(found.item(item).id, "", quantity)
        self._both(
            "call",
            lambda: ordering.call(
                self.session,
                offer.number,
                self.people[who],
                [want],
                now=self.now,
                programme=RULES,
            ),
            lambda: self.noted.call(offer.number, who, item, quantity),
        )

    def _wish(self) -> None:
        offer, who = self._offer(), self.random.randrange(MEMBERS)
        coupon, spent = self.random.random() < 0.5, self.random.choice([0, 0, 10, 300])

        def wish() -> None:
            found = group_buys.hold(self.session, offer.number)
            bill = shares.open_bill(self.session, offer.number, self.ids[who])
            group_buys.may_join(found, "bronze", now=self.now)
            if bill is None:
                raise ordering.NothingToCancel(found.title)
            wishes = Wishes(None if coupon else (), spent)
            billing.price(self.session, bill, found, now=self.now, programme=RULES, wishes=wishes)

        self._both(
            "wish", wish, lambda: self.noted.wish(offer.number, who, coupon=coupon, points=spent)
        )

    def _pay(self) -> None:
        offer = self._offer()
        order = self._order(offer)
        if order is not None:
            amount = max(order.cash // self.random.choice([1, 1, 1, 2]), 1)
            self._both(
                "pay",
                lambda: refunds.receive(
                    self.session, self._bill(order), amount, now=self.now, programme=RULES
                ),
                lambda: self.noted.pay(order, amount),
            )

    def _pick_up(self) -> None:
        order = self._order(self._offer())
        if order is None or order.status != "paid":
            return
        self._both(
            "pick up",
            lambda: settlement.settle(
                self.session,
                self._bill(order).order,
                Status.PICKED_UP,
                now=self.now,
                programme=RULES,
            ),
            lambda: self.noted.pick_up(order),
        )

    def _refund(self) -> None:
        order = self._order(self._offer())
        if order is not None:
            amount = self.random.choice([None, 1, 50, order.cash // 3, order.cash + 1])
            self._both(
                "refund",
                lambda: refunds.refund(
                    self.session, self._bill(order), amount, now=self.now, programme=RULES
                ),
                lambda: self.noted.refund(order, amount),
            )

    def _close(self) -> None:
        offer = self._offer()
        self._both(
            "close",
            lambda: closing.close(self.session, offer.number, now=self.now, programme=RULES),
            lambda: self.noted.close(offer.number),
        )

    def _limit(self) -> None:
        """Fewer came than were ordered."""
        offer = self._offer()
        name = self.random.choice("AB")
        supply = offer.items[name].taken - self.random.choice([1, 2, 3])
        gone = sum(
            line.quantity
            for order in offer.orders
            for line in order.lines
            if line.item == name and order.status not in ("placed", "paid", "cancelled")
        )
        if offer.stage != "closed" or supply < gone:
            return

        def limit() -> None:
            found = group_buys.hold(self.session, offer.number)
            closing.limit_to(
                self.session,
                found,
                found.item(name),
                supply,
                closing.Closing(found),
                now=self.now,
                programme=RULES,
            )

        self._both("limit", limit, lambda: self.noted.limit(offer, name, supply))

    def _reopen(self) -> None:
        offer = self._offer()
        self._both(
            "reopen",
            lambda: closing.reopen(
                self.session, offer.number, closes_at=None, now=self.now, programme=RULES
            ),
            lambda: self.noted.reopen(offer.number),
        )

    def _fail(self) -> None:
        offer = self._offer()
        self._both(
            "fail",
            lambda: closing.fail(self.session, offer.number, now=self.now, programme=RULES),
            lambda: self.noted.fail(offer.number),
        )

    def _open_offer(self) -> None:
        stock = self.random.choice([None, 5, 12])
        case = self.random.choice([None, 4])
        rungs = self.random.choice([(), ((6, 400), (9, 380))])
        ladder = tuple(Rung(*rung) for rung in rungs)
        terms = GroupBuyTerms(
            "團",
            (
                ItemTerms("A", "愛文芒果", 450, stock=stock, ladder=ladder),
                ItemTerms("B", "放牧雞蛋", 165, case_size=case),
            ),
        )
        drafted = group_buys.draft(self.session, terms, by="boss", now=self.now)
        group_buys.publish(self.session, drafted, now=self.now)
        items = {"A": Item(450, stock=stock, rungs=rungs), "B": Item(165, case=case)}
        self.noted.offers[drafted.id] = Offer(drafted.id, items)
        self.done["open"] += 1

    def _offer(self) -> Offer:
        """One of the newest few, most likely one that runs."""
        newest = list(self.noted.offers.values())[-4:]
        return self.random.choice(newest + 2 * self._running())

    def _running(self) -> list[Offer]:
        return [each for each in list(self.noted.offers.values())[-4:] if each.stage == "open"]

    def _order(self, offer: Offer) -> Noted | None:
        return self.random.choice(offer.orders) if offer.orders else None

    def _bill(self, order: Noted) -> Bill:
        return shop_compare.bill_of(self.session, order)

    def _member(self, number: int) -> members.Member:
        name = f"{self.seed}:{number}"
        found, _ = members.enrol(
            self.session,
            f"U{self.seed * MEMBERS + number:032x}",
            now=self.now,
            today=self.now.date(),
        )
        for each in range(COUPONS):
            coupons.issue(self.session, FIFTY, found.id, source=f"{name}:{each}", now=self.now)
        points.opening(
            self.session,
            found.id,
            POINTS,
            source=f"opening:{name}",
            earned_on=self.now.date(),
            now=self.now,
            terms=RULES.points,
            reason="",
        )
        return found
