"""Deposit due: on its last day, and once more two days later; one sum for all orders."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from bot.views import dues
from bot.views.kit import Message
from models.loyalty.coupons import CouponFact
from models.people.consents import Topic
from models.people.members import Member
from models.shop import deposits
from scheduler.campaign import Campaign, Recipient


class DepositDue(Campaign):
    key = "deposit_due"
    title = "訂金提醒"
    topic = Topic.SERVICE
    hour = 10
    use_days = 2

    def audience(self) -> Select[Any] | None:
        due = deposits.reminded(self.day).subquery()
        return (
            self.people(due.c.orders, due.c.owed, due.c.due_on)
            .join(due, due.c.member_id == Member.id)
            .order_by(Member.id)
        )

    def period(self, person: Recipient) -> str:
        return self.day.isoformat()

    def message(self, person: Recipient, coupon: CouponFact | None) -> Message:
        return dues.deposit(person, account=self.programme.shop.account)
