"""Tiers: what counts is recorded, and whoever it concerns is judged at once.

Every judgement replays the member's whole history, holding their row, so that
retries, late orders, refunds and two orders at the same time all end where one
order after another would have.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Row, Table, bindparam, select, update
from sqlalchemy.orm import Session

from models.base import N_, Refusal, batches, insert, local_day
from models.loyalty.tiers_audit import verify
from models.loyalty.tiers_judging import Change, Move, hold, judge
from models.loyalty.tiers_queries import (
    Explanation,
    Progress,
    explain,
    progress,
    progresses,
    standing,
    standings,
)
from models.loyalty.tiers_records import MemberTier, Reason, TierCredit
from models.loyalty.tiers_rules import Credit, CreditKind, Missing, Standing, replay
from models.programme import Programme

__all__ = [
    "Change",
    "Credit",
    "CreditKind",
    "CreditReused",
    "Earned",
    "Explanation",
    "Missing",
    "Move",
    "Progress",
    "Reason",
    "Refund",
    "RefundTooLarge",
    "Standing",
    "explain",
    "is_due",
    "progress",
    "progresses",
    "record",
    "record_many",
    "refund",
    "refund_many",
    "replay",
    "review",
    "standing",
    "standings",
    "verify",
]


_CREDITS = cast("Table", TierCredit.__table__)
_RAISE = (
    update(_CREDITS)
    .where(_CREDITS.c.source == bindparam("of"), _CREDITS.c.refunded < bindparam("total"))
    .values(refunded=bindparam("total"))
)


class CreditReused(Refusal):
    def __init__(self, source: str) -> None:
        super().__init__(N_("「{source}」已經登記過不同的內容，這次沒有更動。"), source=source)
        self.source = source


class RefundTooLarge(Refusal):
    def __init__(self, source: str, amount: int) -> None:
        super().__init__(
            N_("「{source}」只收了 NT${amount:,}，退款不能超過這個金額。"),
            source=source,
            amount=amount,
        )
        self.source, self.amount = source, amount


class Earned(NamedTuple):
    """Something that counts, about to be recorded; `source` names it for good ("order:17").

    `amount` is NT$ in cash, or how many friends or contributions; the days are Taipei's.
    """

    member_id: int
    amount: int
    source: str
    ordered_on: date
    qualified_on: date
    kind: CreditKind = CreditKind.ORDER


class Refund(NamedTuple):
    """How much of what `source` names was undone in total so far."""

    source: str
    refunded: int


def record(
    session: Session,
    member_id: int,
    amount: int,
    *,
    source: str,
    ordered_on: date,
    qualified_on: date,
    programme: Programme,
    now: datetime,
    kind: CreditKind = CreditKind.ORDER,
) -> Change | None:
    """Count something towards a member's tier, once for each `source`.

    A retry changes nothing, whatever day it says it qualified on.

    Raises:
        CreditReused: the source stands for another member, kind, day or amount.
    """
    earned = Earned(member_id, amount, source, ordered_on, qualified_on, kind)
    return next(iter(record_many(session, [earned], programme, now)), None)


def record_many(
    session: Session, credits: Sequence[Earned], programme: Programme, now: datetime
) -> list[Change]:
    """Count many at once, in any order; each member is judged once, by all of them.

    Raises:
        CreditReused: one of the sources stands for something else.
    """
    new = _unknown(session, credits)
    if not new:
        return []
    held = hold(session, {each.member_id for each in new}, programme=programme, now=now)
    rows = [{**each._asdict(), "refunded": 0, "recorded_at": now} for each in new]
    put = insert(session, TierCredit).on_conflict_do_nothing(index_elements=["source"])
    made = session.execute(put.returning(TierCredit.id), rows).all()
    if len(made) < len(rows):
        # the same source came from elsewhere since, or stands twice in `credits`
        _unknown(session, new)
    return judge(
        session,
        held,
        today=local_day(now),
        programme=programme,
        now=now,
        reason=Reason.CREDIT,
        sources={each.member_id: each.source for each in new},
    )


def refund(
    session: Session, *, source: str, refunded: int, programme: Programme, now: datetime
) -> Change | None:
    """Judge as if `refunded` (the total so far) had never been spent.

    A smaller total than is known came late and changes nothing; so does one of
    something that never counted.

    Raises:
        RefundTooLarge: it is more than was counted.
    """
    return next(iter(refund_many(session, [Refund(source, refunded)], programme, now)), None)


def refund_many(
    session: Session, refunds: Sequence[Refund], programme: Programme, now: datetime
) -> list[Change]:
    """Undo many at once; each member is judged once.

    Raises:
        RefundTooLarge: one is more than was counted.
    """
    known = _known(session, [each.source for each in refunds])
    counted = [each for each in refunds if each.source in known]
    for each in counted:
        if each.refunded > known[each.source].amount:
            raise RefundTooLarge(each.source, known[each.source].amount)
    new = [each for each in counted if each.refunded > known[each.source].refunded]
    if not new:
        return []
    sources = {known[each.source].member_id: each.source for each in new}
    held = hold(session, sources, programme=programme, now=now)
    session.connection().execute(_RAISE, [{"of": of, "total": total} for of, total in new])
    return judge(
        session,
        held,
        today=local_day(now),
        programme=programme,
        now=now,
        reason=Reason.REFUND,
        sources=sources,
    )


def review(
    session: Session,
    *,
    today: date,
    programme: Programme,
    now: datetime,
    limit: int | None = None,
) -> list[Change]:
    """Judge again those whose year is over, the next `limit` of them.

    Once they are judged they are no longer due: call again until none is.
    """
    due = select(MemberTier.member_id).where(MemberTier.until < today)
    ids = session.scalars(due.order_by(MemberTier.until, MemberTier.member_id).limit(limit)).all()
    changes: list[Change] = []
    for some in batches(ids):
        held = hold(session, some, programme=programme, now=now)
        changes += judge(
            session,
            held,
            today=today,
            programme=programme,
            now=now,
            reason=Reason.REVIEW,
            sources={},
        )
    return changes


def is_due(session: Session, *, today: date) -> bool:
    """Whether somebody is still to be judged again."""
    due = select(MemberTier.member_id).where(MemberTier.until < today).limit(1)
    return session.scalar(due) is not None


def _known(session: Session, sources: Sequence[str]) -> dict[str, Row[Any]]:
    query = select(*_CREDITS.c)
    return {
        row.source: row
        for some in batches(sources)
        for row in session.execute(query.where(TierCredit.source.in_(some)))
    }


def _unknown(session: Session, credits: Sequence[Earned]) -> list[Earned]:
    """Those of `credits` that are not recorded yet.

    Raises:
        CreditReused: one is recorded with another body.
    """
    known = _known(session, [each.source for each in credits])
    for each in credits:
        row = known.get(each.source)
        # not the day it qualified on: a retry after midnight would name another
        if row is not None and (each.member_id, each.amount, each.ordered_on, each.kind) != (
            row.member_id,
            row.amount,
            row.ordered_on,
            row.kind,
        ):
            raise CreditReused(each.source)
    return [each for each in credits if each.source not in known]
