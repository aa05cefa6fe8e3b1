"""Digest: the week's news on one card, free with the next reply, pushed two days later without.

What opened, what closes, and the member's points; nothing where no group-buy is
theirs to see. It is composed anew when it rides, so it tells what is true then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, or_, select, true

from bot.texts import _, clock, day, points
from bot.views import kit
from bot.views.kit import Block, Message
from models.base import TAIPEI, day_start, end_of_day, local_day
from models.loyalty import points as ledger
from models.loyalty.coupons import CouponFact
from models.loyalty.points_records import PointLot
from models.loyalty.tiers_records import MemberTier
from models.people import members
from models.people.consents import Topic
from models.people.members import Member
from models.people.tags import MemberTag
from models.programme import Programme
from models.shop import group_buys
from models.shop.group_buy_records import GroupBuy
from models.talk.outbox_records import OutboxMessage, State, in_state
from scheduler.campaign import Campaign, Recipient

WEEK = timedelta(days=7)
WAITS = 2  # days for a reply to ride on
PUSHED = time(12)
SHOWN = 5


class Digest(Campaign):
    key = "digest"
    title = "一週快訊"
    topic = Topic.NEWS
    hour = 18
    catch_up = WAITS
    rides = True

    @classmethod
    def next_day(cls, programme: Programme, day: date) -> date | None:
        return day + timedelta(days=(programme.calendar.digest.weekday - day.weekday()) % 7)

    @property
    def issue(self) -> date:
        """The day whose digest is out."""
        return self.day - timedelta(
            days=(self.day.weekday() - self.programme.calendar.digest.weekday) % 7
        )

    @cached_property
    def offers(self) -> Sequence[GroupBuy]:
        """What opened in the last week or closes in the next, the next to close first."""
        running = group_buys.running(self.session, true(), now=self.now)
        return [each for each in running if self._is_new(each) or self._is_closing(each)]

    def audience(self) -> Select[Any] | None:
        if not self.offers:
            return None
        due = ledger.expiring(
            now=self.now, within_days=self.programme.points.remind_days
        ).subquery()
        sees = {each.id: self._sees(each) for each in self.offers}
        return (
            self.people(
                self._available().label("points"),
                due.c.points.label("expiring"),
                due.c.expires_at,
                *(seen.label(f"sees_{number}") for number, seen in sees.items()),
            )
            .outerjoin(MemberTier, MemberTier.member_id == Member.id)
            .outerjoin(due, due.c.member_id == Member.id)
            .where(members.reachable(), or_(*sees.values()), self._in_time())
            .order_by(Member.id)
        )

    def period(self, person: Recipient) -> str:
        return f"{self.issue:%G-W%V}"

    def ride_until(self, person: Recipient) -> datetime:
        return self._deadline

    def use_until(self, person: Recipient, due_at: datetime) -> datetime:
        return day_start(self.issue + WEEK)

    def message(self, person: Recipient, coupon: CouponFact | None) -> Message:
        seen = [each for each in self.offers if getattr(person, f"sees_{each.id}")]
        closing = [each for each in seen if self._is_closing(each)]
        opened = [each for each in seen if each not in closing]
        return kit.card(
            _("這週的團購"),
            *_listed(_("新開的團"), opened),
            *_listed(_("快結單"), closing),
            *_purse(person),
            buttons=[kit.button(_("看團購"), "團購", style="primary")],
            choices=[
                kit.choice(_("點數"), "點數"),
                kit.choice(_("我的訂單"), "我的訂單"),
                kit.choice(_("通知設定"), "通知設定"),
            ],
        )

    @property
    def _deadline(self) -> datetime:
        return datetime.combine(self.issue + timedelta(days=WAITS), PUSHED, TAIPEI)

    def _in_time(self) -> ColumnElement[bool]:
        """Everybody while it may ride; then only those for whom it still waits."""
        if self.now < self._deadline:
            return true()
        waiting = select(OutboxMessage.member_id).where(
            OutboxMessage.rule == self.key,
            OutboxMessage.rides.is_(True),
            in_state(State.QUEUED),
        )
        return Member.id.in_(waiting)

    def _is_new(self, offer: GroupBuy) -> bool:
        opened = offer.opens_at or offer.created_at
        return day_start(self.issue) - WEEK <= opened <= self.now

    def _is_closing(self, offer: GroupBuy) -> bool:
        opened = offer.opens_at or offer.created_at
        soon = offer.closes_at is not None and offer.closes_at < end_of_day(self.issue) + WEEK
        return opened <= self.now and soon

    def _sees(self, offer: GroupBuy) -> ColumnElement[bool]:
        """Whether a group-buy is for the member, as `group_buys.visible` says it for one."""
        return and_(self._in_tier(offer.tier), _tagged(offer.tag))

    def _in_tier(self, tier: str) -> ColumnElement[bool]:
        if not tier:
            return true()
        rank = self.programme.rank(tier) if self.programme.has(tier) else None
        above = () if rank is None else self.programme.tiers[rank:]
        theirs = func.coalesce(MemberTier.tier, self.programme.base.key)
        return theirs.in_([each.key for each in above])

    def _available(self) -> ScalarSelect[int]:
        """The points a member can spend now."""
        total = func.coalesce(func.sum(PointLot.remaining), 0)
        live = (PointLot.remaining > 0, PointLot.expires_at > self.now)
        return (
            select(total)
            .where(PointLot.member_id == Member.id, *live)
            .correlate(Member)
            .scalar_subquery()
        )


def _tagged(tag: str) -> ColumnElement[bool]:
    if not tag:
        return true()
    return exists().where(MemberTag.member_id == Member.id, MemberTag.tag == tag)


def _listed(title: str, offers: Sequence[GroupBuy]) -> list[Block]:
    """The next to close of them, and how many more there are."""
    if not offers:
        return []
    more = len(offers) - SHOWN
    return [
        kit.line(title, weight="bold", size="sm"),
        *(kit.row(each.title, _until(each), shares=(4, 5)) for each in offers[:SHOWN]),
        *([kit.note(_("還有 {count} 團", count=str(more)))] if more > 0 else []),
    ]


def _until(offer: GroupBuy) -> str:
    at = offer.closes_at
    return "—" if at is None else _("{at} 止", at=f"{day(at)} {clock(at)}")


def _purse(person: Recipient) -> list[Block]:
    if not person.points:
        return []
    rows = [kit.row(_("我的點數"), points(person.points))]
    if person.expiring:
        last = local_day(person.expires_at - timedelta(seconds=1))
        rows.append(kit.row(_("{day} 起到期", day=day(last)), points(person.expiring)))
    return [kit.rule(), *rows]
