"""Points expiring: told along with the next reply, pushed a week before if there was none.

One reminder for all that goes in the same month.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select

from bot.texts import _, long_day, points
from bot.views import kit
from bot.views.kit import Message
from models.base import local_day
from models.loyalty import points as ledger
from models.loyalty.coupons import CouponFact
from models.people.consents import Topic
from models.people.members import Member
from scheduler.campaign import Campaign, Recipient

PUSH_BEFORE = timedelta(days=6, hours=13, minutes=30)  # just after that day's run made it true


class PointsExpiring(Campaign):
    key = "points_expiring"
    title = "點數到期"
    topic = Topic.EXPIRY
    hour = 10
    rides = True

    def audience(self) -> Select[Any]:
        days = self.programme.points.remind_days
        due = ledger.expiring_by_month(now=self.now, within_days=days).subquery()
        return (
            self.people(due.c.month, due.c.points, due.c.expires_at)
            .join(due, due.c.member_id == Member.id)
            .order_by(Member.id, due.c.month)
        )

    def period(self, person: Recipient) -> str:
        return str(person.month)

    def ride_until(self, person: Recipient) -> datetime:
        expires_at: datetime = person.expires_at
        return expires_at - PUSH_BEFORE

    def use_until(self, person: Recipient, due_at: datetime) -> datetime:
        expires_at: datetime = person.expires_at
        return expires_at

    def message(self, person: Recipient, coupon: CouponFact | None) -> Message:
        last_day = local_day(person.expires_at - timedelta(seconds=1))
        return kit.card(
            _("順便告訴你：點數快到期了"),
            kit.figure(_("快到期的點數"), points(person.points), colour=kit.WARM),
            kit.row(_("最早到期日"), long_day(last_day)),
            buttons=[kit.button(_("看我的點數"), "點數")],
            choices=[kit.choice(_("會員卡"), "會員卡"), kit.choice(_("通知設定"), "通知設定")],
            colour=kit.WARM,
        )
