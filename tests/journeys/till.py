"""Orders that are to be paid, for the journeys of money."""

from __future__ import annotations

from models.people.members import find_by_line_id
from models.shop import closing, group_buys, ordering, payments, settlement
from models.shop.bill_records import Bill
from models.shop.orders import Status
from models.shop.shares import Want
from tests.journeys.open_shop import opens
from tests.shop import Phone, Shop


def calls(shop: Shop, phone: Phone, number: int, quantity: int, **more: object) -> str:
    """Somebody orders so many of the first item; the order's number."""
    with shop.sessions.begin() as session:
        member = find_by_line_id(session, phone.id)
        assert member is not None
        item = group_buys.find(session, number).items[0]
        outcome = ordering.call(
            session,
            number,
            member,
            [Want(item.id, "", quantity)],
            now=shop.clock(),
            programme=shop.programme,
            **more,  # type: ignore[arg-type]
        )
        assert outcome.bill is not None
        return outcome.bill.order.order_no


def arrives(phone: Phone, name: str) -> None:
    """Somebody follows, and is called this."""
    phone.follows()
    phone.says(f"稱呼 {name}")


def bill(shop: Shop, order_no: str) -> Bill:
    with shop.sessions() as session:
        return payments.bill_of(session, order_no)


def picked_up(shop: Shop, order_no: str) -> None:
    with shop.sessions.begin() as session:
        found = payments.bill_of(session, order_no)
        found.picked_up_at = shop.clock()
        settlement.settle(
            session, found.order, Status.PICKED_UP, now=shop.clock(), programme=shop.programme
        )


def fails(shop: Shop, number: int) -> None:
    with shop.sessions.begin() as session:
        closing.fail(session, number, now=shop.clock(), programme=shop.programme)


__all__ = ["arrives", "bill", "calls", "fails", "opens", "picked_up"]
