"""The sheet from which a supplier sends orders for the shop (代發), made when it is fetched.

An order number is written `#3-12`: as `3-12` spreadsheets make a day of it. The
last two columns are for the supplier to fill in; the same file then tells the
shop what was sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from backoffice.exports import sheets
from backoffice.exports.sheets import Format, Row
from bot.downloads import File, makes
from models.base import local_day
from models.shop import consignments, group_buys
from models.shop.consignments import Consignment
from models.shop.group_buy_terms import Delivery

KIND = "supplier_sheet"
HEADINGS = (
    *("訂單編號", "收件人", "電話", "送貨方式", "地址或門市", "代號", "品名", "規格"),
    *("數量", "單位", "備註", "物流公司", "物流單號"),
)
WAYS = {Delivery.PICKUP: "宅配", Delivery.HOME: "宅配", Delivery.STORE: "超商取貨"}


@makes(KIND)
def make(
    session: Session, *, now: datetime, number: int, form: str, everything: bool = False
) -> File:
    """What is to be sent of a group-buy as it stands now; an order has a row for each kind."""
    group_buy = group_buys.find(session, number)
    found = consignments.of_group_buy(session, group_buy, everything=everything)
    written = sheets.write(rows(found.ready), Format(form), title=f"出貨單{number}")
    name = f"出貨單-{number}-{local_day(now):%m%d}.{form}"
    return File(name, Format(form).kind, written)


def rows(ready: Sequence[Consignment]) -> list[Row]:
    """The headings, and a row for each kind of goods in each consignment."""
    found: list[Row] = [HEADINGS]
    for consignment in ready:
        to = (
            consignment.recipient,
            phone(consignment.phone),
            WAYS[consignment.way],
            consignment.place,
        )
        for one in consignment.contents:
            goods = (one.code, one.name, one.option, one.quantity, one.unit)
            found.append((f"#{consignment.order_no}", *to, *goods, consignment.note, "", ""))
    return found


def phone(digits: str) -> str:
    """0912-345-678: without the dashes a spreadsheet drops the zero."""
    if len(digits) == 10 and digits.startswith("09"):
        return f"{digits[:4]}-{digits[4:7]}-{digits[7:]}"
    return f"{digits[:2]}-{digits[2:]}" if digits.startswith("0") else digits
