"""What the shop says about money: to members who pay, and to those who receive it."""

from __future__ import annotations

from collections.abc import Iterator

from backoffice.imports.report import Rejection
from backoffice.statements import Statement
from bot.views import deposits, dunning, payment_desk, payments, reconciliation, refunds
from bot.views.kit import Message
from models.shop.bill_records import Bill
from models.shop.dunning import Unpaid
from models.shop.group_buy_terms import Delivery
from models.shop.orders import Order, Status
from models.shop.payment_facts import Confidence
from models.shop.payment_records import Deposit, Method, Payment, PaymentState
from models.shop.payment_reports import Reported
from models.shop.payments import Booked, Part
from models.shop.reconciliation import Option, Pair, Queue
from models.shop.refund_effects import Effects
from models.shop.return_records import ReturnRequest
from tests.bot.views.coupon_gallery import CouponGallery
from tests.bot.views.facts import NOON, TODAY

NONCE = "0123456789ab"


class PaymentGallery(CouponGallery):
    """Money of several orders: missing, too much, and just right."""

    def _money(self) -> Iterator[tuple[str, Message]]:
        for part in (
            self._paying(),
            self._receiving(),
            self._deposits(),
            self._matching(),
            self._refunding(),
            self._returning(),
        ):
            yield from ((f"money: {name}", message) for name, message in part)

    def _paying(self) -> Iterator[tuple[str, Message]]:
        bills, account = self._owed(), self.said("012 台北富邦 1234567890123")
        yield "how to pay", payments.how_to_pay(bills, account=account)
        yield "how to pay, no account", payments.how_to_pay(bills[:1], account="")
        yield "which digits", payments.which_digits(1_240)
        yield "are these digits", payments.are_these_digits("12345")
        yield "digits awaited", payments.digits_awaited()
        for name, again, beyond in (
            ("short", False, -350),
            ("over", False, 60),
            ("twice", True, 0),
        ):
            told = Reported(self._payment(), self._parts(), again, beyond)
            yield f"reported, {name}", payments.reported(told)
        picture = Reported(self._payment(digits=""), self._parts(), False, 0)
        yield "pictured", payments.pictured(picture)
        yield "checked", payments.checked(self._booked())
        yield "not found", payments.not_found(900, "12345")
        yield "not found, nothing said", payments.not_found(0, "")
        yield "taken back", payments.taken_back(900)
        shop = self.programme.shop_name
        reminder = payments.reminder(bills, account=account, shop=shop)
        yield "reminder", reminder
        found = Unpaid({1: bills, 2: bills[:1]}, {1: self.said("小美"), 2: ""}, 1, 2)
        found.unreachable.append(self.said("阿珠"))
        for number, message in enumerate(dunning.preview(found, reminder, nonce=NONCE)):
            yield f"dunning {number}", message
        yield "dunning nobody", dunning.nobody(Unpaid(checking=2))
        yield "dunning sent", dunning.sent(12)

    def _deposits(self) -> Iterator[tuple[str, Message]]:
        [bill, *_others], account = self._owed(), self.said("012 台北富邦 1234567890123")
        bill.deposit_percent, bill.deposit_due_on, bill.due_on = 30, TODAY, None
        bill.group_buy_id = 3
        bill.order.status = Status.PLACED
        yield "deposit to pay", payments.how_to_pay([bill], account=account)
        yield "deposit asked", deposits.told(bill, account=account)
        yield "deposit to waive", deposits.waiving(bill, self.said("小美"), nonce=NONCE)
        yield "deposit waived", deposits.waived(bill, is_waived=True)
        yield "deposit asked again", deposits.waived(bill, is_waived=False)

    def _receiving(self) -> Iterator[tuple[str, Message]]:
        bills, name = self._owed(), self.said("小美")
        shares = {1: 900, 2: 500}
        for method in Method:
            shown = payment_desk.preview(
                *(name, bills, shares),
                method=method,
                deposit=self._deposit(3) if method is Method.TRANSFER else None,
                again="/收款 小美 1400",
                nonce=NONCE,
            )
            yield f"receiving by {method}", shown
        yield "received", payment_desk.received(self._booked(), name=name, told=True)
        yield "received, untold", payment_desk.received(self._booked(), name="", told=False)
        yield "receiving undone", payment_desk.undone(self._payment(), waits=True)

    def _matching(self) -> Iterator[tuple[str, Message]]:
        pairs = [self._pair(number) for number in range(1, 15)]
        two = Pair(self._deposit(20), Confidence.POSSIBLE, (self._option(1), self._option(2)))
        full = Queue(pairs, pairs, [two], [self._deposit(30)], [self._payment()])
        names = {1: self.said("小美")}
        for number, message in enumerate(reconciliation.queue(full, names, nonce=NONCE)):
            yield f"queue {number}", message
        yield "queue, empty", reconciliation.queue(Queue(), {}, nonce=None)[0]
        rows = (Rejection(6, "交易日期", "沒有這一天"),)
        read = Statement((), rows, 3)
        name = self.said("明細.csv")
        shown = reconciliation.statement(read, full, known=2, name=name, nonce=NONCE)
        yield "statement", shown
        again = reconciliation.statement(read, Queue(), known=3, name="", nonce=None)
        yield "statement, known", again
        yield "received many", reconciliation.received_many([self._booked()], failed=1)
        yield "report refused", reconciliation.refused(self._payment(), duplicate=False)
        yield "report twice", reconciliation.refused(self._payment(), duplicate=True)
        yield "deposit set aside", reconciliation.set_aside(self._deposit(1))

    def _refunding(self) -> Iterator[tuple[str, Message]]:
        [bill, *_], name = self._owed(), self.said("小美")
        effects = Effects(900, 100, 13, 5, 1, self.said("銅級"))
        credit = self._bill(3, total=900, paid=1_000)
        yield "refund preview", refunds.preview(bill, name, effects, nonce=NONCE)
        yield "refund done", refunds.refunded(credit, name, effects, told=True)
        yield "refund told", refunds.told("3-12", effects)
        names = {1: name}
        yield "to hand back", refunds.to_hand_back([credit] * 12, names)
        yield "nothing to hand back", refunds.to_hand_back([], {})
        yield "handing back", refunds.handing_back(credit, name, 100, nonce=NONCE)
        yield "handed back", refunds.handed_back(credit, 100)
        yield "not handed back", refunds.not_handed_back(credit, 100)

    def _returning(self) -> Iterator[tuple[str, Message]]:
        asked = ReturnRequest(id=5, order_id=1, member_id=1, asked_at=NOON)
        name, reason = self.said("小美"), self.said("有一顆壞了")
        card = refunds.request(asked, order_no="3-12", name=name, reason=reason)
        yield "which return", refunds.which_return(self._owed(), days=7)
        yield "nothing to return", refunds.which_return([], days=7)
        yield "return asked", refunds.asked(asked, "3-12")
        yield "return", card
        yield "returns", refunds.requests([card, card])
        yield "no returns", refunds.requests([])
        yield "return rejected", refunds.rejected(asked)
        yield "not returned", refunds.not_returned(asked, "3-12", reason)

    def _owed(self) -> list[Bill]:
        return [self._bill(1, total=900), self._bill(2, total=450)]

    def _bill(self, number: int, *, total: int, paid: int = 0) -> Bill:
        order_no = f"3-{number}"
        order = Order(id=number, order_no=order_no, status=Status.PLACED, cash=total, refunded=0)
        return Bill(
            order_id=number,
            member_id=1,
            order=order,
            total=total,
            refunded=0,
            paid=paid,
            returned=0,
            due_on=TODAY if number == 1 else None,
            delivery=Delivery.PICKUP,
        )

    def _payment(self, digits: str = "12345") -> Payment:
        return Payment(
            id=7,
            member_id=1,
            method=Method.TRANSFER,
            state=PaymentState.REPORTED,
            amount=1_400,
            digits=digits,
            evidence_id="4711",
            reported_at=NOON,
        )

    def _parts(self) -> list[Part]:
        return [Part(1, "3-1", 900, 0), Part(2, "3-2", 500, -50), Part(3, "3-3", 100, 350)]

    def _booked(self) -> Booked:
        return Booked(self._payment(), self._parts())

    def _deposit(self, number: int) -> Deposit:
        return Deposit(
            id=number, key=str(number), amount=900, digits="12345", booked_on=TODAY, booked_at=NOON
        )

    def _option(self, number: int) -> Option:
        return Option((f"p{number}",), number, self.said("小美"), (f"3-{number}",), 450)

    def _pair(self, number: int) -> Pair:
        return Pair(self._deposit(number), Confidence.CERTAIN, (self._option(number),))
