"""Recommendation: a group-buy of what somebody buys often, once each and one in a week at most.

It says why it comes to them, and what it costs them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select

from bot.texts import _, clock, day, money
from bot.views import kit
from bot.views.kit import Message
from models.insight import recommendations
from models.loyalty.coupons import CouponFact
from models.people.consents import Topic
from models.people.members import Member
from scheduler.campaign import Campaign, Recipient

SHOP_PRICE = 100  # percent


class Recommendation(Campaign):
    key = recommendations.RULE
    title = "你可能喜歡"
    topic = Topic.OFFERS
    hour = 17
    at_their_hour = True
    use_days = 2

    def audience(self) -> Select[Any] | None:
        found = recommendations.recommended(self.session, now=self.now, programme=self.programme)
        if found is None:
            return None
        due = found.subquery()
        return (
            self.people(
                *(due.c.number, due.c.title, due.c.closes_at, due.c.item, due.c.price_now),
                *(due.c.option_prices, due.c.category, due.c.often, due.c.tier),
            )
            .join(due, due.c.member_id == Member.id)
            .order_by(Member.id)
        )

    def period(self, person: Recipient) -> str:
        return str(person.number)

    def use_until(self, person: Recipient, due_at: datetime) -> datetime:
        usual = super().use_until(person, due_at)
        return min(usual, person.closes_at) if person.closes_at is not None else usual

    def latest(self, person: Recipient) -> datetime | None:
        """While there is still time to order."""
        return None if person.closes_at is None else person.closes_at - recommendations.STILL

    def message(self, person: Recipient, coupon: CouponFact | None) -> Message:
        title, said = _said(person.category, often=bool(person.often))
        closes_at = person.closes_at
        return kit.card(
            title,
            kit.line(said),
            kit.panel(
                kit.line(person.title, weight="bold"),
                *([kit.note(person.item)] if person.item != person.title else []),
                *self._price(person),
                *(
                    [kit.row(_("結單"), f"{day(closes_at)} {clock(closes_at)}")]
                    if closes_at is not None
                    else []
                ),
            ),
            buttons=[
                kit.button(
                    _("看這一團"), f"團購 {person.number}", style="primary", colour=kit.WARM
                )
            ],
            choices=[kit.choice(_("看其他團購"), "團購"), kit.choice(_("通知設定"), "通知設定")],
            colour=kit.WARM,
        )

    def _price(self, person: Recipient) -> list[kit.Block]:
        """What it costs them, and beside it what it costs without their tier."""
        known = self.programme.has(person.tier)
        tier = self.programme.tier(person.tier) if known else self.programme.base
        own = money(person.price_now * tier.pay // SHOP_PRICE)
        # some of its variants cost more
        said = own if person.option_prices == "[]" else _("{price} 起", price=own)
        if tier.pay == SHOP_PRICE:
            return [kit.row(_("價格"), said, strong=True)]
        listed = money(person.price_now)
        return [
            kit.row(_("{tier}價", tier=tier.name), said, strong=True, colour=kit.WARM),
            kit.row(_("原價"), listed),
        ]


def _said(category: str, *, often: bool) -> tuple[str, str]:
    """The head, and why it comes to them."""
    if not often:
        return _("這團你可能喜歡"), _("你對{category}有興趣，這團先告訴你。", category=category)
    if category == "母嬰":
        return _("寶寶的，先幫你留意了"), _("你常買母嬰用品，這團剛好用得到，先告訴你。")
    if category == "美妝":
        return _("你的保養清單，這團有"), _("你常買美妝保養，這團可能有你喜歡的。")
    return _("這團你可能喜歡"), _("你常買{category}，這團先告訴你。", category=category)
