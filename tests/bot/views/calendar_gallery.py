"""What comes round by the calendar, and how organisers see all that goes out by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from bot.views import campaigns, kit
from bot.views.campaigns import Looked, Ran, Shown, Turned
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
            for name, count in (("with little", 1), ("sent", 9)):
                campaign: Any = kind(None, now=NOON, programme=programme)  # type: ignore[arg-type]
                offers = [self._weeks_offer(number) for number in range(count)]
                campaign.hidden = campaign.offers = offers
                coupon = self.coupon(1) if count > 1 and kind is not Digest else None
                yield f"{name}: {kind.key}", campaign.message(person, coupon)

        yield from self._automatic()

    def _automatic(self) -> Iterator[tuple[str, Message]]:
        ran = Ran(TODAY, "done", planned=1_240, skipped=31)
        runs = [ran, *(Ran(TODAY, outcome) for outcome in campaigns.OUTCOMES)] * 2
        usual = Shown("生日", False, True, False, NOON, ran, 1_240, 31)
        shown = [
            usual,
            replace(usual, title="一週快訊", on=False, last=None, sent=0, rode=0),
            replace(usual, title="即將結單", often=True, next_run=None),
            replace(usual, title="店慶", next_run=None, rode=0),
            replace(usual, title="你可能喜歡", at_their_hour=True),
        ]
        many = [replace(each, service=n == 0) for each in shown for n in range(6)]
        yield "automatic messages", campaigns.overview(many)
        name = self.said("林小美")
        message = kit.card(name, buttons=[kit.button("我要 +1", "3 +1")])
        parts = [Turned(self.said("母親節"), True, TODAY), Turned("中秋節", False, None)]
        left_out = {"opted_out": 12, "not_friend": 3}
        looked = Looked(usual, 1_240, left_out, runs, parts, 412.5, message, name)
        nobody = replace(looked, shown=shown[1], runs=[], parts=[], cost=None, left_out={})
        for told, each in (
            ("to somebody", looked),
            ("sample", replace(nobody, whom="")),
            ("nothing to say", replace(nobody, message=None)),
        ):
            for n, part in enumerate(campaigns.one(each)):
                yield f"automatic: {told} {n}", part

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
