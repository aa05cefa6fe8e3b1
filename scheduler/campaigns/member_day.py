"""Members' day: when the hidden store opens for those who came back, once a month.

Off until somebody switches it on; with it the store opens and closes. Nothing is
said where there is neither a group-buy for that day nor a coupon.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Select

from bot.texts import _, clock, money
from bot.views import feasts as cards
from bot.views import kit
from bot.views.kit import Message
from models import feasts
from models.loyalty.coupons import CouponFact
from models.loyalty.tiers_records import MemberTier
from models.people import members
from models.people.consents import Topic
from models.people.members import Member
from models.programme import CouponTerms, Programme
from models.shop import group_buys, member_days
from models.shop.group_buy_records import GroupBuy
from models.shop.totals_records import MemberTotals
from scheduler.campaign import Campaign, Recipient

SHOWN = 5


class MemberDay(Campaign):
    key = member_days.KEY
    title = "快閃會員日"
    topic = Topic.OFFERS
    catch_up = 0
    at_first = False

    @classmethod
    def hour_in(cls, programme: Programme) -> int:
        return programme.calendar.member_day.from_hour

    @classmethod
    def next_day(cls, programme: Programme, day: date) -> date | None:
        return feasts.next_monthly(programme.calendar.member_day.day, day)

    @cached_property
    def hidden(self) -> Sequence[GroupBuy]:
        """What is in the hidden store."""
        tag = self.programme.calendar.member_day.tag
        running = group_buys.running(self.session, GroupBuy.tag == tag, now=self.now)
        return [each for each in running if (each.opens_at or self.now) <= self.now]

    def audience(self) -> Select[Any] | None:
        terms = self.programme.calendar.member_day
        today = member_days.falls_on(self.day, terms) and self.now < self._closes
        if not today or not (self.hidden or terms.coupon):
            return None
        return (
            self.people()
            .join(MemberTotals, MemberTotals.member_id == Member.id)
            .outerjoin(MemberTier, MemberTier.member_id == Member.id)
            .where(member_days.returning(self.programme), members.reachable())
            .order_by(Member.id)
        )

    def period(self, person: Recipient) -> str:
        return f"{self.day:%Y-%m}"

    def use_until(self, person: Recipient, due_at: datetime) -> datetime:
        return self._closes

    def coupon(self, person: Recipient) -> CouponTerms | None:
        key = self.programme.calendar.member_day.coupon
        # good on the day alone, whatever its terms say elsewhere
        return replace(self.programme.coupons[key], last_day=self.day) if key else None

    def message(self, person: Recipient, coupon: CouponFact | None) -> Message:
        until = clock(self._closes)
        found = self.hidden[:SHOWN]
        return kit.card(
            _("快閃會員日"),
            kit.line(_("謝謝你常來。今天有幾樣只給老朋友看的，到 {until} 為止。", until=until))
            if found
            else kit.line(_("謝謝你常來，今天的優惠只給老朋友，到 {until} 為止。", until=until)),
            *(kit.row(each.title, self._price(each)) for each in found),
            *cards.gift(coupon),
            buttons=cards.buttons(gifted=coupon is not None),
            choices=cards.choices(),
            colour=kit.WARM,
        )

    @property
    def _closes(self) -> datetime:
        return member_days.hours(self.day, self.programme.calendar.member_day)[1]

    def _price(self, group_buy: GroupBuy) -> str:
        least = min(item.price_now for item in group_buy.items)
        return money(least) if len(group_buy.items) == 1 else _("{price} 起", price=money(least))
