"""Deposits are matched with the claims of a few members as they are with those of all."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people.members import Member
from models.programme import Programme
from models.shop import claims, matching, payment_reports, payments
from models.shop.bill_records import Bill
from models.shop.payment_facts import Deposit, Matching
from models.shop.payment_records import Method
from tests.models.shop.offers import Counter, member, opened

FIVES = ("11111", "22222", "33333")
PRICE = 450


def owed(session: Session, programme: Programme, now: datetime, chance: random.Random) -> None:
    """A few members with orders; some of them reported, paid before, or owe a deposit."""
    counter = Counter(session, opened(session, now), programme, now)
    for number in range(8):
        buyer = member(session, f"團友{number}", now)
        for _ in range(chance.randrange(4)):
            bill = counter.call(buyer, chance.randint(1, 3)).bill
            assert bill is not None
            bill.locked_at = now
            bill.deposit_percent = chance.choice((0, 0, 0, 30))
            session.flush()
            match chance.randrange(5):
                case 0:
                    said = {"amount": chance.choice((0, PRICE)), "digits": chance.choice(FIVES)}
                    payment_reports.report(session, [bill], now=now, **said)
                case 1:
                    by_hand = {"by": "boss", "now": now, "programme": programme}
                    five, shares = chance.choice(FIVES), {bill.order_id: 100}
                    payments.take(
                        session, buyer.id, shares, method=Method.TRANSFER, digits=five, **by_hand
                    )


def came(now: datetime, chance: random.Random) -> list[Deposit]:
    made = []
    for number in range(6):
        digits = chance.choice(("", "", *FIVES))
        amount = chance.choice((135, 350, 450, 800, 900, 1350, 1800, 2700, 77))
        note = f"812-00000{digits}" if digits else ""
        made.append(Deposit(str(number), (now + timedelta(days=1)).date(), amount, note))
    return made


def told(found: Matching) -> object:
    said = [(each.deposit.id, each.confidence, set(each.options)) for each in found.matches]
    return said, {each.id for each in found.unmatched}


@pytest.mark.parametrize("seed", range(12))
def test_whom_no_deposit_may_come_from_changes_nothing(
    session: Session, now: datetime, programme: Programme, seed: int, monkeypatch
):
    chance = random.Random(seed)
    owed(session, programme, now, chance)
    deposits = came(now, chance)

    few, options = claims.claimed(session, deposits, now=now)
    monkeypatch.setattr(claims, "_concerned", lambda *_: select(Member.id))
    everything, _ = claims.claimed(session, deposits, now=now)

    assert told(matching.match(deposits, few)) == told(matching.match(deposits, everything))
    assert {each.id for each in few} == set(options) <= {each.id for each in everything}


def test_who_owes_another_sum_is_not_read(session: Session, now: datetime, programme: Programme):
    counter = Counter(session, opened(session, now), programme, now)
    buyers = [member(session, f"團友{number}", now) for number in range(3)]
    for number, buyer in enumerate(buyers, 1):
        counter.call(buyer, number)
    transfer = Deposit("one", now.date(), 2 * PRICE, "")

    [only], _ = claims.claimed(session, [transfer], now=now)

    assert only.member_id == buyers[1].id
    assert claims.claimed(session, [], now=now) == ([], {})
    assert len(session.scalars(select(Bill)).all()) == 3


def test_sums_that_no_bill_says_are_found(session: Session, now: datetime, programme: Programme):
    """What was reported with what was not, and two deposits together."""
    counter = Counter(session, opened(session, now), programme, now)
    mei, lin = member(session, "小美", now), member(session, "小林", now)
    bills = []
    for buyer, shares in ((mei, 1), (mei, 2), (lin, 1), (lin, 2)):
        bill = counter.call(buyer, shares).bill
        assert bill is not None
        bill.locked_at = now
        bills.append(bill)
        session.flush()
    for bill in bills[2:]:
        bill.deposit_percent = 30
    payment_reports.report(session, bills[:1], amount=100, digits="12345", now=now)
    transfers = [
        Deposit("100 and 900", now.date(), 1000, ""),
        Deposit("a third of 450 and of 900", now.date(), 135 + 270, ""),
    ]

    found, _ = claims.claimed(session, transfers, now=now)
    matched = matching.match(transfers, found)

    assert [len(each.options[0]) for each in matched.matches] == [2, 2]
