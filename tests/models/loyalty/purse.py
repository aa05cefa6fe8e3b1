"""A member's points, said shortly: what the tests of the ledger begin from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from models.base import local_day
from models.loyalty import points
from models.people.members import Member
from models.terms import PointTerms

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)


def new_member(session: Session, name: str = "小美") -> int:
    member = Member(name=name, joined_on=TODAY, created_at=NOON)
    session.add(member)
    session.flush()
    return member.id


@dataclass
class Purse:
    """小美's points; everything happens at noon of the fixed Tuesday unless said otherwise."""

    session: Session
    member_id: int
    terms: PointTerms

    def earn(
        self,
        amount: int,
        source: str,
        *,
        on: date = TODAY,
        at: datetime = NOON,
        pending: bool = False,
        member_id: int | None = None,
    ) -> points.PointTransaction | None:
        return points.earn(
            self.session,
            member_id or self.member_id,
            amount,
            source=source,
            earned_on=on,
            now=at,
            terms=self.terms,
            reason="消費",
            pending=pending,
        )

    def spend(
        self, amount: int, source: str = "spend:1", *, at: datetime = NOON
    ) -> points.PointTransaction:
        return points.spend(
            self.session, self.member_id, amount, source=source, now=at, reason="折抵"
        )

    def give_back(
        self, spent: str, amount: int | None = None, source: str = "back:1", at: datetime = NOON
    ) -> points.PointTransaction | None:
        return points.give_back(self.session, spent=spent, source=source, points=amount, now=at)

    def take_back(
        self, earned: str, amount: int | None = None, source: str = "refund:1", at: datetime = NOON
    ) -> points.PointTransaction | None:
        return points.take_back(
            self.session, earned=earned, source=source, points=amount, now=at, terms=self.terms
        )

    def confirm(self, source: str, at: datetime = NOON) -> points.PointTransaction | None:
        return points.confirm(self.session, source=source, now=at)

    def expire(self, at: datetime) -> int:
        return points.expire(self.session, now=at)

    def balance(self, at: datetime = NOON) -> points.Balance:
        return points.balance(self.session, self.member_id, at)

    def sums(self, at: datetime = NOON) -> tuple[int, int, int]:
        """Available, pending and in debt."""
        balance = self.balance(at)
        return balance.available, balance.pending, balance.debt

    def lots(self, at: datetime = NOON) -> dict[str, int]:
        return {lot.source: lot.points for lot in self.balance(at).lots}

    def changes(self) -> list[tuple[str, int, int]]:
        """Kind, change and what was available after it, the latest in front."""
        events = points.history(self.session, self.member_id, limit=100)
        return [(event.kind, event.points, event.available_after) for event in events]


def purse(session: Session, *, may_go_negative: bool = False) -> Purse:
    terms = PointTerms(may_go_negative=may_go_negative)
    return Purse(session, new_member(session), terms)


def noon_of(day: date) -> datetime:
    at = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    assert local_day(at) == day
    return at
