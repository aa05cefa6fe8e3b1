"""Members' calls carried out: shares taken, given up or waited for, all under one hold.

A call is a list of differences: so many more, or fewer, of an item for a
person. What cannot be had whole is put on the waiting list, never split.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import N_, Refusal
from models.people.members import Member
from models.programme import Programme, Tier
from models.shop import billing, deposits, group_buys, ladders, shares, waitlist
from models.shop.access import Access
from models.shop.bill_records import Bill, Wait
from models.shop.group_buy_records import GroupBuy, Item
from models.shop.group_buy_terms import Delivery
from models.shop.orders import Order, OrderLine, Status
from models.shop.pricing import Quote, Wishes
from models.shop.shares import Want

LARGEST = 999


class NotThatMany(Refusal):
    buttons = ("我的訂單",)

    def __init__(self, name: str, had: int) -> None:
        super().__init__(N_("你的「{name}」只有 {had} 份，沒有那麼多可以減。"), name=name, had=had)
        self.had = had


class AlreadyPaid(Refusal):
    buttons = ("我的訂單", "客服")

    def __init__(self, order_no: str) -> None:
        super().__init__(
            N_("訂單 {order_no} 已經付款，要減少或取消請輸入「客服」，我們會退款給你。"),
            order_no=order_no,
        )


class NothingToCancel(Refusal):
    buttons = ("我的訂單", "團購")

    def __init__(self, title: str) -> None:
        super().__init__(N_("你在「{title}」沒有可以取消的訂單。"), title=title)


class TooManyAtOnce(Refusal):
    def __init__(self) -> None:
        super().__init__(N_("一次最多 {most} 份，要更多請輸入「客服」。"), most=LARGEST)


@dataclass
class Outcome:
    """What a call came to.

    `taken` and `dropped` are shares of the order, `waiting` what was put on the waiting
    list, `promoted` what others got of what came free, `lowered` the items that
    have become cheaper for everybody. `bill` is None where all of it waits.
    """

    group_buy: GroupBuy
    bill: Bill | None = None
    quote: Quote | None = None
    taken: list[Want] = field(default_factory=list)
    dropped: list[Want] = field(default_factory=list)
    waiting: list[Wait] = field(default_factory=list)
    promoted: list[Wait] = field(default_factory=list)
    lowered: list[Item] = field(default_factory=list)


def call(
    session: Session,
    number: int,
    member: Member,
    wants: Sequence[Want],
    *,
    now: datetime,
    programme: Programme,
    wishes: Wishes | None = None,
    delivery: Delivery | None = None,
    tentative: bool = False,
    by_organiser: bool = False,
    access: Access | None = None,
) -> Outcome:
    """Carry out what a member called in a group-buy, all of it or nothing.

    `wishes` None leaves coupons and points of the order as they are, `delivery` None how
    it reaches the member. An organiser may enter what was called elsewhere, whatever the
    tier; after closing too (補單), and answers for them: no deposit is asked.

    Raises:
        NoSuchGroupBuy, Closed, NotOpenYet: it cannot be joined (now, by this member).
        OverLimit: more than one member may have.
        NotThatMany: fewer are there to be given up.
        AlreadyPaid: what is to be given up is paid for.
        TooManyAtOnce: a quantity beyond reason.
        OptionGone: what was chosen is not on offer any more.
    """
    group_buy = group_buys.hold(session, number)
    if not by_organiser:
        access = access or Access(session, member.id, now, programme)
        access.check(group_buy)
    elif group_buy.stage not in (group_buys.Stage.OPEN, group_buys.Stage.CLOSED):
        raise group_buys.WrongStage(group_buy)
    _check_sizes(wants)
    outcome = Outcome(group_buy)
    bill = had = shares.open_bill(session, number, member.id)
    for want in sorted(wants, key=lambda w: (w.quantity > 0, w.item_id)):
        if want.quantity < 0:
            _give_up(session, group_buy, member, bill, want, outcome)
        elif want.quantity > 0:
            bill = _take(session, group_buy, member, bill, want, outcome, now=now)
    if bill is not None:
        bill.delivery = delivery or bill.delivery
        bill.tentative = bill.tentative or tentative
    if bill is not None and had is None and not by_organiser:
        deposits.ask(session, bill, now=now, programme=programme)
    tier = access.tier if access else None
    _follow(session, outcome, bill, wishes, tier, now=now, programme=programme)
    return outcome


def cancel(
    session: Session, number: int, member: Member, *, now: datetime, programme: Programme
) -> Outcome:
    """Give up everything a member has in a group-buy and has not paid for, waits too.

    Raises:
        NoSuchGroupBuy, Closed, NotOpenYet: it cannot be changed any more.
        AlreadyPaid: there is nothing but what is paid for.
        NothingToCancel: there is nothing at all.
    """
    group_buy = group_buys.hold(session, number)
    bill = shares.open_bill(session, number, member.id)
    lines = billing.lines_of(session, bill.order_id) if bill else []
    given_up = [
        Want(line.item_id or 0, line.option, -line.quantity, line.person) for line in lines
    ]
    given_up += [
        Want(wait.item_id, wait.option, -wait.quantity, wait.person)
        for wait in waitlist.of_member(session, member.id, number)
    ]
    if not given_up:
        paid = latest_bill(session, number, member.id)
        if paid is not None:
            raise AlreadyPaid(paid.order.order_no)
        raise NothingToCancel(group_buy.title)
    return call(session, number, member, _summed(given_up), now=now, programme=programme)


def latest_bill(session: Session, number: int, member_id: int) -> Bill | None:
    """The newest bill of a member in a group-buy that was not cancelled."""
    return session.scalar(
        select(Bill)
        .join(Order, Order.id == Bill.order_id)
        .where(
            Bill.member_id == member_id,
            Bill.group_buy_id == number,
            Order.status != Status.CANCELLED,
        )
        .order_by(Bill.order_id.desc())
        .limit(1)
    )


def _take(
    session: Session,
    group_buy: GroupBuy,
    member: Member,
    bill: Bill | None,
    want: Want,
    outcome: Outcome,
    *,
    now: datetime,
) -> Bill | None:
    item = shares.item_of(group_buy, want.item_id)
    shares.check_option(item, want.option)
    shares.keep_limit(session, item, member.id, want.quantity)
    # nobody passes those who wait already
    if not waitlist.any_waiting(session, item.id) and shares.take_stock(
        session, item, want.quantity
    ):
        outcome.taken.append(want)
        return shares.add(session, group_buy, member.id, bill, want, now=now)
    outcome.waiting.append(waitlist.join(session, group_buy, member.id, want, now=now))
    return bill


def _check_sizes(wants: Sequence[Want]) -> None:
    """Raises `TooManyAtOnce` for a quantity beyond reason."""
    if any(abs(want.quantity) > LARGEST for want in wants):
        raise TooManyAtOnce


def _give_up(
    session: Session,
    group_buy: GroupBuy,
    member: Member,
    bill: Bill | None,
    want: Want,
    outcome: Outcome,
) -> None:
    """Give up waits first, the latest of them, then shares of the order."""
    wanted = -want.quantity
    left = wanted - waitlist.give_up(session, member.id, want, wanted)
    lines = shares.lines_of(session, bill, want) if bill and left else []
    had = sum(line.quantity for line in lines)
    if had < left:
        _refuse_paid(session, group_buy, member, want)
        item = shares.item_of(group_buy, want.item_id)
        raise NotThatMany(item.name, wanted - left + had)
    for line in lines:
        less = min(left, line.quantity)
        if less:
            shares.drop(session, group_buy, line, less)
            left -= less
    outcome.dropped.append(want)


def _follow(
    session: Session,
    outcome: Outcome,
    bill: Bill | None,
    wishes: Wishes | None,
    tier: Tier | None,
    *,
    now: datetime,
    programme: Programme,
) -> None:
    """What follows from a call: its price, cheaper prices for all, shares that came free."""
    group_buy = outcome.group_buy
    if bill is not None:
        outcome.bill = bill
        if billing.lines_of(session, bill.order_id):
            outcome.quote = billing.price(
                session, bill, group_buy, wishes, tier, now=now, programme=programme
            )
        else:
            billing.cancel(session, bill, now=now, programme=programme)
            if group_buy.stage != group_buys.Stage.OPEN:
                bill.called_off_at = now
    if outcome.dropped:
        outcome.promoted = waitlist.refill(session, group_buy, now=now, programme=programme)
    outcome.lowered = ladders.lower(session, group_buy, now=now, programme=programme)
    if outcome.lowered and bill is not None:
        session.refresh(bill)


def _refuse_paid(session: Session, group_buy: GroupBuy, member: Member, want: Want) -> None:
    """Raises `AlreadyPaid` where such a line stands in an order that takes no more changes."""
    order_no = session.scalar(
        select(Order.order_no)
        .join(Bill, Bill.order_id == Order.id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(
            Bill.member_id == member.id,
            Bill.group_buy_id == group_buy.id,
            Bill.locked_at.is_not(None),
            Order.status != Status.CANCELLED,
            OrderLine.item_id == want.item_id,
        )
        .limit(1)
    )
    if order_no is not None:
        raise AlreadyPaid(order_no)


def _summed(wants: Sequence[Want]) -> list[Want]:
    """One want for each key."""
    sums: dict[tuple[int, str, str], int] = {}
    for want in wants:
        sums[want.key] = sums.get(want.key, 0) + want.quantity
    return [
        Want(item, option, quantity, person) for (item, option, person), quantity in sums.items()
    ]
