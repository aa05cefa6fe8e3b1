"""Orders that an organiser enters for somebody: called by telephone, at the door, on Facebook.

They are read as in chat, whatever the member's tier; after closing too (補單).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import N_, Refusal, local_day
from models.people import search
from models.people.members import Member
from models.programme import Programme
from models.shop import calling, ordering
from models.shop.bill_records import Bill
from models.shop.calling import Place
from models.shop.group_buy_records import GroupBuy, Stage
from models.shop.group_buy_terms import Delivery
from models.shop.ordering import Outcome
from models.shop.reading import Chat, Expect, Line, Reading
from models.shop.shares import Want

NUMBERED = re.compile(r"(\d{1,6})\s+(\S.*)", re.DOTALL)
LONGEST_NAME = 3  # words


class NotClear(Refusal):
    """What somebody ordered cannot be told from what was written."""

    def __init__(self, said: str, offers: Sequence[GroupBuy]) -> None:
        items = [item for offer in offers[:1] for item in offer.items]
        axes = items[0].as_read().options if items else ()
        values = " ".join(values[0] for _axis, values in axes)
        example = " ".join(filter(None, (items[0].code if items else "A", values, "+2")))
        super().__init__(
            N_("「{said}」看不出要訂什麼、幾份，請寫代號{options}和數量，例如：{example}"),
            said=said[:60],
            options="、選項" if values else "",
            example=example,
        )


class NothingOpen(Refusal):
    """There is no group-buy to enter an order in."""

    buttons = ("/開團", "/開團中")

    def __init__(self) -> None:
        super().__init__(
            N_(
                "現在沒有開團中的團，不能登記。請先用「/開團 愛文芒果 450」開團；"
                "已經結單的團用「/補單 團號 稱呼 A+2」。"
            )
        )


class WhichGroupBuy(Refusal):
    """Several are open, and it could be in more than one."""

    def __init__(self, said: str, offers: Sequence[GroupBuy]) -> None:
        shown = "、".join(f"{offer.id} {offer.title}" for offer in offers[:8])
        super().__init__(N_("要登記在哪一團？{shown}"), shown=shown)
        self.said, self.offers = said, list(offers[:8])

    def leads(self, words: str) -> list[tuple[str, str]]:
        """What was said, with the number of each group-buy in front."""
        head, _space, rest = words.partition(" ")
        again = [(f"{o.id} {o.title}", f"{head} {o.id} {rest}") for o in self.offers]
        return [(label, data) for label, data in again if rest and len(data) <= 300]


def open_now(session: Session) -> Sequence[GroupBuy]:
    """Every group-buy that takes orders, whoever may see it."""
    query = select(GroupBuy).where(GroupBuy.stage == Stage.OPEN)
    return session.scalars(query.order_by(GroupBuy.id.desc())).all()


def numbered(said: str) -> tuple[int | None, str]:
    """The group-buy's number in front of what was said, and the rest."""
    found = NUMBERED.fullmatch(said.strip())
    if found is None or len(found[2].split()) < 2:
        return None, said.strip()
    return int(found[1]), found[2]


def whose(session: Session, said: str) -> tuple[str, str]:
    """The name in front of what was said, and what they called; a known name may have spaces."""
    words = said.split()
    for count in range(min(LONGEST_NAME, len(words) - 1), 1, -1):
        name = " ".join(words[:count])
        if search.exactly(session, name):
            return name, " ".join(words[count:])
    name, _space, rest = said.strip().partition(" ")
    return name, rest.strip()


def read(
    said: str, offers: Sequence[GroupBuy], had: dict[int, list[Line]], name: str
) -> tuple[GroupBuy, Reading]:
    """In which group-buy something was called, and what.

    Raises:
        NotClear: nothing is ordered, changed or cancelled, or it is not clear what.
        WhichGroupBuy: it could be in several.
    """
    place = Place(Chat.DIRECT, writer=name)
    understood = calling.understand(said, offers, had, place)
    found = understood.reading
    if found.expect not in (Expect.ORDER, Expect.CHANGE, Expect.CANCEL):
        raise NotClear(said, offers)
    if understood.group_buy is None:
        raise WhichGroupBuy(said, understood.candidates or tuple(offers))
    return understood.group_buy, found


def enter(
    session: Session,
    group_buy: GroupBuy,
    member: Member,
    wants: Sequence[Want],
    *,
    now: datetime,
    programme: Programme,
) -> Outcome:
    """Carry out what somebody called; after closing it is due as late as the others' orders were.

    Raises:
        NoSuchGroupBuy, WrongStage, OverLimit, NotThatMany, AlreadyPaid: as for a member's call.
    """
    outcome = ordering.call(
        session,
        group_buy.id,
        member,
        wants,
        now=now,
        programme=programme,
        by_organiser=True,
    )
    bill = outcome.bill
    if (
        bill is not None
        and outcome.group_buy.stage == Stage.CLOSED
        and _by_transfer(bill, programme)
    ):
        days = timedelta(days=programme.shop.payment_days)
        bill.due_on = bill.due_on or local_day(now) + days
    session.flush()
    return outcome


def reversed_wants(wants: Sequence[Want]) -> list[Want]:
    """What undoes these."""
    return [want._replace(quantity=-want.quantity) for want in wants]


def _by_transfer(bill: Bill, programme: Programme) -> bool:
    return bool(programme.shop.account) or bill.delivery != Delivery.PICKUP
