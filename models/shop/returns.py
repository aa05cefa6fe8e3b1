"""Members ask to return goods within the days the shop allows; the shop decides, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from models.base import N_, Refusal, insert, local_day, vault
from models.loyalty import tiers
from models.programme import Programme
from models.shop import payments
from models.shop.bill_records import Bill
from models.shop.orders import Order, Status
from models.shop.return_records import OPEN, ReturnRequest, ReturnState

LONGEST = 500


class NotPickedUp(Refusal):
    buttons = ("我的訂單", "客服")

    def __init__(self, order_no: str) -> None:
        super().__init__(
            N_("訂單 {order_no} 不是已取貨的訂單，不能退換；要取消或有問題請輸入「客服」。"),
            order_no=order_no,
        )


class TooLateToReturn(Refusal):
    buttons = ("客服",)

    def __init__(self, order_no: str, days: int) -> None:
        super().__init__(
            N_("訂單 {order_no} 已超過取貨後 {days} 天的退換期限，商品有問題請輸入「客服」。"),
            order_no=order_no,
            days=days,
        )
        self.days = days


class AskedAlready(Refusal):
    buttons = ("我的訂單", "客服")

    def __init__(self, number: int, order_no: str) -> None:
        super().__init__(
            N_("訂單 {order_no} 的退換 #{number} 已經在處理了，店家會在這裡回覆你。"),
            order_no=order_no,
            number=number,
        )


class NoSuchReturn(Refusal):
    buttons = ("/退換",)

    def __init__(self, number: int) -> None:
        super().__init__(N_("沒有等待處理的退換 #{number}，請看 /退換。"), number=number)


def ask(
    session: Session,
    member_id: int,
    order_no: str,
    reason: str,
    *,
    now: datetime,
    programme: Programme,
) -> ReturnRequest:
    """Ask to return an order that was picked up within the days of the member's tier.

    Raises:
        NoSuchOrder: the member has none with this number.
        NotPickedUp: it was not picked up, or refunded since.
        TooLateToReturn: that was longer ago.
        AskedAlready: it was asked and not yet answered.
    """
    bill = payments.bill_of(session, order_no, member_id=member_id)
    if bill.order.status != Status.PICKED_UP:
        raise NotPickedUp(order_no)
    days = days_for(session, member_id, now=now, programme=programme)
    if local_day(now) > _picked_up_on(bill) + timedelta(days=days):
        raise TooLateToReturn(order_no, days)
    sealed = vault(session).seal(reason[:LONGEST]) if reason else None
    row = {"order_id": bill.order_id, "member_id": member_id, "state": ReturnState.OPEN}
    put = insert(session, ReturnRequest).values(
        **row, reason_sealed=sealed, asked_at=now, decided_by=""
    )
    kept = put.on_conflict_do_nothing(index_elements=["order_id"], index_where=text(OPEN))
    made = session.scalar(kept.returning(ReturnRequest.id))
    if made is None:
        waiting = select(ReturnRequest.id).where(
            ReturnRequest.order_id == bill.order_id, ReturnRequest.state == ReturnState.OPEN
        )
        raise AskedAlready(session.scalars(waiting).one(), order_no)
    return session.get_one(ReturnRequest, made)


def days_for(session: Session, member_id: int, *, now: datetime, programme: Programme) -> int:
    """For how many days after picking up this member may return goods, by today's tier."""
    standing = tiers.standing(session, member_id, today=local_day(now), programme=programme)
    return programme.return_days(standing.tier)


def returnable(
    session: Session, member_id: int, *, now: datetime, programme: Programme
) -> list[Bill]:
    """The bills of a member that can still be returned, the newest in front."""
    days = timedelta(days=days_for(session, member_id, now=now, programme=programme))
    since = now - days - timedelta(days=1)
    picked_up = func.coalesce(Bill.picked_up_at, Order.changed_at)
    query = (
        select(Bill)
        .join(Order, Order.id == Bill.order_id)
        .where(Bill.member_id == member_id, Order.status == Status.PICKED_UP, picked_up >= since)
        .order_by(Bill.order_id.desc())
    )
    today = local_day(now)
    return [bill for bill in session.scalars(query) if today <= _picked_up_on(bill) + days]


def waiting(session: Session) -> Sequence[ReturnRequest]:
    """Requests nobody has decided on, the oldest in front."""
    query = select(ReturnRequest).where(ReturnRequest.state == ReturnState.OPEN)
    return session.scalars(query.order_by(ReturnRequest.id)).all()


def find(session: Session, number: int) -> ReturnRequest:
    """Raises `NoSuchReturn` if no request with this number waits to be decided."""
    query = select(ReturnRequest).where(ReturnRequest.id == number)
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None or found.state != ReturnState.OPEN:
        raise NoSuchReturn(number)
    return found


def decide(
    session: Session,
    number: int,
    *,
    amount: int | None,
    answer: str = "",
    by: str,
    now: datetime,
) -> ReturnRequest:
    """Decide on a request, once: approved with what was refunded for it, rejected with None.

    Raises:
        NoSuchReturn: no request with this number waits.
    """
    decided = session.scalar(
        update(ReturnRequest)
        .where(ReturnRequest.id == number, ReturnRequest.state == ReturnState.OPEN)
        .values(
            state=ReturnState.REJECTED if amount is None else ReturnState.APPROVED,
            amount=amount,
            answer_sealed=vault(session).seal(answer[:LONGEST]) if answer else None,
            decided_at=now,
            decided_by=by,
        )
        .returning(ReturnRequest.id)
        .execution_options(synchronize_session=False)
    )
    if decided is None:
        raise NoSuchReturn(number)
    return session.get_one(ReturnRequest, decided, populate_existing=True)


def reason_of(session: Session, request: ReturnRequest) -> str:
    """Why the member wants to return it, "" if they did not say."""
    sealed = request.reason_sealed
    return vault(session).open(sealed) if sealed else ""


def _picked_up_on(bill: Bill) -> date:
    return local_day(bill.picked_up_at or bill.order.changed_at)
