"""What members are told of their orders: one function a notice, kept as messages to send.

Each is told once: its key names the notice, the group-buy or order and its version.
What can wait rides along with the member's next reply until its deadline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot.views import notices as views
from bot.views.kit import Message
from bot.views.notices import Goods, Owed
from models.people.consents import Topic
from models.programme import Programme
from models.shop import billing, closing, pickup_days, pickup_slots
from models.shop.bill_records import Bill, Wait
from models.shop.closing import Closing
from models.shop.group_buy_records import GroupBuy, Item
from models.shop.group_buy_terms import Delivery
from models.shop.ordering import Outcome
from models.shop.orders import Status
from models.talk import outbox, outbox_riding
from models.talk.outbox import Draft
from models.talk.policy import Purpose
from scheduler.notice_drafts import Notice, goods_of, of_wait, tell, waits_of

REACH = 5_000  # messages looked through
SOON, LATER = timedelta(hours=1), timedelta(hours=8)


def ordered(
    session: Session,
    group_buy: GroupBuy,
    bill: Bill | None,
    member_id: int,
    *,
    version: str,
    now: datetime,
) -> int:
    """The shop entered an order for a member; `version` names this entering."""
    goods = goods_of(session, group_buy, [bill.order_id] if bill else [])
    waits = waits_of(session, group_buy, member_id)
    total = bill.total if bill else 0
    listed = goods.get(bill.order_id, []) if bill else []
    told = Notice(
        member_id,
        f"{group_buy.id}:{version}",
        lambda: views.ordered(group_buy, listed, waits, total),
    )
    _withdraw(session, "order_in", group_buy, now=now, member_id=member_id)
    return tell(session, "order_in", [told], now=now, rides=LATER)


def promoted(
    session: Session, group_buy: GroupBuy, served: Sequence[Wait], *, now: datetime
) -> int:
    """What some waited for is theirs, or held for them."""
    notices = []
    for member_id, waits in _by_member(served).items():
        key = f"{group_buy.id}:{'-'.join(str(wait.id) for wait in waits)}"[:90]
        goods = [of_wait(wait) for wait in waits]
        until = min((w.offered_until for w in waits if w.offered_until), default=None)
        notices.append(Notice(member_id, key, _served(group_buy, goods, until)))
    return tell(session, "promoted", notices, now=now)


def closed(
    session: Session,
    group_buy: GroupBuy,
    cut: Closing | None,
    *,
    now: datetime,
    programme: Programme,
) -> int:
    """It is closed: what each gets, what was cut, what is to be paid and what goes back."""
    _withdraw(session, "order_in", group_buy, now=now)
    bills = closing.live_bills(session, group_buy.id)
    goods = goods_of(session, group_buy, [bill.order_id for bill in bills])
    cuts = _by_member(cut.waiting if cut else ())
    refunds = cut.refunds if cut else {}
    version = f"{group_buy.id}:{group_buy.closed_at or now:%Y%m%d%H%M%S}"
    account = programme.shop.account
    notices: list[Notice] = []
    for bill in bills:
        lost = [of_wait(wait) for wait in cuts.pop(bill.member_id, [])]
        owed = Owed(bill.order.order_no, bill.balance, bill.due_on, account)
        got, back = goods.get(bill.order_id, []), refunds.get(bill.order_id, 0)
        if bill.order.status in (Status.PLACED, Status.PAID):
            key = f"{version}:{bill.order_id}"
            said = _closed(group_buy, got, lost, owed, back, place=bill.point)
            notices.append(Notice(bill.member_id, key, said))
    for member_id, waits in cuts.items():  # nothing is left of their order
        lost = [of_wait(wait) for wait in waits]
        notices.append(Notice(member_id, version, _closed(group_buy, [], lost, None, 0)))
    return tell(session, "closed", notices, now=now, rides=SOON)


def follow(session: Session, outcome: Outcome, *, by: int, now: datetime) -> None:
    """Tell the others what a call of the member `by` changed for them."""
    group_buy = outcome.group_buy
    if outcome.promoted:
        promoted(session, group_buy, outcome.promoted, now=now)
    if outcome.lowered:
        price_lowered(session, group_buy, outcome.lowered, now=now, but=by)


def price_lowered(
    session: Session,
    group_buy: GroupBuy,
    items: Sequence[Item],
    *,
    now: datetime,
    but: int | None = None,
) -> int:
    """Prices have come down for everybody who ordered; of several times only the last is told."""
    prices = [(item.name, item.price_now) for item in items]
    version = "-".join(f"{item.code}{item.price_now}" for item in items)[:60]
    _withdraw(session, "price_lowered", group_buy, now=now)
    notices = [
        Notice(
            member_id,
            f"{group_buy.id}:{version}",
            lambda: views.lowered(group_buy, prices),
        )
        for member_id in _members(closing.live_bills(session, group_buy.id))
        if member_id != but
    ]
    return tell(session, "price_lowered", notices, now=now, rides=LATER)


def failed(session: Session, group_buy: GroupBuy, bills: Sequence[Bill], *, now: datetime) -> int:
    """It did not come about: what each gets back."""
    notices = [
        Notice(bill.member_id, f"{group_buy.id}:{bill.order_id}", _failed(group_buy, bill))
        for bill in bills
    ]
    return tell(session, "failed", notices, now=now)


def arrived(session: Session, group_buy: GroupBuy, *, now: datetime, programme: Programme) -> int:
    """It is there to be picked up; of a pre-order its own campaign tells, of 代發 the number."""
    if group_buy.preorder or group_buy.dropship:
        return 0
    bills = [
        bill
        for bill in closing.live_bills(session, group_buy.id)
        if bill.order.status in (Status.PLACED, Status.PAID) and bill.delivery == Delivery.PICKUP
    ]
    goods = goods_of(session, group_buy, [bill.order_id for bill in bills])
    until = pickup_days.last_day(group_buy.arrived_at or now, group_buy.pickup_on, programme.shop)
    fee, slots = programme.shop.storage_fee, pickup_slots.any_of(session, group_buy.id)
    notices = [
        Notice(
            bill.member_id,
            f"{group_buy.id}:{bill.order_id}",
            _arrived(group_buy, bill, goods.get(bill.order_id, []), until, fee, slots),
        )
        for bill in bills
    ]
    return tell(session, "arrived", notices, now=now)


def refunded(session: Session, bill: Bill, amount: int, *, now: datetime) -> int:
    """So many NT$ of an order are to be given back."""
    order_no = bill.order.order_no
    key = f"{order_no}:{bill.refunded}"
    told = Notice(bill.member_id, key, lambda: views.refunded(order_no, amount))
    return tell(session, "refunded", [told], now=now, rides=SOON)


def sent_off(session: Session, bill: Bill, number: str, carrier: str, *, now: datetime) -> int:
    """The supplier has sent an order; `number` is the carrier's."""
    order_no = bill.order.order_no
    told = Notice(
        bill.member_id,
        f"{order_no}:{number}"[:90],
        lambda: views.tracking(order_no, number, carrier),
    )
    return tell(session, "sent_off", [told], now=now, rides=LATER)


def changed(
    session: Session, group_buy: GroupBuy, said: str, *, version: str, now: datetime
) -> int:
    """Something that matters to those who ordered is different now; `said` in their words."""
    notices = [
        Notice(member_id, f"{group_buy.id}:{version}", lambda: views.changed(group_buy, said))
        for member_id in _members(closing.live_bills(session, group_buy.id))
    ]
    return tell(session, "group_buy_changed", notices, now=now, rides=LATER)


def reopened(
    session: Session, group_buy: GroupBuy, served: Sequence[Wait], *, now: datetime
) -> int:
    """It takes orders again: what was not told of its closing yet is not told any more."""
    _withdraw(session, "closed", group_buy, now=now)
    promoted(session, group_buy, served, now=now)
    told = [
        Notice(
            member_id,
            f"{group_buy.id}:{now:%Y%m%d%H%M%S}",
            lambda: views.reopened(group_buy),
        )
        for member_id in _members(closing.live_bills(session, group_buy.id))
    ]
    return tell(session, "reopened", told, now=now, rides=LATER)


def to_organiser(
    session: Session, group_buy: GroupBuy, key: str, message: Message, *, now: datetime
) -> None:
    """Tell whoever opened a group-buy."""
    if not group_buy.created_by:
        return
    draft = Draft(
        key=f"organiser:{key}:{group_buy.id}:{group_buy.closed_at or now:%Y%m%d%H%M%S}",
        rule="organiser",
        period=f"{group_buy.id}",
        member_id=None,
        to_id=group_buy.created_by,
        messages=[message],
        topic=Topic.SERVICE,
        purpose=Purpose.SERVICE,
        due_at=now,
    )
    outbox.enqueue(session, draft, now=now)


def _withdraw(
    session: Session,
    rule: str,
    group_buy: GroupBuy,
    *,
    now: datetime,
    member_id: int | None = None,
) -> None:
    """Call off what still waits to ride along, and is not true any more."""
    for rider in outbox_riding.waiting(session, rule, member_id=member_id, limit=REACH):
        if rider.key.startswith(f"{rule}:{group_buy.id}:"):
            outbox_riding.withdraw(rider, now=now)


def _by_member(waits: Iterable[Wait]) -> dict[int, list[Wait]]:
    found: dict[int, list[Wait]] = {}
    for wait in waits:
        found.setdefault(wait.member_id, []).append(wait)
    return found


def _members(bills: Sequence[Bill]) -> list[int]:
    return sorted({bill.member_id for bill in bills})


def _served(
    group_buy: GroupBuy, goods: Sequence[Goods], until: datetime | None
) -> Callable[[], Message]:
    if until is None:
        return lambda: views.promoted(group_buy, goods)
    return lambda: views.offered(group_buy, goods, until)


def _closed(
    group_buy: GroupBuy,
    got: Sequence[Goods],
    lost: Sequence[Goods],
    owed: Owed | None,
    back: int,
    *,
    place: str = "",
) -> Callable[[], Message]:
    return lambda: views.closed(group_buy, got, lost, owed, back, place=place)


def _failed(group_buy: GroupBuy, bill: Bill) -> Callable[[], Message]:
    paid = max(-bill.balance, 0)
    return lambda: views.failed(
        group_buy, paid=paid, points=bill.points, coupons=len(billing.codes_of(bill))
    )


def _arrived(
    group_buy: GroupBuy, bill: Bill, goods: Sequence[Goods], until: date, fee: int, slots: bool
) -> Callable[[], Message]:
    return lambda: views.arrived(
        group_buy,
        goods,
        code=bill.pickup_code,
        owed=max(bill.balance, 0),
        until=until,
        place=bill.point,
        fee=0 if bill.delivery != Delivery.PICKUP else fee,
        slots=slots,
    )
