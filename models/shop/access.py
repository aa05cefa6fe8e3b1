"""From when on a member may join: their tier's window, and what their record changes about it.

Whoever has always picked up in time comes in some hours early; whoever has not
waits until everybody may. The record is looked up only where it makes a difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy.orm import Session

from models.base import local_day
from models.loyalty import tiers
from models.people import tags
from models.programme import Programme, Tier
from models.shop import group_buys, member_days
from models.shop.group_buy_records import GroupBuy
from models.shop.reliability import Reliability
from models.shop.track_record import reliabilities


@dataclass
class Access:
    """One member's way in, at one moment."""

    session: Session
    member_id: int
    now: datetime
    programme: Programme

    @cached_property
    def tier(self) -> Tier:
        today = local_day(self.now)
        found = tiers.standing(self.session, self.member_id, today=today, programme=self.programme)
        return found.tier

    @cached_property
    def tags(self) -> list[str]:
        """The tags under which they see what not everybody does."""
        open_to = member_days.tags(
            self.session, self.member_id, self.tier.key, now=self.now, programme=self.programme
        )
        return tags.of(self.session, self.member_id) + open_to

    @cached_property
    def record(self) -> Reliability:
        found = reliabilities(
            self.session, [self.member_id], now=self.now, programme=self.programme
        )
        return found[self.member_id]

    def opens_at(self, group_buy: GroupBuy) -> datetime:
        """When a group-buy opens for the member."""
        opens = group_buys.opens_for(group_buy, self.tier.key)
        everybody = group_buy.opens_at or group_buy.created_at
        if max(opens, everybody) <= self.now:
            return opens
        if self.record.early_access:
            return opens - timedelta(hours=self.programme.reliability.early_hours)
        return max(opens, everybody) if self.record.barred_from_early else opens

    def check(self, group_buy: GroupBuy) -> None:
        """Whether the member may join now.

        Raises:
            NoSuchGroupBuy: it is still a draft.
            Closed: it is over, or its time is.
            NotOpenYet: it has not begun for them.
        """
        early = group_buys.opens_for(group_buy, self.tier.key) - self.opens_at(group_buy)
        group_buys.may_join(group_buy, self.tier.key, now=self.now, early=early)
