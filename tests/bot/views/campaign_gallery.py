"""What goes out by itself about group-buys: opened, arrived, closing, owed, waiting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from bot.views import dues
from bot.views.kit import Message
from scheduler.campaigns.closing_soon import ClosingSoon
from scheduler.campaigns.deposit_due import DepositDue
from scheduler.campaigns.payment_due import PaymentDue
from scheduler.campaigns.pickup_due import PickupDue
from scheduler.campaigns.preorder_arrived import PreorderArrived
from scheduler.campaigns.preorder_open import PreorderOpen
from scheduler.campaigns.viewed import Viewed
from tests.bot.views.broadcast_gallery import BroadcastGallery
from tests.bot.views.facts import NOON, TODAY

OCCASIONS = (
    *(PreorderOpen, PreorderArrived, Viewed, ClosingSoon),
    *(DepositDue, PaymentDue, PickupDue),
)


class CampaignGallery(BroadcastGallery):
    """Each campaign about a group-buy, to somebody who owes money for it."""

    def _occasions(self) -> Iterator[tuple[str, Message]]:
        person: Any = SimpleNamespace(
            language="zh-TW",
            name=self.said("林小美"),
            number=3,
            title=self.said("愛文芒果 5斤裝"),
            pickup=self.said("管理室"),
            code="012345",
            closes_at=NOON + timedelta(hours=9),
            short=2,
            orders=3,
            group_buys=2,
            owed=12_400,
            due_on=TODAY,
            arrived_at=NOON - timedelta(days=3),
            pickup_on=None,
        )
        for kind in OCCASIONS:
            campaign = kind(None, now=NOON, programme=self.programme)  # type: ignore[arg-type]
            yield f"sent: {kind.key}", campaign.message(person, None)
        yield "owed: no account", dues.payment(person, account="")
        yield "deposit owed: no account", dues.deposit(person, account="")
        yield from self._policy()
        yield from self._broadcasts()
