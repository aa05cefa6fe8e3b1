"""Pickup due: on the last day, and twice more while the goods still wait."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from bot.texts import _, day, money
from bot.views import kit
from bot.views.kit import Message
from models.loyalty.coupons import CouponFact
from models.people.consents import Topic
from models.people.members import Member
from models.shop import occasions
from scheduler.campaign import Campaign, Recipient


class PickupDue(Campaign):
    key = "pickup_due"
    title = "取貨提醒"
    topic = Topic.SERVICE
    hour = 10
    use_days = 1

    def audience(self) -> Select[Any] | None:
        terms = self.programme.shop
        found = occasions.uncollected(self.session, self.day, pickup_days=terms.pickup_days)
        if found is None:
            return None
        due = found.subquery()
        columns = (due.c.title, due.c.group_buys, due.c.pickup, due.c.arrived_at, due.c.owed)
        return self.people(*columns).join(due, due.c.member_id == Member.id).order_by(Member.id)

    def period(self, person: Recipient) -> str:
        return self.day.isoformat()

    def message(self, person: Recipient, coupon: CouponFact | None) -> Message:
        fee = self.programme.shop.storage_fee
        what = person.title
        if person.group_buys > 1:
            what = _("{title} 等 {count} 團", title=person.title, count=person.group_buys)
        return kit.card(
            _("您的商品在等您取貨"),
            kit.line(what, weight="bold"),
            kit.row(_("到貨日"), day(person.arrived_at)),
            *([kit.row(_("取貨"), person.pickup)] if person.pickup else []),
            *([kit.row(_("還要付"), money(person.owed), strong=True)] if person.owed > 0 else []),
            *(
                [kit.note(_("之後每天保管費 {fee}，取貨時一起付。", fee=money(fee)))]
                if fee
                else []
            ),
            kit.note(_("不方便來可以請人代領，或告訴我們哪天方便。")),
            buttons=[
                kit.button(_("取貨碼"), style="primary"),
                kit.button(_("代領")),
                kit.button(_("我的訂單")),
            ],
        )
