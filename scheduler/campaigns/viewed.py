"""Viewed, not ordered: once for each group-buy, the day after somebody looked at it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select

from bot.texts import _, clock, day
from bot.views import kit
from bot.views.kit import Message
from models.loyalty.coupons import CouponFact
from models.people.consents import Topic
from models.people.members import Member
from models.shop import occasions
from scheduler.campaign import Campaign, Recipient


class Viewed(Campaign):
    key = "viewed"
    title = "看過還沒訂"
    topic = Topic.OFFERS
    hour = 11

    def audience(self) -> Select[Any] | None:
        found = occasions.looked_only(self.session, day=self.day, now=self.now)
        if found is None:
            return None
        due = found.subquery()
        return (
            self.people(due.c.number, due.c.title, due.c.closes_at)
            .join(due, due.c.member_id == Member.id)
            .order_by(Member.id, due.c.number)
        )

    def period(self, person: Recipient) -> str:
        return str(person.number)

    def use_until(self, person: Recipient, due_at: datetime) -> datetime:
        closes_at: datetime = person.closes_at
        return closes_at

    def message(self, person: Recipient, coupon: CouponFact | None) -> Message:
        closes_at = person.closes_at
        return kit.card(
            _("還在考慮嗎？"),
            kit.line(person.title, weight="bold"),
            kit.row(_("結單"), f"{day(closes_at)} {clock(closes_at)}"),
            buttons=[
                kit.button(_("再看一眼"), f"團購 {person.number}", style="primary"),
                kit.button(_("通知設定"), "通知設定"),
            ],
        )
