"""Group-buys that give a generated shop a reason to write, for the tests of its statements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from models.base import local_day
from models.insight.active_hours import ActiveHour
from models.people import members, tags
from models.people.members import Member
from models.programme import Programme
from models.shop import closing, group_buys, interest, ordering, settlement
from models.shop.group_buy_records import GroupBuy, Stage
from models.shop.group_buy_terms import GroupBuyTerms, ItemTerms
from models.shop.orders import Status
from models.shop.payment_records import Deposit, Method, Payment, PaymentState
from models.shop.shares import Want
from models.talk import inbox
from models.talk.broadcast_records import Broadcast
from models.talk.clicks import BroadcastClick
from models.talk.inbox import Arrival, InboxEvent

CALLERS = 3


def write(sessions: sessionmaker[Session], now: datetime, programme: Programme) -> None:
    """One for each campaign that is about group-buys; nothing of it is due before this day."""
    with sessions.begin() as session:
        query = select(Member).where(members.reachable()).order_by(Member.id).limit(CALLERS)
        people = session.scalars(query).all()
        book = _Book(session, people, now, programme)
        short = book.opened(minimum=10, closes_at=now + timedelta(hours=20))
        for bill in closing.live_bills(session, short.id):
            bill.deposit_percent, bill.deposit_due_on = 30, local_day(now)
        looked = book.opened(closes_at=now + timedelta(days=5), called=False)
        coming = book.opened(preorder=True, opens_at=now - timedelta(hours=1), called=False)
        for person in people:
            interest.looked(session, person.id, [looked.id], now=now - timedelta(days=1))
            interest.remind(session, person.id, coming.id, now=now)
        due = book.opened()
        closing.close(session, due.id, now=now, programme=programme)
        for bill in closing.live_bills(session, due.id):
            bill.due_on = local_day(now)
        days = programme.shop.pickup_days
        book.arrived(now - timedelta(days=days), preorder=False)
        book.arrived(now - timedelta(hours=1), preorder=True)
        for bill in closing.live_bills(session, book.opened().id):
            bill.picked_up_at = now - timedelta(days=1)
            settlement.settle(session, bill.order, Status.PICKED_UP, now=now, programme=programme)
        nappies = book.opened(called=False, items=(ItemTerms("A", "有機尿布", 450),))
        tags.add(session, [(each.id, "母嬰用品買家") for each in people], now=nappies.created_at)
        _deposits(session, people[0], now)
        _words(session, people, now)


def _deposits(session: Session, payer: Member, now: datetime) -> None:
    """A year of money that came in, booked but for the newest."""
    days = range(1, 366)
    made = [
        Deposit(
            key=f"{n}", amount=n, booked_on=local_day(now - timedelta(days=n)), imported_at=now
        )
        for n in days
    ]
    session.add_all(made)
    session.flush()
    session.add_all(
        Payment(
            member_id=payer.id,
            method=Method.TRANSFER,
            state=PaymentState.CONFIRMED,
            amount=each.amount,
            decided_at=now,
            deposit_id=each.id,
        )
        for each in made[1:]
    )


class _Book:
    def __init__(
        self, session: Session, people: Sequence[Member], now: datetime, programme: Programme
    ) -> None:
        self.session, self.people = session, people
        self.now, self.programme = now, programme

    def opened(self, *, called: bool = True, **terms: Any) -> GroupBuy:
        items = terms.pop("items", (ItemTerms("A", "愛文芒果", 450),))
        offered = GroupBuyTerms("愛文芒果", items, **terms)
        drafted = group_buys.draft(self.session, offered, by="boss", now=self.now)
        offer = group_buys.publish(self.session, drafted, now=self.now)
        for person in self.people if called else ():
            ordering.call(
                self.session,
                offer.id,
                person,
                [Want(offer.items[0].id, "", 1)],
                now=self.now,
                programme=self.programme,
            )
        return offer

    def arrived(self, at: datetime, *, preorder: bool) -> None:
        offer = self.opened(preorder=preorder)
        closing.close(self.session, offer.id, now=self.now, programme=self.programme)
        group_buys.move(self.session, offer, Stage.ARRIVED, now=self.now)
        offer.arrived_at = at


def _words(session: Session, people: Sequence[Member], now: datetime) -> None:
    """A month in which some wrote every day, and the hours that are known of it."""
    days = [now - timedelta(days=ago) for ago in range(30)][::-1]
    for at in days:
        said = [
            Arrival(f"{each.id}{at}", str(each.line_user_id), "message", False, at, "{ }")
            for each in people
        ]
        inbox.store(session, said, now=at)
    session.execute(update(InboxEvent).values(state="done"))
    sent = Broadcast(
        **{
            "by": "U",
            "goal": "",
            "segment": "",
            "wanted": "{}",
            "held_back": 0,
            "stage": "planned",
        },
        **{"confirmed_at": days[0], "release_at": days[0], "use_until": days[0]},
    )
    session.add(sent)
    session.flush()
    session.add_all(
        BroadcastClick(broadcast_id=sent.id, member_id=each.id, place=place, first_at=at, times=1)
        for each in people
        for place, at in enumerate(days)
    )
    session.add_all(
        ActiveHour(member_id=each.id, day=local_day(at), hour=12)
        for each in people
        for at in days[:-3]
    )
