"""Birthday: a coupon by tier on the morning of the day, or on the 1st of the month.

Those born on 29 February have their day on the 28th in common years. One offer
a calendar year, however often the birthday is changed.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select

from bot.texts import _, long_day
from bot.views import kit
from bot.views.kit import Message
from bot.views.moulds import Mould
from models.loyalty.coupons import CouponFact
from models.loyalty.tiers_records import MemberTier
from models.people import birthdays
from models.people.consents import Topic
from models.people.members import Member
from models.programme import CouponTerms
from scheduler.campaign import Campaign, Recipient


class Birthday(Campaign):
    key = "birthday"
    title = "生日"
    topic = Topic.BIRTHDAY
    hour = 9
    each_day = True
    capped = False  # it has its own day, and comes once a year
    own_hour = True

    def audience(self) -> Select[Any]:
        query = self.people(MemberTier.tier.label("tier"))
        return (
            query.outerjoin(MemberTier, MemberTier.member_id == Member.id)
            .where(self._celebrates(), Member.left_on.is_(None))
            .order_by(Member.id)
        )

    def period(self, person: Recipient) -> str:
        return str(self.day.year)

    def coupon(self, person: Recipient) -> CouponTerms | None:
        tier = self.programme.tier(person.tier) if self._known(person) else self.programme.base
        key = tier.birthday_coupon
        return self.programme.coupons[key] if key else None

    def message(self, person: Recipient, coupon: CouponFact | None) -> Message:
        name = person.name or _("親愛的團友")
        if coupon is None:
            return _CARD(None, name=name)
        gift = coupon.name, coupon.last_day
        return _CARD(gift, name=name, code=coupon.shown_code)

    def _known(self, person: Recipient) -> bool:
        return person.tier is not None and self.programme.has(person.tier)

    def _celebrates(self) -> ColumnElement[bool]:
        if self.programme.messages.birthday_mode == "month":
            return Member.birth_month == self.day.month
        return birthdays.born_on(self.day)


def _draw(gift: tuple[str, date] | None, *, name: str, code: str = "") -> Message:
    """The card; `gift` is what the coupon is called, and its last day."""
    blocks = [kit.line(_("謝謝你一直和我們一起團購，願你這一年平安、順心、天天有好吃的。"))]
    if gift is not None:
        coupon, last_day = gift
        panel = kit.panel(
            kit.line(_("生日禮：{coupon}", coupon=coupon), weight="bold"),
            kit.row(_("券號"), code),
            kit.row(_("使用期限"), long_day(last_day)),
        )
        blocks.append(panel)
    return kit.card(
        _("{name}，生日快樂！", name=name),
        *blocks,
        buttons=[kit.button(_("看我的優惠券"), "優惠券", style="primary", colour=kit.WARM)],
        choices=[kit.choice(_("會員卡"), "會員卡"), kit.choice(_("通知設定"), "通知設定")],
        colour=kit.WARM,
    )


_CARD = Mould(_draw)
