"""Replenishment: three days before something runs out, once for each purchase.

The message asks 用完了嗎? and the answer bends the next estimate.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Select

from bot.texts import _, day
from bot.views import kit
from bot.views.kit import Message
from models.loyalty.coupons import CouponFact
from models.people.consents import Topic
from models.people.members import Member
from models.shop import reminders, replenishment_due
from scheduler.campaign import Campaign, Recipient


class Replenishment(Campaign):
    key = reminders.RULE
    title = "補貨提醒"
    topic = Topic.REPLENISHMENT
    hour = 10
    own_hour = True

    def audience(self) -> Select[Any]:
        due = replenishment_due.estimates(self.day).subquery()
        return (
            self.people(due.c.product_id, due.c.name.label("product"), due.c.bought_on, due.c.days)
            .join(due, due.c.member_id == Member.id)
            .order_by(Member.id, due.c.bought_on, due.c.product_id)
        )

    def period(self, person: Recipient) -> str:
        return reminders.period(person.product_id, person.bought_on)

    def message(self, person: Recipient, coupon: CouponFact | None) -> Message:
        runs_out_on = person.bought_on + timedelta(days=person.days)
        return kit.card(
            _("該補貨了嗎？"),
            kit.line(person.product, weight="bold"),
            kit.row(_("上次購買"), day(person.bought_on)),
            kit.row(_("大約用到"), day(runs_out_on)),
            kit.note(_("用完了嗎？告訴我，下次會算得更準。")),
            buttons=[
                kit.button(
                    _("我要再買"), f"再買 {person.product_id}", style="primary", colour=kit.WARM
                ),
                kit.button(_("用完了"), f"用完了 {person.product_id}"),
                kit.button(_("還有"), f"還有 {person.product_id}"),
            ],
            colour=kit.WARM,
        )
