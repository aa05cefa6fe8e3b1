"""Pre-order open: told the moment it opens for their tier, to those who asked for it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from bot.texts import _
from bot.views import kit
from bot.views.kit import Message
from models.loyalty.coupons import CouponFact
from models.people.consents import Topic
from models.people.members import Member
from models.shop import occasions
from scheduler.campaign import Campaign, Recipient


class PreorderOpen(Campaign):
    key = "preorder_open"
    title = "預購開放"
    topic = Topic.PREORDER
    often = True
    capped = False  # they asked for this very message
    own_hour = True
    use_days = 1

    def audience(self) -> Select[Any] | None:
        found = occasions.opened(self.session, now=self.now, programme=self.programme)
        if found is None:
            return None
        due = found.subquery()
        return (
            self.people(due.c.number, due.c.title)
            .join(due, due.c.member_id == Member.id)
            .order_by(Member.id, due.c.number)
        )

    def period(self, person: Recipient) -> str:
        return str(person.number)

    def message(self, person: Recipient, coupon: CouponFact | None) -> Message:
        return kit.card(
            _("開團了：{title}", title=person.title),
            kit.line(_("你要的提醒來了，現在對你開放，數量有限。")),
            buttons=[
                kit.button(_("我要訂"), f"團購 {person.number}", style="primary", colour=kit.WARM),
                kit.button(_("看其他團購"), "團購"),
            ],
            colour=kit.WARM,
        )
