"""Shares that will not come, shared out over those who ordered them, and what follows for each.

The earlier order is served first (with `tier_first` the higher tier), nobody
half without consent; what is cut waits on the waiting list. A preview does it
and takes it back.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base import N_, Refusal
from models.loyalty import points
from models.people.members import Member
from models.programme import Programme
from models.shop import billing, closing, shares, supply_counts
from models.shop.bill_records import Bill
from models.shop.closing import Closing
from models.shop.group_buy_records import GroupBuy, Item
from models.shop.orders import Order, OrderLine, Status
from models.shop.supply_records import Shortage, ShortageCut
from models.shop.supply_totals import OPEN, Kind

OVER = (Status.CANCELLED, Status.REFUNDED)


class NotThatManyOrdered(Refusal):
    def __init__(self, name: str, held: int) -> None:
        super().__init__(
            N_("「{name}」還沒交給團友的只有 {held} 份，不能缺這麼多，請確認數量。"),
            name=name,
            held=held,
        )
        self.held = held


class Moved(Refusal):
    def __init__(self, number: int) -> None:
        super().__init__(
            N_("第 {number} 團的訂單剛才有變動，分配可能不同，請再看一次。"), number=number
        )
        self.number = number

    def leads(self, words: str) -> list[tuple[str, str]]:
        return [(f"/點貨 {self.number}", f"/點貨 {self.number}")]


@dataclass(frozen=True)
class Cut:
    """What one member loses: shares, what comes back for them, and what is theirs still.

    `back` is money the shop owes them for it, `less` how much less they have to pay.
    """

    member_id: int
    name: str
    orders: tuple[str, ...]
    quantity: int
    kept: int
    back: int
    less: int
    points: int
    coupons: int


@dataclass(frozen=True)
class Shared:
    """A shortage as it was shared out; `kept` counts members who get all they ordered.

    `before` was the item's supply.
    """

    shortage: Shortage
    group_buy: GroupBuy
    item: Item
    cuts: tuple[Cut, ...]
    kept: int
    before: int | None

    @property
    def back(self) -> int:
        """NT$ to be given back to all of them."""
        return sum(cut.back for cut in self.cuts)

    @property
    def spare(self) -> int:
        """Shares that came and that nobody gets whole."""
        return self.shortage.spare


Holders = Sequence[tuple[Bill, int]]


class _State(NamedTuple):
    orders: tuple[str, ...]
    back: int
    due: int
    points: int
    coupons: int
    shares: int


def share_out(
    session: Session,
    number: int,
    kind: Kind,
    quantity: int,
    *,
    by: str,
    now: datetime,
    programme: Programme,
    seen: int | None = None,
) -> Shared:
    """Take `quantity` shares of a kind out of the orders that have them, the latest first.

    With `seen`, only if so many are held by orders still.

    Raises:
        NoSuchGroupBuy, WrongStage: there is none whose goods are awaited.
        NotThatManyOrdered: fewer are in orders that were not handed over.
        Moved: an order has changed since.
    """
    group_buy = supply_counts.held(session, number)
    item = shares.item_of(group_buy, kind[0])
    supply = item.supply
    holders = _holders(session, kind)
    _check(number, f"{item.name} {kind[1]}".strip(), quantity, holders, seen)
    before = _states(holders, holders)
    done = Closing(group_buy)
    left = item.taken - quantity
    spare = closing.limit_to(
        session, group_buy, item, left, done, now=now, programme=programme, option=kind[1]
    )
    shortage = _kept(session, group_buy, kind, quantity, spare, done, by=by, now=now)
    after = _states(holders, _holders(session, kind))
    lost = _lost(done)
    names = _names(session, lost)
    cuts = tuple(
        _cut(each, names[each], count, before[each], after[each]) for each, count in lost.items()
    )
    return Shared(shortage, group_buy, item, cuts, len(before.keys() - lost.keys()), supply)


def preview(
    session: Session,
    number: int,
    kind: Kind,
    quantity: int,
    *,
    by: str,
    now: datetime,
    programme: Programme,
) -> Shared:
    """What sharing out would do; nothing of it is kept.

    Raises:
        NoSuchGroupBuy, WrongStage, NotThatManyOrdered: it cannot be shared out.
    """
    trial = session.begin_nested()
    try:
        found = share_out(session, number, kind, quantity, by=by, now=now, programme=programme)
        session.expunge(found.shortage)
    finally:
        trial.rollback()
        session.expire_all()
    return found


def held_of(session: Session, kind: Kind) -> int:
    """Shares of a kind in orders that were not handed over."""
    return sum(count for _, count in _holders(session, kind))


def _check(number: int, name: str, quantity: int, holders: Holders, seen: int | None) -> None:
    held = sum(count for _, count in holders)
    if seen is not None and seen != held:
        raise Moved(number)
    if not 1 <= quantity <= held:
        raise NotThatManyOrdered(name, held)


def _holders(session: Session, kind: Kind) -> list[tuple[Bill, int]]:
    query = (
        select(Bill, func.sum(OrderLine.quantity))
        .join(Order, Order.id == Bill.order_id)
        .join(OrderLine, OrderLine.order_id == Bill.order_id)
        .where(OrderLine.item_id == kind[0], OrderLine.option == kind[1], Order.status.in_(OPEN))
        .group_by(Bill.order_id, Order.id)
        .order_by(Bill.order_id)
    )
    return [(bill, int(count)) for bill, count in session.execute(query)]


def _kept(
    session: Session,
    group_buy: GroupBuy,
    kind: Kind,
    quantity: int,
    spare: int,
    done: Closing,
    *,
    by: str,
    now: datetime,
) -> Shortage:
    made = Shortage(
        group_buy_id=group_buy.id,
        item_id=kind[0],
        option=kind[1],
        quantity=quantity,
        spare=spare,
        decided_at=now,
        decided_by=by,
    )
    session.add(made)
    session.flush()
    for wait in done.waiting:
        cut = ShortageCut(wait_id=wait.id, shortage_id=made.id, quantity=wait.quantity)
        cut.order_id, cut.member_id = done.cut_from[wait.id], wait.member_id
        session.add(cut)
    session.flush()
    return made


def _lost(done: Closing) -> dict[int, int]:
    lost: dict[int, int] = {}
    for wait in done.waiting:
        lost[wait.member_id] = lost.get(wait.member_id, 0) + wait.quantity
    return lost


def _cut(member_id: int, name: str, quantity: int, before: _State, after: _State) -> Cut:
    return Cut(
        member_id,
        name,
        before.orders,
        quantity,
        after.shares,
        after.back - before.back,
        before.due - after.due,
        before.points - after.points,
        before.coupons - after.coupons,
    )


def _states(before: Holders, now: Holders) -> dict[int, _State]:
    """How the members stand whose bills these were before, by member id."""
    own: dict[int, list[Bill]] = defaultdict(list)
    for bill, _ in before:
        own[bill.member_id].append(bill)
    held: Counter[int] = Counter()
    for bill, count in now:
        held[bill.member_id] += count
    return {each: _state(theirs, held[each]) for each, theirs in own.items()}


def _state(own: Sequence[Bill], held: int) -> _State:
    """How the member of these bills stands; `points` are those their orders use."""
    alive = [bill for bill in own if bill.order.status not in OVER]
    return _State(
        tuple(bill.order.order_no for bill in own),
        sum(max(-bill.balance, 0) for bill in own),
        sum(max(bill.balance, 0) for bill in own),
        sum(_used(bill) for bill in alive),
        sum(len(billing.codes_of(bill)) for bill in alive),
        held,
    )


def _used(bill: Bill) -> int:
    order = bill.order
    return bill.points - points.share(bill.points, part=order.refunded, whole=order.cash)


def _names(session: Session, member_ids: Iterable[int]) -> dict[int, str]:
    query = select(Member.id, Member.name).where(Member.id.in_(list(member_ids)))
    return dict(session.execute(query).all())
