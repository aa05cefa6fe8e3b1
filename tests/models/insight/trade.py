"""A shop in which tests buy and sell, through the same functions as the real one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import day_start
from models.insight import review
from models.people.members import Member
from models.programme import Programme
from models.shop import orders, products, settlement
from models.shop.orders import BOUGHT, LineDraft, Order, OrderDraft, Status
from models.shop.settlement import Step
from models.shop.totals import MemberTotals, year_from


@dataclass
class Trade:
    """Members are numbered from 0; `today` moves on with `night`."""

    session: Session
    programme: Programme
    today: date
    members: list[int] = field(default_factory=list)
    made: int = 0

    @property
    def now(self) -> datetime:
        return day_start(self.today) + timedelta(hours=12)

    def member(self, number: int) -> int:
        while len(self.members) <= number:
            member = Member(joined_on=date(2020, 1, 1), created_at=self.now)
            self.session.add(member)
            self.session.flush()
            self.members.append(member.id)
        return self.members[number]

    def buy(
        self,
        member: int,
        *,
        days_ago: int = 0,
        cash: int = 100,
        product: str = "芒果",
        status: Status = Status.PICKED_UP,
    ) -> str:
        """An order that is taken, and moved on to `status`; its number."""
        [number] = self.bring([(member, days_ago, cash, status)], product=product)
        return number

    def bring(
        self, rows: Iterable[tuple[int, int, int, Status]], *, product: str = "芒果"
    ) -> list[str]:
        """Orders as (member, days ago, cash, status), all in one go as an import does it."""
        [product_id] = products.ensure(self.session, {product: None}).values()
        drafts = []
        for member, days_ago, cash, _status in rows:
            self.made += 1
            noon = datetime.combine(self.today - timedelta(days=days_ago), time(4), UTC)
            line = LineDraft(product_id, 1, cash)
            drafts.append(OrderDraft(f"G{self.made}", self.member(member), noon, [line]))
        ids = orders.place_many(self.session, drafts, now=self.now, imported=True)
        steps = [
            Step.first(ids[draft.order_no], draft, status)
            for draft, (*_, status) in zip(drafts, rows, strict=True)
            if status != Status.PLACED
        ]
        settlement.settle_many(self.session, steps, now=self.now, programme=self.programme)
        return [draft.order_no for draft in drafts]

    def move(self, number: str, status: Status) -> None:
        order = self.session.scalars(select(Order).where(Order.order_no == number)).one()
        settlement.settle(self.session, order, status, now=self.now, programme=self.programme)

    def night(self, days: int = 0, *, limit: int | None = None) -> review.Step:
        """The night's work, `days` later."""
        self.today += timedelta(days=days)
        return review.review(
            self.session,
            today=self.today,
            now=self.now,
            programme=self.programme,
            limit=limit,
        )

    def totals(self, member: int) -> MemberTotals:
        self.session.flush()
        return self.session.get_one(MemberTotals, self.member(member), populate_existing=True)

    def counted(self, member: int) -> tuple[int, int, int, int]:
        """Orders and spend, of ever and of the last 12 months, added up one by one."""
        mine = [
            order
            for order in self.session.scalars(
                select(Order).where(Order.member_id == self.member(member))
            )
            if order.status in BOUGHT
        ]
        year = [order for order in mine if order.ordered_on >= year_from(self.today)]
        return (
            len(mine),
            sum(order.cash - order.refunded for order in mine),
            len(year),
            sum(order.cash - order.refunded for order in year),
        )
