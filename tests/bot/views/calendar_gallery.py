"""What comes round by the calendar, and how organisers see all that goes out by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from bot.views.kit import Message
from models.calendar_terms import AnniversaryTerms
from models.shop.group_buy_records import GroupBuy, Item
from scheduler.campaigns.anniversary import Anniversary
from scheduler.campaigns.digest import Digest
from scheduler.campaigns.festival import Festival
from scheduler.campaigns.member_day import MemberDay
from tests.bot.views.facts import NOON, TODAY, Facts


class CalendarGallery(Facts):
    """Each of them with a coupon and without, the digest with one group-buy and with many."""

    def _calendar(self) -> Iterator[tuple[str, Message]]:
        founded = AnniversaryTerms(TODAY - timedelta(days=4_000))
        programme = replace(
            self.programme, calendar=replace(self.programme.calendar, anniversary=founded)
        )
        person: Any = SimpleNamespace(
            language="zh-TW",
            name=self.said("林小美"),
            festival="mid_autumn",
            points=12_400,
            expiring=300,
            expires_at=NOON + timedelta(days=9),
            **{f"sees_{number}": True for number in range(9)},
        )
        for kind in (Festival, Anniversary, MemberDay, Digest):
            for name, count in (("one", 1), ("many", 9)):
                campaign: Any = kind(None, now=NOON, programme=programme)  # type: ignore[arg-type]
                offers = [self._weeks_offer(number) for number in range(count)]
                campaign.hidden = campaign.offers = offers
                coupon = self.coupon(1) if count > 1 and kind is not Digest else None
                yield f"sent: {kind.key}, {name}", campaign.message(person, coupon)

    def _weeks_offer(self, number: int) -> GroupBuy:
        name = self.said("愛文芒果 5斤裝")
        item = Item(code="A", name=name, price=450, price_now=450 - number)
        closes_at = NOON + timedelta(days=4 * number) if number else None
        return GroupBuy(
            id=number,
            title=name,
            created_at=NOON - timedelta(days=2),
            closes_at=closes_at,
            items=[item, Item(code="B", name=name, price=90, price_now=90)][: 1 + number % 2],
        )
