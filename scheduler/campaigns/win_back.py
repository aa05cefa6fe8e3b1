"""Win back: to members who have been silent for longer than they are used to.

First a word, later a coupon, and then nothing until they order again.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from bot.texts import _, day, long_day
from bot.views import kit
from bot.views.kit import Message
from models.insight import win_back
from models.insight.win_back import Step
from models.loyalty.coupons import CouponFact
from models.people.consents import Topic
from models.people.members import Member
from models.programme import CouponTerms
from scheduler.campaign import Campaign, Recipient


class WinBack(Campaign):
    key = "win_back"
    title = "好久不見"
    topic = Topic.OFFERS
    hour = 18
    at_their_hour = True
    use_days = 3

    def audience(self) -> Select[Any]:
        # a second word without a gift would only press
        steps = tuple(Step) if self._terms is not None else (Step.HELLO,)
        due = win_back.due(
            self.session, day=self.day, programme=self.programme, steps=steps
        ).subquery()
        return (
            self.people(due.c.step, due.c.last_on)
            .join(due, due.c.member_id == Member.id)
            .where(Member.left_on.is_(None))
            .order_by(Member.id)
        )

    def period(self, person: Recipient) -> str:
        return f"{person.last_on.isoformat()}:{person.step}"

    def coupon(self, person: Recipient) -> CouponTerms | None:
        return self._terms if person.step == Step.COUPON else None

    def message(self, person: Recipient, coupon: CouponFact | None) -> Message:
        buttons = [kit.button(_("看開團中"), "團購", style="primary", colour=kit.WARM)]
        choices = [kit.choice(_("通知設定"), "通知設定"), kit.choice(_("停止行銷"), "停止行銷")]
        if coupon is None:
            return kit.card(
                _("好久不見！"),
                kit.line(
                    _(
                        "上次和你一起團購是 {day}。這陣子開了新的團，有空來看看。",
                        day=day(person.last_on),
                    )
                ),
                buttons=buttons,
                choices=choices,
                colour=kit.WARM,
            )
        return kit.card(
            _("想念你，送你一張券"),
            kit.panel(
                kit.line(coupon.name, weight="bold"),
                kit.row(_("券號"), coupon.shown_code),
                kit.row(_("使用期限"), long_day(coupon.last_day)),
            ),
            buttons=[*buttons, kit.button(_("看我的優惠券"), "優惠券")],
            choices=choices,
            colour=kit.WARM,
        )

    @property
    def _terms(self) -> CouponTerms | None:
        key = self.programme.messages.win_back_coupon
        return self.programme.coupons[key] if key else None
