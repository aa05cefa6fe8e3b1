"""Coupon expiring: told along with the next reply, pushed the day before if there was none."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from bot.texts import _, long_day
from bot.views import kit
from bot.views.kit import Message
from models.base import TAIPEI, local_day
from models.loyalty import coupons
from models.loyalty.coupons import CouponFact
from models.people.consents import Topic
from models.people.members import Member
from scheduler.campaign import Campaign, Recipient

PUSH_BEFORE = timedelta(days=1, hours=13, minutes=30)  # just after that day's run made it true


class CouponExpiring(Campaign):
    key = "coupon_expiring"
    title = "優惠券到期"
    topic = Topic.EXPIRY
    hour = 10
    rides = True

    def audience(self) -> Select[Any]:
        soon = coupons.expiring(
            self.now, days=self.programme.messages.coupon_remind_days
        ).subquery()
        due = (
            select(
                soon.c.member_id,
                func.count().label("coupons"),
                func.min(soon.c.expires_at).label("expires_at"),
            )
            .group_by(soon.c.member_id)
            .subquery()
        )
        return (
            self.people(due.c.coupons, due.c.expires_at)
            .join(due, due.c.member_id == Member.id)
            .order_by(Member.id)
        )

    def period(self, person: Recipient) -> str:
        return f"{person.expires_at.astimezone(TAIPEI):%Y-%m-%d}"

    def ride_until(self, person: Recipient) -> datetime:
        expires_at: datetime = person.expires_at
        return expires_at - PUSH_BEFORE

    def use_until(self, person: Recipient, due_at: datetime) -> datetime:
        expires_at: datetime = person.expires_at
        return expires_at

    def message(self, person: Recipient, coupon: CouponFact | None) -> Message:
        last_day = local_day(person.expires_at - timedelta(seconds=1))
        return kit.card(
            _("順便告訴你：優惠券快到期了"),
            kit.line(_("你有 {count} 張優惠券快到期，別忘了使用。", count=person.coupons)),
            kit.row(_("最早到期日"), long_day(last_day)),
            buttons=[kit.button(_("看我的優惠券"), "優惠券")],
            choices=[kit.choice(_("會員卡"), "會員卡"), kit.choice(_("通知設定"), "通知設定")],
            colour=kit.WARM,
        )
