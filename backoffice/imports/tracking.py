"""What a carrier's numbers are, from the file a supplier sends back: order, carrier, number.

Each row stands for itself: what is wrong with one does not hold up the others.
The same file again changes nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.imports.cells import code, safe
from backoffice.imports.reading import lines
from backoffice.imports.report import BadCell, BadFile, Rejection
from models.base import N_, batches
from models.shop import carriers, shipping
from models.shop.bill_records import Bill
from models.shop.orders import Order, Status

KIND = "tracking"
LOOKED_THROUGH = 10  # rows in which headings may stand
ORDER = {"訂單編號", "訂單號碼", "訂單號", "訂單單號", "團購單號", "單號", "orderno", "order"}
CARRIER = {
    *("物流公司", "物流", "物流商", "貨運公司", "貨運", "貨運商", "宅配公司", "快遞公司", "快遞"),
    "carrier",
}
NUMBER = {
    *("物流單號", "貨運單號", "託運單號", "托運單號", "配送單號", "宅配單號", "快遞單號"),
    *("包裹號碼", "包裹單號", "追蹤號碼", "追蹤編號", "追蹤單號", "查件編號", "查貨號碼"),
    *("寄件編號", "配送編號", "trackingno", "trackingnumber", "tracking"),
}
ORDER_NO = re.compile(r"#?(\d{1,9}-\d{1,9})", re.ASCII)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}.*|\d{1,2}月\d{1,2}日|\d{1,2}-[A-Za-z]{3}|[A-Za-z]{3}-\d{1,2}")


class Columns(NamedTuple):
    """Where things stand; `carrier` is -1 where the file does not say."""

    order: int
    carrier: int
    number: int


class Sent(NamedTuple):
    """One order that a file says was sent."""

    row: int
    order_id: int
    order_no: str
    member_id: int
    carrier: str
    number: str


@dataclass
class Tracking:
    """What a file would do: each of its rows is new, known, blank or rejected.

    A row that says again what one above it says counts as known.
    """

    rows: int = 0
    new: list[Sent] = field(default_factory=list)
    known: int = 0
    blank: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    odd: list[Sent] = field(default_factory=list)


class _Line(NamedTuple):
    row: int
    order_no: str
    carrier: str
    number: str


def headings(data: bytes, name: str) -> tuple[int, Columns] | None:
    """The row of the headings and the columns; None if this is no such file."""
    try:
        for number, cells in islice(_lines(data, name), LOOKED_THROUGH):
            if found := _columns(cells):
                return number, found
    except BadFile:
        return None
    return None


def judge(session: Session, data: bytes, name: str) -> Tracking:
    """What each row would do; nothing is written.

    Raises:
        BadFile: it cannot be read, or has no such columns.
    """
    found = headings(data, name)
    if found is None:
        raise BadFile(N_("找不到「訂單編號」和「物流單號」這兩欄，請用出貨單的格式再傳一次。"))
    below = [(row, cells) for row, cells in _lines(data, name) if row > found[0]]
    made = Tracking(rows=len(below))
    read = [each for row, cells in below for each in _read(row, cells, found[1], made)]
    bills = _bills(session, {each.order_no for each in read})
    shipped = shipping.of_orders(session, [bill.order_id for bill in bills.values()])
    said: dict[str, str] = {}
    for each in read:
        bill = bills.get(each.order_no)
        known = shipped.get(bill.order_id) if bill else None
        before = said.get(each.order_no) or (known.number if known else None)
        _place(each, bill, before, made)
        if bill is not None:
            said.setdefault(each.order_no, before or each.number)
    made.rejected.sort(key=lambda one: one.row)
    return made


def _place(each: _Line, bill: Bill | None, before: str | None, made: Tracking) -> None:
    def reject(column: str, msgid: str, **values: str) -> None:
        made.rejected.append(Rejection(each.row, column, msgid, values))

    if bill is None:
        reject("訂單編號", N_("沒有訂單 {order_no}。"), order_no=each.order_no)
    elif before == each.number:
        made.known += 1
    elif before is not None:
        reject(
            "物流單號",
            N_("訂單 {order_no} 已經是 {number}；要改請用「/出貨 單號 物流 物流單號」。"),
            order_no=each.order_no,
            number=before,
        )
    elif bill.order.status not in (Status.PLACED, Status.PAID):
        reject(
            "訂單編號",
            N_("訂單 {order_no} 已經取消、退款或取貨了。"),
            order_no=each.order_no,
        )
    else:
        carrier = carriers.named(each.carrier)
        sent = Sent(
            each.row, bill.order_id, each.order_no, bill.member_id, carrier.name, each.number
        )
        made.new.append(sent)
        if not carrier.fits(each.number):
            made.odd.append(sent)


def _read(row: int, cells: Sequence[str], columns: Columns, made: Tracking) -> list[_Line]:
    order, carrier, number = (_cell(cells, each) for each in columns)
    if not number or not order:
        if order or not number:
            made.blank += 1
        else:
            made.rejected.append(Rejection(row, "訂單編號", N_("這一格不能空白。")))
        return []
    column = "訂單編號"
    try:
        order_no = _order_no(safe(order))
        column = "物流單號"
        return [_Line(row, order_no, safe(carrier), carriers.number_in(code(safe(number))))]
    except BadCell as bad:
        made.rejected.append(Rejection(row, column, bad.msgid, bad.values))
    except carriers.BadTracking as bad:
        made.rejected.append(Rejection(row, column, bad.msgid, bad.values))
    return []


def _order_no(text: str) -> str:
    found = ORDER_NO.fullmatch(re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)))
    if found:
        return found[1]
    if DAY.fullmatch(text):
        raise BadCell(
            N_("「{text}」被試算表改成日期了，請把這一欄設成文字，填 3-12 這樣的單號。"),
            text=text[:20],
        )
    raise BadCell(N_("「{text}」不是單號，單號像 3-12。"), text=text[:20])


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place].strip(" \u3000") if 0 <= place < len(cells) else ""


def _lines(data: bytes, name: str) -> Iterator[tuple[int, Sequence[str]]]:
    # suppliers merge titles, and the cells of an order that has several rows
    return lines(data, name, merged=True)


def _columns(cells: Sequence[str]) -> Columns | None:
    names = [_heading(cell) for cell in cells]

    def first(words: Collection[str]) -> int:
        return next((place for place, name in enumerate(names) if name in words), -1)

    order, number = first(ORDER - {"單號"}), first(NUMBER)
    order = first(ORDER) if order < 0 else order
    return Columns(order, first(CARRIER), number) if min(order, number) >= 0 else None


def _heading(cell: str) -> str:
    plain = unicodedata.normalize("NFKC", cell).lstrip("\ufeff").casefold()
    return re.sub(r"\(.*?\)|\[.*?\]|[\s_\-*:]+", "", plain)


def _bills(session: Session, numbers: Collection[str]) -> dict[str, Bill]:
    found: dict[str, Bill] = {}
    for batch in batches(sorted(numbers)):
        query = select(Bill).join(Order, Order.id == Bill.order_id)
        for bill in session.scalars(query.where(Order.order_no.in_(batch))):
            found[bill.order.order_no] = bill
    return found


__all__ = ["KIND", "Sent", "Tracking", "headings", "judge"]
