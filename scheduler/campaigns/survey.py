"""Survey: how many stars, the day after goods came into their member's hands.

All that was fetched on one day is asked about once.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Select

from bot.views import surveys as cards
from bot.views.kit import Message
from models.loyalty.coupons import CouponFact
from models.people.consents import Topic
from models.people.members import Member
from models.shop import survey_orders
from scheduler.campaign import Campaign, Recipient


class Survey(Campaign):
    key = "survey"
    title = "滿意度問卷"
    topic = Topic.FEEDBACK
    hour = 12
    each_day = True
    use_days = 5

    def audience(self) -> Select[Any]:
        got = survey_orders.received_on(self.day - timedelta(days=1)).subquery()
        return (
            self.people(got.c.orders).join(got, got.c.member_id == Member.id).order_by(Member.id)
        )

    def period(self, person: Recipient) -> str:
        return self.day.isoformat()

    def message(self, person: Recipient, coupon: CouponFact | None) -> Message:
        return cards.asked(survey_orders.read(person.orders))
