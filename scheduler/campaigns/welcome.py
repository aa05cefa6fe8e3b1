"""Welcome: once, in the days after joining, to those who have not taken the newcomer gift."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, literal

from bot.texts import _
from bot.views import arrival, kit
from bot.views.kit import Message
from models.base import day_start, end_of_day
from models.loyalty.coupons import CouponFact
from models.people.consents import Topic
from models.people.members import Member
from scheduler.campaign import Campaign, Recipient


class Welcome(Campaign):
    key = "welcome"
    title = "歡迎新朋友"
    topic = Topic.OFFERS
    hour = 19

    def audience(self) -> Select[Any]:
        since = day_start(self.day - timedelta(days=self.catch_up))
        return (
            self.people()
            .where(
                Member.friend_since >= since,
                Member.friend_since < end_of_day(self.day),
                Member.gifted_at.is_(None),
                # without a gift there is nothing to say
                literal(bool(self.programme.gifts.newcomer)),
            )
            .order_by(Member.id)
        )

    def period(self, person: Recipient) -> str:
        return "once"

    def message(self, person: Recipient, coupon: CouponFact | None) -> Message:
        return kit.card(
            _("新客禮還在等你"),
            kit.panel(*arrival.newcomer(self.programme)),
            kit.note(_("不想收到優惠訊息，隨時輸入「停止行銷」。")),
            buttons=[kit.button(_("完成資料拿新客禮"), "完成資料", style="primary")],
            choices=[kit.choice(_("會員卡"), "會員卡"), kit.choice(_("停止行銷"), "停止行銷")],
        )
