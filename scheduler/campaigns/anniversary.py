"""Anniversary: on the day the shop was founded, once a year; nothing until the rules say when."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Select

from bot.texts import _
from bot.views import feasts as cards
from bot.views import kit
from bot.views.kit import Message
from models import feasts
from models.loyalty.coupons import CouponFact
from models.people import members
from models.people.consents import Topic
from models.people.members import Member
from models.programme import CouponTerms, Programme
from scheduler.campaign import Campaign, Recipient


class Anniversary(Campaign):
    key = "anniversary"
    title = "店慶"
    topic = Topic.OFFERS
    hour = 10
    each_day = True

    @classmethod
    def next_day(cls, programme: Programme, day: date) -> date | None:
        founded = programme.calendar.anniversary.founded
        if founded is None:
            return None
        first = founded.replace(year=founded.year + 1, day=min(founded.day, 28))
        return feasts.next_yearly(f"{founded.month}/{founded.day}", max(day, first))

    def audience(self) -> Select[Any] | None:
        if self.next_day(self.programme, self.day) != self.day:
            return None
        return self.people().where(members.reachable()).order_by(Member.id)

    def period(self, person: Recipient) -> str:
        return str(self.day.year)

    def coupon(self, person: Recipient) -> CouponTerms | None:
        key = self.programme.calendar.anniversary.coupon
        return self.programme.coupons[key] if key else None

    def message(self, person: Recipient, coupon: CouponFact | None) -> Message:
        founded = self.programme.calendar.anniversary.founded or self.day
        years = max(1, self.day.year - founded.year)
        return kit.card(
            _("{shop} {years} 週年", shop=self.programme.shop_name, years=years),
            kit.line(_("謝謝你陪我們走到今天，每一筆訂單我們都記得。")),
            *cards.gift(coupon),
            buttons=cards.buttons(gifted=coupon is not None),
            choices=cards.choices(),
            colour=kit.WARM,
        )
