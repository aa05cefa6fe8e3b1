"""Birthday: a coupon by tier on the morning of the day, or on the 1st of the month.

Those born on 29 February have their day on the 28th in common years. One offer
a calendar year, however often the birthday is changed.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select

from bot.texts import _, long_day
from bot.views import kit
from bot.views.kit import Message
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
        wish, buttons, choices = _same_for_all(person.language)
        blocks = [wish]
        if coupon is not None:
            title, until = _same_gift(person.language, coupon.name, coupon.last_day)
            blocks.append(kit.panel(title, kit.row(_("券號"), coupon.shown_code), until))
        return kit.card(
            _("{name}，生日快樂！", name=name),
            *blocks,
            buttons=buttons,
            choices=choices,
            colour=kit.WARM,
        )

    def _known(self, person: Recipient) -> bool:
        return person.tier is not None and self.programme.has(person.tier)

    def _celebrates(self) -> ColumnElement[bool]:
        if self.programme.messages.birthday_mode == "month":
            return Member.birth_month == self.day.month
        return birthdays.born_on(self.day)


# what is said to many is made once; the cards share it, and nobody writes into it
@lru_cache
def _same_for_all(language: str) -> tuple[kit.Block, list[kit.Block], list[kit.Block]]:
    """The wish, the buttons and the quick replies, in the language that is spoken."""
    return (
        kit.line(_("謝謝你一直和我們一起團購，願你這一年平安、順心、天天有好吃的。")),
        [kit.button(_("看我的優惠券"), "優惠券", style="primary", colour=kit.WARM)],
        [kit.choice(_("會員卡"), "會員卡"), kit.choice(_("通知設定"), "通知設定")],
    )


@lru_cache
def _same_gift(language: str, name: str, last_day: date) -> tuple[kit.Block, kit.Block]:
    """What the coupon is, and until when it is of use."""
    return (
        kit.line(_("生日禮：{coupon}", coupon=name), weight="bold"),
        kit.row(_("使用期限"), long_day(last_day)),
    )
