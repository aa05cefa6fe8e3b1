"""Payment due: on the day, and twice more while it is not paid; one sum for all orders."""

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
        account = self.programme.shop.account
        return kit.card(
            _("還沒收到您的款項"),
            kit.figure(_("應付金額"), money(person.owed), colour=kit.WARM),
            kit.row(_("訂單"), _("{count} 筆", count=person.orders)),
            kit.row(_("付款期限"), day(person.due_on)),
            *([kit.row(_("匯款帳號"), account, shares=kit.VALUE_WIDE)] if account else []),
            kit.note(_("匯款後回覆「匯款 末五碼」就好；已經付了請不用理會，謝謝您。")),
            buttons=[kit.button(_("我的訂單"), "我的訂單", style="primary")],
            colour=kit.WARM,
        )
