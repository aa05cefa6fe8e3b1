"""Closing a group-buy, letting it fail, opening it again: what becomes of its orders.

At closing, only full cases can be had of an item that comes in cases: orders
are served in the order in which they were called, the rest goes on the waiting
list. When a group-buy fails, everything goes back to where it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select, true, update
from sqlalchemy.orm import Session

from models.base import N_, Refusal, local_day
from models.loyalty import tiers
from models.programme import Programme
from models.shop import billing, group_buys, refunds, shares, waitlist
from models.shop.allocation import Claim, allocate, full_cases
from models.shop.bill_records import Bill, Wait, WaitState
from models.shop.group_buy_records import GroupBuy, Item, Stage
from models.shop.group_buy_terms import Delivery
from models.shop.orders import BOUGHT, Order, OrderLine, Status
from models.shop.shares import Want


class HandedOver(Refusal):
    def __init__(self, group_buy: GroupBuy) -> None:
        super().__init__(
            N_("第 {number} 團「{title}」已經有人取貨，不能流團；請用 /退款 一筆一筆處理。"),
            number=group_buy.id,
            title=group_buy.title,
        )


@dataclass
class Closing:
    """What closing came to: `waiting` are the shares that no full case had room for.

    `cut_from` is the order each of them was cut from, by their id. `spare` counts
    shares of full cases that nobody gets, by item id; `refunds` is how much is to be
    given back, by order id.
    """

    group_buy: GroupBuy
    waiting: list[Wait] = field(default_factory=list)
    cut_from: dict[int, int] = field(default_factory=dict)
    spare: dict[int, int] = field(default_factory=dict)
    refunds: dict[int, int] = field(default_factory=dict)


def close(session: Session, number: int, *, now: datetime, programme: Programme) -> Closing:
    """Take no more orders, and keep what fills whole cases.

    Raises:
        NoSuchGroupBuy: there is none.
        WrongStage: it is not open.
    """
    group_buy = group_buys.hold(session, number)
    group_buys.move(session, group_buy, Stage.CLOSED, now=now)
    closing = Closing(group_buy)
    for item in group_buy.items:
        if item.case_size is not None:
            supply = full_cases(item.taken, item.case_size)
            spare = limit_to(
                session, group_buy, item, supply, closing, now=now, programme=programme
            )
            closing.spare[item.id] = spare
    refunds.give_difference(session, group_buy, closing.refunds, now=now, programme=programme)
    _set_due(session, number, today=local_day(now), programme=programme)
    return closing


def limit_to(
    session: Session,
    group_buy: GroupBuy,
    item: Item,
    supply: int,
    closing: Closing,
    *,
    now: datetime,
    programme: Programme,
    option: str | None = None,
) -> int:
    """Leave only `supply` shares of an item to its orders; how many of them nobody gets.

    With `option`, only those who ordered it lose any.
    """
    found = _claimed(session, item, option)
    ranks = _ranks(session, [bill.member_id for _, bill in found], now, programme)
    claims = [
        Claim(line.id, line.quantity, line.id, ranks[bill.member_id], bill.split_ok)
        for line, bill in found
    ]
    # what was handed over, or is of another option, cannot be given to somebody else
    gone = item.taken - sum(claim.quantity for claim in claims)
    left = max(supply - gone, 0)
    given, spare = allocate(claims, left, tier_first=programme.shop.tier_first)
    for line, bill in found:
        short = line.quantity - given[line.id]
        if short:
            _to_waiting(
                session, group_buy, line, bill, short, closing, now=now, programme=programme
            )
    session.execute(
        update(Item)
        .where(Item.id == item.id)
        .values(supply=max(supply, gone))
        .execution_options(synchronize_session=False)
    )
    session.refresh(item, ["supply", "taken"])
    return spare


def fail(session: Session, number: int, *, now: datetime, programme: Programme) -> list[Bill]:
    """Let a group-buy fall through (流團): every order is cancelled, what it used goes back.

    The bills that were cancelled; what was paid of them is owed to their members.

    Raises:
        NoSuchGroupBuy: there is none.
        WrongStage: it is neither open nor closed.
        HandedOver: somebody has picked up already.
    """
    group_buy = group_buys.hold(session, number)
    group_buys.move(session, group_buy, Stage.FAILED, now=now)
    found = live_bills(session, number)
    if any(bill.order.status == Status.PICKED_UP for bill in found):
        raise HandedOver(group_buy)
    bills = [bill for bill in found if bill.order.status != Status.REFUNDED]
    for bill in bills:
        for line in session.scalars(select(OrderLine).where(OrderLine.order_id == bill.order_id)):
            shares.take_stock(session, shares.item_of(group_buy, line.item_id), -line.quantity)
        # it was not their fault that the coupon's days went by
        grace = programme.coupon_rules.returned_valid_days
        billing.cancel(session, bill, now=now, programme=programme, grace_days=grace)
    for wait in waitlist.of_group_buy(session, number):
        if wait.state == WaitState.OFFERED:
            shares.take_stock(session, wait.item, -wait.quantity)
        wait.state, wait.offered_until = WaitState.CANCELLED, None
    session.flush()
    return bills


def reopen(
    session: Session,
    number: int,
    *,
    closes_at: datetime | None,
    now: datetime,
    programme: Programme,
) -> list[Wait]:
    """Take orders again; who waited only for a full case gets what they called, and is returned.

    Raises:
        NoSuchGroupBuy: there is none.
        WrongStage: it is not closed.
    """
    group_buy = group_buys.hold(session, number)
    group_buys.move(session, group_buy, Stage.OPEN, now=now, only=(Stage.CLOSED,))
    group_buy.closes_at = closes_at
    for item in group_buy.items:
        item.supply = None
    session.flush()
    session.execute(
        update(Bill)
        .where(Bill.group_buy_id == number)
        .values(due_on=None)
        .execution_options(synchronize_session="fetch")
    )
    return waitlist.refill(session, group_buy, now=now, programme=programme)


def live_bills(session: Session, number: int) -> Sequence[Bill]:
    """The bills of a group-buy whose orders were not cancelled, in order."""
    return session.scalars(
        select(Bill)
        .join(Order, Order.id == Bill.order_id)
        .where(Bill.group_buy_id == number, Order.status != Status.CANCELLED)
        .order_by(Bill.order_id)
    ).all()


def _set_due(session: Session, number: int, *, today: date, programme: Programme) -> None:
    """Say until when the orders of a group-buy are to be paid.

    A shop that names no account is paid when goods are picked up.
    """
    terms = programme.shop
    session.flush()
    unpaid = select(Order.id).where(Order.status == Status.PLACED)
    by_transfer = true() if terms.account else Bill.delivery != Delivery.PICKUP
    session.execute(
        update(Bill)
        .where(Bill.group_buy_id == number, Bill.order_id.in_(unpaid), by_transfer)
        .values(due_on=today + timedelta(days=terms.payment_days))
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def _claimed(
    session: Session, item: Item, option: str | None = None
) -> list[tuple[OrderLine, Bill]]:
    query = (
        select(OrderLine, Bill)
        .join(Bill, Bill.order_id == OrderLine.order_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(OrderLine.item_id == item.id, Order.status.in_((Status.PLACED, Status.PAID)))
        .where(true() if option is None else OrderLine.option == option)
        .order_by(OrderLine.id)
    )
    return [(line, bill) for line, bill in session.execute(query)]


def _ranks(
    session: Session, member_ids: Sequence[int], now: datetime, programme: Programme
) -> dict[int, int]:
    held = tiers.standings(
        session, sorted(set(member_ids)), today=local_day(now), programme=programme
    )
    return {member_id: programme.rank(standing.tier.key) for member_id, standing in held.items()}


def _to_waiting(
    session: Session,
    group_buy: GroupBuy,
    line: OrderLine,
    bill: Bill,
    short: int,
    closing: Closing,
    *,
    now: datetime,
    programme: Programme,
) -> None:
    want = Want(line.item_id or 0, line.option, short, line.person)
    bought = bill.order.status in BOUGHT
    owed = refunds.cut(session, group_buy, bill, line, short, now=now, programme=programme)
    if owed:
        # of what is not paid in full, all that is owed by now; of the rest, one line's
        before = closing.refunds.get(bill.order_id, 0) if bought else 0
        closing.refunds[bill.order_id] = before + owed
    wait = waitlist.join(session, group_buy, bill.member_id, want, now=now)
    closing.waiting.append(wait)
    closing.cut_from[wait.id] = bill.order_id
