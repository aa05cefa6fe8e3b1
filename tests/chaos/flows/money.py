"""Money received, and what its member hears."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people.members import Member
from models.shop.payment_records import Payment, PaymentState
from models.talk.outbox_records import OutboxMessage
from tests.chaos.flow import Spoken
from tests.models.shop.offers import Counter, opened


class Receive(Spoken):
    name = "/收款"

    def fill(self) -> None:
        now = self.shop.clock()
        with self.shop.sessions.begin() as session:
            counter = Counter(session, opened(session, now), self.shop.programme, now)
            query = select(Member).where(Member.id.in_(self.ids)).order_by(Member.id)
            bills = [counter.call(each, 2).bill for each in session.scalars(query).all()]
            self.orders = {bill.member_id: bill.order.order_no for bill in bills if bill}

    def prepare(self, number: int) -> None:
        self.boss.says(f"/收款 {self.orders[self.ids[number] or 0]}")
        super().prepare(number)

    def speak(self, number: int) -> None:
        self.shop.platform.say(self.boss.id, "確認")

    def seen(self, session: Session, number: int) -> tuple[float, ...]:
        mine = self.ids[number]
        booked = (Payment.member_id == mine, Payment.state == PaymentState.CONFIRMED)
        told = (OutboxMessage.member_id == mine, OutboxMessage.rule == "payment")
        replies = self.replies(session, self.boss.id)
        return self.count(session, *booked), self.count(session, *told), replies
