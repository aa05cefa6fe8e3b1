"""What somebody calls, understood against the group-buys that are open to them.

The reader knows one group-buy at a time. Where several are open, a number in
front names one (`3 +2`), else the item that is named does; a bare `+1` then
names none, and it has to be asked which is meant.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.shop import reading, waitlist
from models.shop.bill_records import Bill
from models.shop.group_buy_records import GroupBuy
from models.shop.orders import Order, OrderLine, Status
from models.shop.reading import Chat, Expect, Item, Line, Op, Reading, Recogniser, Setting
from models.shop.shares import Want

NUMBERED = re.compile(
    r"\s*(?:第\s*|#|＃)?([0-9０-９]{1,6})\s*(?:團|号團|號團)?\s*[\s:：,，、]\s*(?=\S)"
)
COUNTED = re.compile(r"\S{0,12}\s*[+＋➕]\s*[0-9０-９]")
NOBODYS = (Item(code="§", name="§§", unit="§", price=0),)
ACTS = (Expect.ORDER, Expect.CHANGE, Expect.CANCEL)


class Place(NamedTuple):
    """Where and by whom something was said, as the reader needs it.

    `quotes` is the group-buy and item code of the card that is quoted, `quotes_chat`
    whether ordinary chat is; `names` are the names that the chat knows.
    """

    chat: Chat
    writer: str = ""
    names: frozenset[str] = frozenset()
    quotes: tuple[int, str | None] | None = None
    quotes_chat: bool = False
    recognise: Recogniser | None = None


class Understood(NamedTuple):
    """How a text reads: in which group-buy, or in which it may be meant."""

    reading: Reading
    group_buy: GroupBuy | None = None
    candidates: tuple[GroupBuy, ...] = ()


def understand(
    text: str, offers: Sequence[GroupBuy], had: Mapping[int, Sequence[Line]], place: Place
) -> Understood:
    """How a text reads with these group-buys open; `had` is what its writer has in each."""
    offers, text = _named(text, offers, place)
    if not offers:
        return Understood(_read(text, (), (), place, quoted=None))
    readings = [(offer, _in(text, offer, had, place)) for offer in offers]
    if len(readings) == 1:
        [(offer, found)] = readings
        return Understood(found, offer, (offer,))
    if commands := [found for _, found in readings if found.expect is Expect.COMMAND]:
        return Understood(commands[0])
    acting = _acting(readings, had)
    if acting:
        offer, found = acting[0]
        clear = found.expect is not Expect.ORDER or not bare(text, place)
        if len(acting) == 1 and clear:
            return Understood(found, offer, (offer,))
        return Understood(found, None, tuple(offer for offer, _ in acting))
    return _asking(readings)


def _acting(
    readings: Sequence[tuple[GroupBuy, Reading]], had: Mapping[int, Sequence[Line]]
) -> Sequence[tuple[GroupBuy, Reading]]:
    """Where a text orders, changes or cancels; these where the writer has something."""
    acting = [(offer, found) for offer, found in readings if found.expect in ACTS]
    theirs = [(offer, found) for offer, found in acting if had.get(offer.id)]
    changes = all(found.expect is not Expect.ORDER for _, found in acting)
    return theirs if changes and len(theirs) == 1 else acting


def _asking(readings: Sequence[tuple[GroupBuy, Reading]]) -> Understood:
    asking = [(offer, found) for offer, found in readings if found.expect is Expect.ASK]
    if not asking:
        return Understood(readings[0][1])
    offer, found = asking[0]
    alone = offer if len(asking) == 1 else None
    return Understood(found, alone, tuple(each for each, _ in asking))


def named_other(text: str, offers: Sequence[GroupBuy]) -> int | None:
    """The number in front of an order, where none of these has it."""
    numbered = NUMBERED.match(text)
    if numbered is None or COUNTED.match(text[numbered.end() :]) is None:
        return None
    codes = {item.code for offer in offers for item in offer.items}
    number = int(numbered[1])
    known = number in {offer.id for offer in offers} or numbered[1] in codes
    return None if known else number


def with_wants(group_buy: GroupBuy, had: Sequence[Line], wants: Sequence[Want]) -> list[Line]:
    """What somebody has in a group-buy once these wants are carried out."""
    codes = {item.id: item.code for item in group_buy.items}
    sums: Counter[tuple[str, str, str]] = Counter()
    for line in had:
        sums[_key(line)] += line.quantity
    for want in wants:
        sums[(codes[want.item_id], want.option, want.person)] += want.quantity
    return [
        Line(code, option or None, quantity, person or None)
        for (code, option, person), quantity in sums.items()
        if quantity > 0
    ]


def wants(group_buy: GroupBuy, found: Reading, had: Sequence[Line]) -> list[Want]:
    """What a reading asks to be done, as differences to what its writer has.

    A cancellation without lines gives up everything.
    """
    before = _counts(had)
    if found.expect is Expect.CANCEL:
        named = found.lines or tuple(had)
        return [_want(group_buy, line, -before.get(_key(line), line.quantity)) for line in named]
    differences = []
    for line in found.lines:
        absolute = line.op is Op.SET
        more = line.quantity - before.get(_key(line), 0) if absolute else line.quantity
        if more:
            differences.append(_want(group_buy, line, more))
    return differences


def had_in(session: Session, member_id: int, offers: Sequence[GroupBuy]) -> dict[int, list[Line]]:
    """What a member has and waits for in each of these group-buys, as the reader knows it."""
    if not offers:
        return {}
    codes = {item.id: (offer.id, item.code) for offer in offers for item in offer.items}
    query = (
        select(OrderLine.item_id, OrderLine.option, OrderLine.person, OrderLine.quantity)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Bill, Bill.order_id == Order.id)
        .where(
            Bill.member_id == member_id,
            Bill.group_buy_id.in_([offer.id for offer in offers]),
            Order.status != Status.CANCELLED,
        )
        .order_by(OrderLine.id)
    )
    rows = list(session.execute(query))
    sums: Counter[tuple[int, str, str, str]] = Counter()
    for item_id, option, person, quantity in rows:
        sums[(*codes[item_id or 0], option, person)] += quantity
    for wait in waitlist.of_member(session, member_id):
        if wait.item_id in codes:
            sums[(*codes[wait.item_id], wait.option, wait.person)] += wait.quantity
    found: dict[int, list[Line]] = {offer.id: [] for offer in offers}
    for (number, code, option, person), quantity in sums.items():
        found[number].append(Line(code, option or None, quantity, person or None))
    return found


def _named(text: str, offers: Sequence[GroupBuy], place: Place) -> tuple[Sequence[GroupBuy], str]:
    """The group-buy that a quoted card or a number in front names, and the rest of the text."""
    if place.quotes is not None:
        return [offer for offer in offers if offer.id == place.quotes[0]], text
    numbered = NUMBERED.match(text)
    if numbered is None:
        return offers, text
    named = [offer for offer in offers if offer.id == int(numbered[1])]
    rest = text[numbered.end() :]
    codes = {item.code for offer in offers for item in offer.items}
    if not named or numbered[1] in codes:
        return offers, text
    return named, rest


def _in(text: str, offer: GroupBuy, had: Mapping[int, Sequence[Line]], place: Place) -> Reading:
    items = tuple(item.as_read() for item in offer.items)
    quoted = place.quotes[1] if place.quotes and place.quotes[0] == offer.id else None
    return _read(text, items, tuple(had.get(offer.id, ())), place, quoted=quoted)


def _read(
    text: str, items: tuple[Item, ...], had: tuple[Line, ...], place: Place, *, quoted: str | None
) -> Reading:
    return reading.read(
        text,
        Setting(
            items,
            place.chat,
            had,
            quotes=quoted,
            quotes_chat=place.quotes_chat,
            writer=place.writer,
            names=place.names,
            recognise=place.recognise,
        ),
    )


def bare(text: str, place: Place) -> bool:
    """Whether a text orders without naming any item."""
    return _read(text, NOBODYS, (), place, quoted=None).expect is Expect.ORDER


def _key(line: Line) -> tuple[str, str, str]:
    return line.item, line.option or "", line.person or ""


def _counts(lines: Sequence[Line]) -> dict[tuple[str, str, str], int]:
    counts: dict[tuple[str, str, str], int] = {}
    for line in lines:
        counts[_key(line)] = counts.get(_key(line), 0) + line.quantity
    return counts


def _want(group_buy: GroupBuy, line: Line, quantity: int) -> Want:
    item = group_buy.item(line.item)
    return Want(item.id, line.option or "", quantity, line.person or "")
