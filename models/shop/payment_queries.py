"""What is owed, what was reported, and how far the payment of an order has come."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, case, literal_column, select
from sqlalchemy.orm import Session

from models.base import N_, Refusal
from models.shop.bill_records import Bill
from models.shop.orders import BOUGHT, Order, Status
from models.shop.payment_records import Payment, PaymentShare, PaymentState


class NoSuchPayment(Refusal):
    buttons = ("/對帳",)

    def __init__(self, number: int) -> None:
        super().__init__(N_("沒有 #{number} 這筆匯款回報，請看 /對帳。"), number=number)


class NoSuchOrder(Refusal):
    """There is no order of a group-buy with this number, as far as whoever asks may see."""

    buttons = ("我的訂單",)

    def __init__(self, order_no: str) -> None:
        super().__init__(
            N_("找不到訂單「{order_no}」，單號像 3-12，請確認後再輸入。"), order_no=order_no
        )

    def leads(self, words: str) -> list[tuple[str, str]]:
        """The orders as whoever asks sees them."""
        word = "/訂單" if words.startswith("/") else "我的訂單"
        return [(word, word)]


class NothingToPay(Refusal):
    buttons = ("我的訂單", "團購")

    def __init__(self) -> None:
        super().__init__(N_("你目前沒有要付款的訂單。已經匯了款，請輸入「客服」，我們幫你查。"))


def owing() -> ColumnElement[bool]:
    """Bills on which something is owed; joined with their orders."""
    balance = Bill.total - Bill.refunded - Bill.paid + Bill.returned
    # written out, so that SQLite sees that an index has just these
    more = balance > literal_column("0")
    return Order.status.in_((Status.PLACED, *BOUGHT)) & more


def owed_by(session: Session, member_id: int) -> Sequence[Bill]:
    """The bills on which a member owes something, the first that is due in front."""
    query = (
        select(Bill)
        .join(Order, Order.id == Bill.order_id)
        .where(Bill.member_id == member_id, owing())
        .order_by(Bill.due_on.is_(None), Bill.due_on, Bill.order_id)
    )
    return session.scalars(query).all()


def bill_of(session: Session, order_no: str, *, member_id: int | None = None) -> Bill:
    """The bill of an order by its number; a member's own only, if `member_id` is given.

    Raises:
        NoSuchOrder: there is none, or it is somebody else's.
    """
    query = select(Bill).join(Order, Order.id == Bill.order_id).where(Order.order_no == order_no)
    if member_id is not None:
        query = query.where(Bill.member_id == member_id)
    found = session.scalar(query)
    if found is None:
        raise NoSuchOrder(order_no)
    return found


def bills_of(session: Session, order_ids: Sequence[int]) -> list[Bill]:
    """These bills as they are now, the first that is due in front."""
    query = select(Bill).where(Bill.order_id.in_(order_ids))
    query = query.order_by(Bill.due_on.is_(None), Bill.due_on, Bill.order_id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def credit() -> ColumnElement[int]:
    """How much the shop owes on a bill; joined with its order."""
    due = case((Order.status == Status.CANCELLED, 0), else_=Bill.total - Bill.refunded)
    return Bill.paid - Bill.returned - due


def to_hand_back(session: Session, *, limit: int | None = None) -> Sequence[Bill]:
    """The bills on which the shop owes something, the oldest in front."""
    query = select(Bill).join(Order, Order.id == Bill.order_id).where(credit() > 0)
    return session.scalars(query.order_by(Bill.order_id).limit(limit)).all()


def state_of(session: Session, order_ids: Sequence[int]) -> dict[int, PaymentState]:
    """REPORTED where a payment still has to be checked, CONFIRMED where one came, else nothing."""
    query = (
        select(PaymentShare.order_id, Payment.state)
        .join(Payment, Payment.id == PaymentShare.payment_id)
        .where(
            PaymentShare.order_id.in_(order_ids),
            Payment.state.in_((PaymentState.REPORTED, PaymentState.CONFIRMED)),
        )
        # confirmed comes before reported in the alphabet, so a report has the last word
        .order_by(Payment.state)
    )
    return {order_id: PaymentState(state) for order_id, state in session.execute(query)}


def find(session: Session, number: int) -> Payment:
    """Raises `NoSuchPayment` if nothing was reported or received under this number."""
    query = select(Payment).where(Payment.id == number)
    payment = session.scalar(query.execution_options(populate_existing=True))
    if payment is None:
        raise NoSuchPayment(number)
    return payment


def reported(session: Session, *, member_id: int | None = None) -> Sequence[Payment]:
    """Reports that wait to be checked, all or one member's, the oldest in front."""
    query = select(Payment).where(Payment.state == PaymentState.REPORTED)
    if member_id is not None:
        query = query.where(Payment.member_id == member_id)
    return session.scalars(query.order_by(Payment.reported_at, Payment.id)).all()


def shares_of(session: Session, payment_id: int) -> dict[int, int]:
    """How much of a payment goes, or is meant to go, to which order."""
    query = select(PaymentShare.order_id, PaymentShare.amount)
    rows = session.execute(query.where(PaymentShare.payment_id == payment_id))
    return dict(rows.all())
