"""Deposit due: on its last day, and once more two days later; one sum for all orders."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from bot.texts import _, day, money
from bot.views import kit
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
        account = self.programme.shop.account
        return kit.card(
            _("訂金還沒收到"),
            kit.figure(_("訂金"), money(person.owed), colour=kit.WARM),
            kit.row(_("訂單"), _("{count} 筆", count=person.orders)),
            kit.row(_("訂金期限"), day(person.due_on)),
            *([kit.row(_("匯款帳號"), account, shares=kit.VALUE_WIDE)] if account else []),
            kit.note(_("匯款後回覆「匯款 末五碼」就好；有困難請輸入「客服」，謝謝您。")),
            buttons=[kit.button(_("我的訂單"), "我的訂單", style="primary")],
            choices=[kit.choice(_("取貨紀錄")), kit.choice(_("客服"))],
            colour=kit.WARM,
        )
