"""Payment due: on the day, and twice more while it is not paid; one sum for all orders."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from bot.views import dues
from bot.views.kit import Message
from models.loyalty.coupons import CouponFact
from models.people.consents import Topic
from models.people.members import Member
from models.shop import occasions
from scheduler.campaign import Campaign, Recipient


class PaymentDue(Campaign):
    key = "payment_due"
    title = "付款提醒"
    topic = Topic.SERVICE
    hour = 10
    use_days = 2

    def audience(self) -> Select[Any] | None:
        found = occasions.unpaid(self.session, self.day)
        if found is None:
            return None
        due = found.subquery()
        return (
            self.people(due.c.orders, due.c.owed, due.c.due_on)
            .join(due, due.c.member_id == Member.id)
            .order_by(Member.id)
        )

    def period(self, person: Recipient) -> str:
        return self.day.isoformat()

    def message(self, person: Recipient, coupon: CouponFact | None) -> Message:
        return dues.payment(person, account=self.programme.shop.account)
