"""What each message in a group ordered, so that an edit of it replaces what it did.

Nobody is half done: what a message changes happens in one call, or is refused whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import orjson
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from models.base import insert
from models.people.members import STRANGERS, Member
from models.programme import Programme
from models.shop import ordering, waitlist
from models.shop.bill_records import Bill, Call, Wait
from models.shop.group_buy_records import GroupBuy
from models.shop.ordering import Outcome
from models.shop.orders import Order, Status
from models.shop.reading import Line
from models.shop.shares import Want
from models.talk import pauses

Key = tuple[int, str, str]


class Saying(NamedTuple):
    """A message in a chat; `at` is LINE's time of it, or of its last edit."""

    chat_id: str
    message_id: str | None
    at: datetime


def find(session: Session, message_id: str) -> Call | None:
    """What a message did so far."""
    return session.scalar(
        select(Call).where(Call.message_id == message_id).execution_options(populate_existing=True)
    )


def without(
    had: Mapping[int, Sequence[Line]], call: Call | None, offers: Sequence[GroupBuy]
) -> dict[int, list[Line]]:
    """What a member would have, had a message not been written."""
    left = {number: list(lines) for number, lines in had.items()}
    if call is None or call.group_buy_id not in left:
        return left
    offer = next(each for each in offers if each.id == call.group_buy_id)
    codes = {item.id: item.code for item in offer.items}
    sums: Counter[tuple[str, str | None, str | None]] = Counter()
    for line in left[offer.id]:
        sums[line.item, line.option, line.person] += line.quantity
    for want in wants_of(call):
        sums[codes[want.item_id], want.option or None, want.person or None] -= want.quantity
    left[offer.id] = [Line(*key[:2], n, key[2]) for key, n in sums.items() if n > 0]
    return left


def wants_of(call: Call) -> list[Want]:
    """The differences that a message made."""
    lines: list[list[object]] = orjson.loads(call.lines)
    return [
        Want(int(str(item)), str(option), int(str(quantity)), str(person))
        for item, option, person, quantity in lines
    ]


def carry_out(
    session: Session,
    saying: Saying,
    group_buy: GroupBuy | None,
    member: Member,
    wants: Sequence[Want],
    *,
    before: Call | None,
    had: Mapping[int, Sequence[Line]],
    now: datetime,
    programme: Programme,
) -> list[Outcome]:
    """Do what a message says now, in place of what it did before; what that came to.

    `had` is what the member has, with what the message did before. Somebody who has
    not added the account orders tentatively.

    Raises:
        Whatever `ordering.call` refuses; then all stays as it was.
    """
    outcomes: list[Outcome] = []
    old = wants_of(before) if before is not None else []
    number = before.group_buy_id if before is not None else None
    tentative = not member.is_friend
    if old and number is not None and (group_buy is None or number != group_buy.id):
        undone = _net((), old, _counts(session, had, number))
        if undone:
            outcomes.append(
                ordering.call(session, number, member, undone, now=now, programme=programme)
            )
        old = []
    if group_buy is not None:
        net = _net(wants, old, _counts(session, had, group_buy.id)) if old else list(wants)
        if net:
            outcomes.append(
                ordering.call(
                    session,
                    group_buy.id,
                    member,
                    net,
                    now=now,
                    programme=programme,
                    tentative=tentative,
                )
            )
    keep(session, saying, group_buy, member, wants)
    return outcomes


def keep(
    session: Session,
    saying: Saying,
    group_buy: GroupBuy | None,
    member: Member | None,
    wants: Sequence[Want],
) -> None:
    """Write down what a message did, in place of what it did before."""
    if saying.message_id is None:
        return
    lines = [[want.item_id, want.option, want.person, want.quantity] for want in wants]
    row = {
        "group_buy_id": group_buy.id if group_buy else None,
        "member_id": member.id if member else None,
        "chat_id": saying.chat_id,
        "lines": orjson.dumps(lines).decode(),
        "said_at": saying.at,
    }
    session.execute(
        insert(session, Call)
        .values(message_id=saying.message_id, **row)
        .on_conflict_do_update(index_elements=["message_id"], set_=row)
    )


def names(session: Session, chat_id: str, numbers: Sequence[int]) -> frozenset[str]:
    """What those are called who ordered in a chat in one of these group-buys."""
    query = (
        select(Member.name)
        .join(Call, Call.member_id == Member.id)
        .where(Call.chat_id == chat_id, Call.group_buy_id.in_(numbers), Member.name != "")
        .distinct()
    )
    return frozenset(session.scalars(query))


def unasked(session: Session, number: int, *, now: datetime) -> bool:
    """Whether people order or wait in a group-buy who were not asked yet to add the account.

    From now on they were.
    """
    tentative = (
        select(Bill.member_id)
        .join(Order, Order.id == Bill.order_id)
        .where(
            Bill.group_buy_id == number, Bill.tentative.is_(True), Order.status == Status.PLACED
        )
    )
    waiting = (
        select(Wait.member_id)
        .join(Member, Member.id == Wait.member_id)
        .where(
            Wait.group_buy_id == number,
            Wait.state.in_(waitlist.ACTIVE),
            Member.source == "group",
            Member.is_friend.is_(False),
        )
    )
    found = session.scalars(tentative.union(waiting)).all()
    keys = [f"friend:{number}:{member_id}" for member_id in found]
    return bool(pauses.firsts(session, keys, now=now))


def confirm(session: Session, member_id: int) -> list[GroupBuy]:
    """Somebody added the account: their orders are tentative no longer. In which group-buys."""
    found = session.execute(
        select(Bill.order_id, Bill.group_buy_id)
        .join(Order, Order.id == Bill.order_id)
        .where(
            Bill.member_id == member_id,
            Bill.tentative.is_(True),
            Order.status != Status.CANCELLED,
        )
    ).all()
    if not found:
        return []
    session.execute(
        update(Bill)
        .where(Bill.order_id.in_([order_id for order_id, _ in found]))
        .values(tentative=False)
        .execution_options(synchronize_session="fetch")
    )
    numbers = sorted({number for _, number in found})
    return [session.get_one(GroupBuy, number) for number in numbers]


def strangers(session: Session, *, limit: int) -> list[tuple[int, str, str]]:
    """Those who only ordered in a group and have no name: member id, LINE id, and which group."""
    chat = (
        select(Call.chat_id)
        .where(Call.member_id == Member.id, Call.chat_id != "")
        .limit(1)
        .scalar_subquery()
    )
    query = select(Member.id, Member.line_user_id, chat).where(
        text(STRANGERS), Member.line_user_id.is_not(None), chat.is_not(None)
    )
    return [(each[0], str(each[1]), str(each[2])) for each in session.execute(query.limit(limit))]


def _counts(session: Session, had: Mapping[int, Sequence[Line]], number: int) -> Mapping[Key, int]:
    """What a member has in a group-buy, by what an order tells apart."""
    group_buy = session.get_one(GroupBuy, number)
    ids = {item.code: item.id for item in group_buy.items}
    counts: Counter[Key] = Counter()
    for line in had.get(number, ()):
        counts[ids[line.item], line.option or "", line.person or ""] += line.quantity
    return counts


def _net(wants: Sequence[Want], old: Sequence[Want], had: Mapping[Key, int]) -> list[Want]:
    """What is new, without what is undone; no more is given up than there is."""
    sums: Counter[Key] = Counter()
    for want in wants:
        sums[want.key] += want.quantity
    for want in old:
        sums[want.key] -= want.quantity
    capped = {key: max(n, -had.get(key, 0)) for key, n in sums.items()}
    return [Want(item, option, n, person) for (item, option, person), n in capped.items() if n]
