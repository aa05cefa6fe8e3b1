"""Coupon given by hand: told along with the next reply, pushed two days later without one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select

from bot.texts import _, long_day
from bot.views import coupons as cards
from bot.views import kit
from bot.views.kit import Message
from models.base import local_day
from models.loyalty.coupons import Coupon, CouponFact, CouponHandout, CouponState
from models.people.consents import Topic
from models.people.members import Member
from scheduler.campaign import Campaign, Recipient

RIDES = timedelta(days=2)
TOLD = timedelta(days=14)  # after that it is no news any more


class CouponGiven(Campaign):
    key = "coupon_given"
    title = "發券通知"
    topic = Topic.OFFERS
    hour = 10
    rides = True

    def audience(self) -> Select[Any]:
        lately = select(CouponHandout.id).where(CouponHandout.at > self.now - TOLD)
        return (
            self.people(
                Coupon.handout_id,
                Coupon.name.label("coupon"),
                Coupon.kind,
                Coupon.value,
                func.coalesce(Coupon.extended_until, Coupon.expires_at).label("expires_at"),
                CouponHandout.at.label("given_at"),
                CouponHandout.places.is_not(None).label("drawn"),
            )
            .join(Coupon, Coupon.member_id == Member.id)
            .join(CouponHandout, CouponHandout.id == Coupon.handout_id)
            .where(
                Coupon.handout_id.in_(lately),
                Coupon.state == CouponState.ISSUED,
                or_(Coupon.expires_at > self.now, Coupon.extended_until > self.now),
            )
            .order_by(Member.id, Coupon.id)
        )

    def period(self, person: Recipient) -> str:
        return str(person.handout_id)

    def ride_until(self, person: Recipient) -> datetime:
        given_at: datetime = person.given_at
        return given_at + RIDES

    def use_until(self, person: Recipient, due_at: datetime) -> datetime:
        expires_at: datetime = person.expires_at
        return expires_at

    def message(self, person: Recipient, coupon: CouponFact | None) -> Message:
        title = _("恭喜抽中優惠券") if person.drawn else _("送你一張優惠券")
        last_day = local_day(person.expires_at - timedelta(seconds=1))
        return kit.card(
            title,
            kit.line(person.coupon, weight="bold"),
            kit.row(_("優惠"), cards.worth_of(person.kind, person.value), strong=True),
            kit.row(_("使用期限"), long_day(last_day)),
            buttons=[kit.button(_("看我的優惠券"), "優惠券", style="primary", colour=kit.WARM)],
            choices=[kit.choice(_("會員卡"), "會員卡"), kit.choice(_("通知設定"), "通知設定")],
            colour=kit.WARM,
        )
