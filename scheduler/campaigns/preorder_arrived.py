"""Pre-order arrived: where and when to pick it up, as soon as it is there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from bot.texts import _, day, money
from bot.views import kit
from bot.views.kit import Message
from models.loyalty.coupons import CouponFact
from models.people.consents import Topic
from models.people.members import Member
from models.shop import occasions, pickup_days
from scheduler.campaign import Campaign, Recipient


class PreorderArrived(Campaign):
    key = "preorder_arrived"
    title = "預購到貨"
    topic = Topic.SERVICE
    often = True

    def audience(self) -> Select[Any] | None:
        found = occasions.arrived(self.session, now=self.now)
        if found is None:
            return None
        due = found.subquery()
        what = (due.c.number, due.c.title, due.c.code, due.c.owed)
        return (
            self.people(*what, due.c.pickup, due.c.arrived_at, due.c.pickup_on)
            .join(due, due.c.member_id == Member.id)
            .order_by(Member.id, due.c.number)
        )

    def period(self, person: Recipient) -> str:
        return str(person.number)

    def message(self, person: Recipient, coupon: CouponFact | None) -> Message:
        terms = self.programme.shop
        until = pickup_days.last_day(person.arrived_at, person.pickup_on, terms)
        return kit.card(
            _("到貨了：{title}", title=person.title),
            kit.figure(_("取貨碼"), person.code),
            *([kit.row(_("取貨"), person.pickup)] if person.pickup else []),
            kit.row(_("最晚"), day(until)),
            *([kit.row(_("還要付"), money(person.owed), strong=True)] if person.owed > 0 else []),
            buttons=[kit.button(_("我的訂單"), "我的訂單", style="primary")],
        )
