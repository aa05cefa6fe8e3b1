"""Closing soon: a few shares short, within its last day, to those for whom it matters."""

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


class ClosingSoon(Campaign):
    key = "closing_soon"
    title = "即將結單"
    topic = Topic.OFFERS
    often = True

    def audience(self) -> Select[Any] | None:
        found = occasions.short_of_few(self.session, now=self.now)
        if found is None:
            return None
        due = found.subquery()
        return (
            self.people(due.c.number, due.c.title, due.c.closes_at, due.c.short)
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
            _("還差 {count} 份成團", count=person.short),
            kit.line(person.title, weight="bold"),
            kit.row(_("結單"), f"{day(closes_at)} {clock(closes_at)}"),
            kit.note(_("成團才會出貨，揪鄰居朋友一起，或自己再 +1。")),
            buttons=[
                kit.button(_("我要 +1"), f"{person.number} +1", style="primary", colour=kit.WARM),
                kit.button(_("看商品"), f"團購 {person.number}"),
            ],
            colour=kit.WARM,
        )
