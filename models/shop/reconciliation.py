"""The bank's deposits against what members reported and owe: kept, matched, and booked once.

A deposit is kept under the key that it has in every statement, so that the same
statement again, or one that overlaps, brings nothing new.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.base import N_, TAIPEI, Refusal, batches, insert, local_day, vault
from models.programme import Programme
from models.shop import matching, payments, refunds
from models.shop.claims import ORDER, PAYMENT, Option, claimed
from models.shop.payment_facts import Confidence
from models.shop.payment_facts import Deposit as DepositFact
from models.shop.payment_records import Deposit, Method, Payment, PaymentState
from models.shop.payments import Booked

KEPT = timedelta(days=90)


class NoSuchDeposit(Refusal):
    buttons = ("/對帳",)

    def __init__(self) -> None:
        super().__init__(N_("這筆入帳已經處理過或不存在，請看 /對帳。"))


class Pair(NamedTuple):
    """A deposit and what it may pay; one option unless somebody must choose."""

    deposit: Deposit
    confidence: Confidence
    options: tuple[Option, ...]

    @property
    def difference(self) -> int:
        """What came beyond the sum owed; below zero it was paid in part."""
        return self.deposit.amount - self.options[0].due


@dataclass
class Queue:
    """What waits to be decided: by confidence, and what has no counterpart."""

    certain: list[Pair] = field(default_factory=list)
    likely: list[Pair] = field(default_factory=list)
    possible: list[Pair] = field(default_factory=list)
    strange: list[Deposit] = field(default_factory=list)
    reports: list[Payment] = field(default_factory=list)


def keep(session: Session, deposits: Iterable[DepositFact], *, now: datetime) -> int:
    """Keep what a statement says came in; how many of it are new."""
    rows = [_row(session, each, now) for each in deposits]
    new = 0
    for some in batches(rows):
        put = insert(session, Deposit).on_conflict_do_nothing(index_elements=["key"])
        new += len(session.scalars(put.returning(Deposit.id), list(some)).all())
    return new


def known(session: Session, deposits: Sequence[DepositFact]) -> set[str]:
    """The keys of those of these that are kept already."""
    found: set[str] = set()
    for some in batches([_key(each) for each in deposits]):
        found.update(session.scalars(select(Deposit.key).where(Deposit.key.in_(some))))
    return found


def queue(session: Session, *, now: datetime, unkept: Sequence[DepositFact] = ()) -> Queue:
    """What the deposits nobody has decided on pay, and the reports they leave open.

    `unkept` are deposits of a statement that is only looked at.
    """
    rows = {row.key: row for row in _open(session, now)}
    taken = known(session, unkept)
    for fact in unkept:
        if _key(fact) not in taken:
            rows.setdefault(_key(fact), Deposit(**_row(session, fact, now)))
    facts = [_fact(session, row) for row in rows.values()]
    claims, options = claimed(session, facts, now=now)
    found = matching.match(facts, claims)
    made = Queue()
    into = {
        Confidence.CERTAIN: made.certain,
        Confidence.LIKELY: made.likely,
        Confidence.POSSIBLE: made.possible,
    }
    met: set[str] = set()
    for match in found.matches:
        offered = tuple(_together(options, each) for each in match.options)
        into[match.confidence].append(Pair(rows[match.deposit.id], match.confidence, offered))
        met.update(claim for each in match.options for claim in each)
    made.strange = [rows[each.id] for each in found.unmatched]
    made.reports = [p for p in payments.reported(session) if f"{PAYMENT}{p.id}" not in met]
    return made


def book(
    session: Session,
    deposit_id: int,
    claims: Sequence[str],
    *,
    by: str,
    now: datetime,
    programme: Programme,
) -> Booked:
    """Book a deposit on what it pays: reports ("p12") and orders ("o34") of one member.

    Raises:
        NoSuchDeposit: there is none, or somebody set it aside.
        DepositUsed: it has been booked.
        AlreadyDecided: a report was decided meanwhile.
        NothingOwed: nothing is owed on the orders any more.
    """
    deposit = session.get(Deposit, deposit_id, populate_existing=True)
    if deposit is None or deposit.set_aside_at is not None:
        raise NoSuchDeposit
    reports = [int(each[1:]) for each in claims if each.startswith(PAYMENT)]
    orders = [int(each[1:]) for each in claims if each.startswith(ORDER)]
    for other in reports[1:]:
        orders += payments.shares_of(session, other)
        payments.refuse(session, other, PaymentState.DUPLICATE, by=by, now=now)
    if reports:
        return payments.confirm(
            session,
            reports[0],
            by=by,
            now=now,
            programme=programme,
            deposit_id=deposit_id,
            also=orders,
        )
    bills = payments.held(session, orders)
    if not bills or sum(max(bill.balance, 0) for bill in bills) == 0:
        raise refunds.NothingOwed(bills[0].order.order_no if bills else "")
    shares = payments.spread(deposit.amount, payments.requested(bills))
    return payments.take(
        session,
        bills[0].member_id,
        shares,
        method=Method.TRANSFER,
        by=by,
        now=now,
        programme=programme,
        deposit_id=deposit_id,
        digits=deposit.digits,
    )


def set_aside(session: Session, deposit_id: int, *, now: datetime) -> Deposit:
    """Say that a deposit pays for no order.

    Raises:
        NoSuchDeposit: there is none, or it was booked or set aside before.
    """
    used = select(Payment.id).where(Payment.deposit_id == deposit_id)
    aside = session.scalar(
        update(Deposit)
        .where(Deposit.id == deposit_id, Deposit.set_aside_at.is_(None), ~used.exists())
        .values(set_aside_at=now)
        .returning(Deposit.id)
        .execution_options(synchronize_session=False)
    )
    if aside is None:
        raise NoSuchDeposit
    return session.get_one(Deposit, deposit_id, populate_existing=True)


def _open(session: Session, now: datetime) -> Sequence[Deposit]:
    used = select(Payment.id).where(Payment.deposit_id == Deposit.id)
    query = select(Deposit).where(
        Deposit.set_aside_at.is_(None),
        Deposit.booked_on >= local_day(now - KEPT),
        ~used.exists(),
    )
    return session.scalars(query.order_by(Deposit.booked_on, Deposit.id)).all()


def _together(options: Mapping[str, Option], claims: Sequence[str]) -> Option:
    parts = [options[each] for each in claims]
    numbers = tuple(dict.fromkeys(no for part in parts for no in part.order_nos))
    due = sum(part.due for part in parts)
    return Option(tuple(claims), parts[0].member_id, parts[0].name, numbers, due)


def _key(fact: DepositFact) -> str:
    return hashlib.sha256(fact.id.encode()).hexdigest()


def _row(session: Session, fact: DepositFact, now: datetime) -> dict[str, object]:
    fives = sorted(fact.last_fives)
    at = None if fact.at is None else datetime.combine(fact.on, fact.at, TAIPEI)
    return {
        "key": _key(fact),
        "amount": fact.amount,
        "digits": fives[0] if len(fives) == 1 else "",
        "booked_on": fact.on,
        "booked_at": at,
        "note_sealed": vault(session).seal(fact.text) if fact.text else None,
        "imported_at": now,
    }


def _fact(session: Session, row: Deposit) -> DepositFact:
    text = vault(session).open(row.note_sealed) if row.note_sealed else ""
    at = None if row.booked_at is None else row.booked_at.astimezone(TAIPEI).time()
    return DepositFact(row.key, row.booked_on, row.amount, text, at)
